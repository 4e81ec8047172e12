"""Sets up what a new site needs: a role, a client for its gateway that holds it, and the client's secret. Uses the secret at
once, replaces it as a gateway would, and cleans up again unless told to keep all.

    python3 provision.py [--keep]

It runs as a client with the role Account Administrator.
"""

import base64
import json
import os
import pathlib
import sys
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timedelta, timezone

env = pathlib.Path(__file__).with_name(".env")
settings = dict(line.split("=", 1) for line in env.read_text().splitlines() if "=" in line) if env.exists() else {}
settings.update(os.environ)
issuer = settings.get("PORTCULLIS_ISSUER", "http://localhost:8484/identity")

# Built-in roles have the same type on every server and in every account, whatever they are called there.
CONTRIBUTOR = "f1439595-e5a2-487f-8a4f-0627fefe75df"


def ask(url, form=None, headers=None):
    body = urllib.parse.urlencode(form).encode() if form else None
    with urllib.request.urlopen(urllib.request.Request(url, body, headers or {}), timeout=30) as answer:
        return json.load(answer)


def get_token(client_id, client_secret):
    endpoint = ask(f"{issuer}/.well-known/openid-configuration")["token_endpoint"]
    pair = ":".join(urllib.parse.quote(part, safe="") for part in (client_id, client_secret))
    basic = "Basic " + base64.b64encode(pair.encode()).decode()
    return ask(endpoint, {"grant_type": "client_credentials", "scope": "ocsapi"}, {"Authorization": basic})["access_token"]


class Api:
    """The REST API of the account that a token is for."""

    def __init__(self, token):
        claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
        self.base = f"{issuer.removesuffix('/identity')}/api/v1/Tenants/{claims['tid']}"
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.base}/{path}", data, self.headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer) if answer.status != 204 else None
        except urllib.error.HTTPError as refusal:
            told = json.load(refusal)
            sys.exit(f"{method} {path}: {told['Reason']} {told['Resolution']} (reference {told['OperationId']})")


def main():
    admin = Api(get_token(settings["PORTCULLIS_CLIENT_ID"], settings["PORTCULLIS_CLIENT_SECRET"]))
    roles = admin.call("GET", "Roles?count=1000")
    contributor = next(role["Id"] for role in roles if role["RoleTypeId"] == CONTRIBUTOR)
    # A second run finds the role that the first one made: the answer is 302 then, and leads to it.
    site = admin.call("POST", "Roles", {"Name": "Site Gateway", "Description": "Gateways at our sites", "RoleScope": 1})
    print(f"role {site['Name']}")

    in_90_days = (datetime.now(timezone.utc) + timedelta(days=90)).isoformat()
    made = admin.call(
        "POST",
        "ClientCredentialClients",
        {
            "Id": None,
            "Name": "gateway-oslo",
            "AccessTokenLifetime": 600,
            "RoleIds": [contributor, site["Id"]],
            "Tags": ["gateway"],
            "SecretDescription": "first",
            "SecretExpirationDate": in_90_days,
        },
    )
    client, path = made["Client"]["Id"], f"ClientCredentialClients/{made['Client']['Id']}"
    print(f"client {client}, secret {made['Id']} until {made['ExpirationDate']}")

    # What the gateway does: it gets a token with its secret, and with the token replaces the secret by a new one.
    gateway = Api(get_token(client, made["Secret"]))
    second = gateway.call("POST", f"{path}/Secrets", {"Description": "second", "Expires": True, "Expiration": in_90_days})
    gateway = Api(get_token(client, second["Secret"]))
    gateway.call("DELETE", f"{path}/Secrets/{made['Id']}")
    left = [secret["Id"] for secret in gateway.call("GET", f"{path}/Secrets")]
    print(f"the gateway replaced its secret: {left} is left")

    if "--keep" in sys.argv:
        print(f"PORTCULLIS_CLIENT_ID={client}\nPORTCULLIS_CLIENT_SECRET={second['Secret']}")
        return
    admin.call("DELETE", f"Roles/{site['Id']}")
    held = admin.call("GET", path)["RoleIds"]
    assert site["Id"] not in held, "a role that is gone is held by nobody"
    admin.call("DELETE", path)
    print("cleaned up")


if __name__ == "__main__":
    main()

"""Asks for a token, keeps it until shortly before it expires, and reads the account that it belongs to."""

import base64
import json
import os
import pathlib
import time
import urllib.parse
import urllib.request

env = pathlib.Path(__file__).with_name(".env")
settings = dict(line.split("=", 1) for line in env.read_text().splitlines() if "=" in line) if env.exists() else {}
settings.update(os.environ)
issuer = settings.get("PORTCULLIS_ISSUER", "http://localhost:8484/identity")


def read(url, headers=None, form=None):
    body = urllib.parse.urlencode(form).encode() if form else None
    with urllib.request.urlopen(urllib.request.Request(url, body, headers or {}), timeout=30) as answer:
        return json.load(answer)


class Tokens:
    """The access token of a client, with a new one when the old one is about to end."""

    def __init__(self, client_id, client_secret):
        self.token_endpoint = read(f"{issuer}/.well-known/openid-configuration")["token_endpoint"]
        pair = ":".join(urllib.parse.quote(part, safe="") for part in (client_id, client_secret))
        self.authorization = "Basic " + base64.b64encode(pair.encode()).decode()
        self.token, self.good_until = None, 0.0

    def get(self):
        if time.monotonic() >= self.good_until:
            asked = time.monotonic()
            form = {"grant_type": "client_credentials"}
            answer = read(self.token_endpoint, {"Authorization": self.authorization}, form)
            self.token = answer["access_token"]
            # A tenth early: the token must still be good when it arrives.
            self.good_until = asked + answer["expires_in"] * 0.9
        return self.token


def claims(token):
    """What a token says. Whoever receives one has to verify it first; we have just got this one."""
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


tokens = Tokens(settings["PORTCULLIS_CLIENT_ID"], settings["PORTCULLIS_CLIENT_SECRET"])
tenant = claims(tokens.get())["tid"]
api = issuer.removesuffix("/identity") + "/api/v1"
account = read(f"{api}/Tenants/{tenant}", {"Authorization": f"Bearer {tokens.get()}"})
print(json.dumps(account))

"""Schemathesis reads openapi.json and asks the API whatever comes to its mind: no answer may be an error of the server's
own, and none may differ from what the document says.

    api_document.py [SECONDS]   how long to go on, in all (60)
"""

import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

from server import Server

SCHEMATHESIS = str(pathlib.Path(sys.executable).with_name("schemathesis"))
# All that a server can be blamed for.
CHECKS = ",".join(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "unsupported_method",
        "use_after_free",
        "ignored_auth",
    ]
)
APP = {"RedirectUris": ["https://app.example.com/callback"]}


class Api:
    """An administrator's way to the API."""

    def __init__(self, server, name):
        flags = ["--type", "client-credentials", "--role", "Account Administrator", "--output", "env"]
        env = dict(line.split("=", 1) for line in server.run("client", "create", name, *flags).splitlines())
        client = (env["PORTCULLIS_CLIENT_ID"], env["PORTCULLIS_CLIENT_SECRET"])
        form = {"grant_type": "client_credentials", "client_id": client[0], "client_secret": client[1], "scope": "ocsapi"}
        body = urllib.parse.urlencode(form).encode()
        with urllib.request.urlopen(f"{server.url}/identity/connect/token", body) as answer:
            self.token = json.load(answer)["access_token"]
        claims = self.token.split(".")[1]
        self.tenant = json.loads(b64(claims))["tid"]
        self.base = f"{server.url}/api/v1/Tenants/{self.tenant}"

    def add(self, path, **body):
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.base}/{path}", json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


def b64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def config(api, name):
    """Ids of things that are there, so that not all is answered 404."""
    ids = {
        "ClientCredentialClients": api.add("ClientCredentialClients", Name="daemon")["Client"]["Id"],
        "AuthorizationCodeClients": api.add("AuthorizationCodeClients", Name="app", **APP)["Id"],
        "HybridClients": api.add("HybridClients", Name="web", **APP)["Client"]["Id"],
    }
    ids["Clients"] = ids["ClientCredentialClients"]
    user = api.add("Users", ContactEmail=f"{name}@example.com")["Id"]
    role = api.add("Roles", Name=f"Role {name}")["Id"]
    text = f'[parameters]\ntenantId = "{api.tenant}"\nuserId = "{user}"\nroleId = "{role}"\nsecretId = 1\n'
    for word, client in ids.items():
        text += f'\n[[operations]]\ninclude-path-regex = "/{word}/"\nparameters = {{ clientId = "{client}" }}\n'
    return text


def run(server, name, seconds, *more):
    api = Api(server, name)
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "schemathesis.toml")
        file.write_text(config(api, name))
        command = [SCHEMATHESIS, "--config-file", str(file), "run", f"{server.url}/api/openapi.json"]
        command += ["--header", f"Authorization: Bearer {api.token}", "--max-time", str(seconds), "--checks", CHECKS]
        command += ["--generation-database", "none", "--request-timeout", "30", "--warnings", "off", "--max-failures", "40"]
        command += ["--max-redirects", "0", *more]
        return subprocess.run(command, cwd=folder).returncode


def main():
    os.environ["NO_PROXY"] = "localhost,127.0.0.1"
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    with Server(PORTCULLIS_API__CALLS_PER_MINUTE="10000000") as server:
        # First with what is there, which must stay; then whatever one call brings is asked for by the next.
        kept = run(server, "one", seconds // 2, "--phases", "examples,coverage,fuzzing", "--exclude-method", "DELETE")
        spent = run(server, "two", seconds // 2, "--phases", "stateful")
    return kept or spent


if __name__ == "__main__":
    sys.exit(main())

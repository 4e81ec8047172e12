"""Signs you in by hand, step by step: open the address, sign in, paste where you came out. Needs nothing but Python."""

import base64
import hashlib
import json
import os
import secrets
import urllib.error
import urllib.parse
import urllib.request

issuer, client_id = os.environ["PORTCULLIS_ISSUER"], os.environ["PORTCULLIS_CLIENT_ID"]
redirect_url, scope = os.environ["PORTCULLIS_REDIRECT_URL"], os.environ["PORTCULLIS_SCOPE"]
client_secret = os.environ.get("PORTCULLIS_CLIENT_SECRET")  # a browser app has none


def read(url, headers=None, form=None):
    body = urllib.parse.urlencode(form).encode() if form else None
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers or {}), timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise SystemExit(f"{error.code}: {error.read().decode()}")  # error_description says why


server = read(f"{issuer}/.well-known/openid-configuration")
verifier, state = secrets.token_urlsafe(32), secrets.token_urlsafe(16)
challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
question = {
    "response_type": "code", "client_id": client_id, "redirect_uri": redirect_url, "scope": scope,
    "state": state, "code_challenge": challenge, "code_challenge_method": "S256",
}
print("Open this address and sign in:")
print(f"{server['authorization_endpoint']}?{urllib.parse.urlencode(question)}")
print("Then paste the address of the page where you came out, whatever it shows:")
answer = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(input().strip()).query))
if answer.get("state") != state:
    raise SystemExit("That is not the answer to this question.")
if "error" in answer:
    raise SystemExit(f"{answer['error']}: {answer.get('error_description')}")

form = {
    "grant_type": "authorization_code", "code": answer["code"], "redirect_uri": redirect_url,
    "client_id": client_id, "code_verifier": verifier,
}
tokens = read(server["token_endpoint"], form=form | ({"client_secret": client_secret} if client_secret else {}))
user = read(server["userinfo_endpoint"], {"Authorization": f"Bearer {tokens['access_token']}"})
print(json.dumps(user, indent=2))

"""Gets access tokens and keeps each until shortly before it expires. Needs nothing but Python."""

import base64
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request

issuer = os.environ["PORTCULLIS_ISSUER"]


def read(url, headers=None, form=None):
    body = urllib.parse.urlencode(form).encode() if form else None
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers or {}), timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise SystemExit(f"{error.code}: {error.read().decode()}")  # error_description says why


class Tokens:
    def __init__(self, client_id, client_secret):
        self.endpoint = read(f"{issuer}/.well-known/openid-configuration")["token_endpoint"]
        pair = ":".join(urllib.parse.quote(part, safe="") for part in (client_id, client_secret))
        self.authorization = "Basic " + base64.b64encode(pair.encode()).decode()
        self.token, self.good_until = None, 0.0

    def get(self):
        if time.monotonic() >= self.good_until:
            asked = time.monotonic()
            form = {"grant_type": "client_credentials"}
            answer = read(self.endpoint, {"Authorization": self.authorization}, form)
            self.token = answer["access_token"]
            self.good_until = asked + answer["expires_in"] * 0.9
        return self.token


tokens = Tokens(os.environ["PORTCULLIS_CLIENT_ID"], os.environ["PORTCULLIS_CLIENT_SECRET"])
# Call your API with the header  Authorization: Bearer <token>
print(tokens.get())

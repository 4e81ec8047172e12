"""A server app on Flask and Authlib, as their documentation says, signs a user in and keeps them signed in.

The person is a second HTTP client that fills in the sign-in page.
"""

import os
import re
import sys

import requests
from authlib.integrations.flask_client import OAuth
from flask import Flask, jsonify, redirect, session, url_for
from server import EMAIL, PASSWORD, Server

APP = "http://localhost:5000"


def app_for(issuer, client_id, client_secret):
    """The app under test: what its author would write. `tokens` is its database."""
    app = Flask(__name__)
    app.config.update(SECRET_KEY=os.urandom(32), SERVER_NAME="localhost:5000")
    tokens = {}

    def fetch_token(name):
        return tokens.get(session.get("sub"))

    def update_token(name, token, refresh_token=None, access_token=None):
        tokens[session["sub"]] = token

    portcullis = OAuth(app, fetch_token=fetch_token, update_token=update_token).register(
        "portcullis",
        client_id=client_id,
        client_secret=client_secret,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile email offline_access", "code_challenge_method": "S256"},
    )

    @app.get("/sign-in")
    def sign_in():
        return portcullis.authorize_redirect(url_for("callback", _external=True))

    @app.get("/callback")
    def callback():
        token = portcullis.authorize_access_token()
        session["sub"] = token["userinfo"]["sub"]
        tokens[session["sub"]] = token
        return redirect("/me")

    @app.get("/me")
    def me():
        return jsonify(portcullis.userinfo())

    return app, tokens


def answer_of_the_person(url):
    """Follows a link to the server, signs in, and gives the address at which the browser would be back at the app."""
    browser = requests.Session()
    browser.trust_env = False
    page = browser.get(url)
    assert page.status_code == 200, page.text
    fields = dict(re.findall(r'name="(csrf|request)" value="([^"]*)"', page.text))
    filled = {**fields, "email": EMAIL, "password": PASSWORD}
    answer = browser.post(requests.compat.urljoin(page.url, "/login"), filled, allow_redirects=False)
    while not answer.headers["location"].startswith(APP):
        answer = browser.get(requests.compat.urljoin(answer.url, answer.headers["location"]), allow_redirects=False)
    return answer.headers["location"]


def main():
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "true"  # plain http, on this machine only
    os.environ["NO_PROXY"] = "localhost,127.0.0.1"
    with Server() as server:
        flags = ["--type", "hybrid", "--allow-refresh-token", "--redirect-url", f"{APP}/callback", "--output", "env"]
        env = server.run("client", "create", "authlib", *flags)
        client = dict(line.split("=", 1) for line in env.splitlines())
        issuer = f"{server.url}/identity"
        app, tokens = app_for(issuer, client["PORTCULLIS_CLIENT_ID"], client["PORTCULLIS_CLIENT_SECRET"])
        user = app.test_client()

        back = answer_of_the_person(user.get("/sign-in").headers["location"])
        assert user.get(back).headers["location"] == "/me"
        me = user.get("/me").json
        assert me["email"] == EMAIL, me
        first = tokens[me["sub"]]
        assert first["userinfo"]["iss"] == issuer

        # As if the access token had ended: Authlib gets another one by itself.
        tokens[me["sub"]] = {**first, "expires_at": 1}
        assert user.get("/me").json == me
        second = tokens[me["sub"]]
        assert second["access_token"] != first["access_token"]
        assert second["refresh_token"] != first["refresh_token"], "a refresh token is for one use"
    print("Authlib signs in, and keeps its user signed in")


if __name__ == "__main__":
    sys.exit(main())

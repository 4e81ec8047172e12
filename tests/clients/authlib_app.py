"""A server app on Flask and Authlib, as their documentation says, signs a user in and keeps them signed in.

Starts the built binary in an empty folder. The person is a second HTTP client that fills in the sign-in page.
"""

import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import requests
from authlib.integrations.flask_client import OAuth
from flask import Flask, jsonify, redirect, session, url_for

ROOT = pathlib.Path(__file__).parents[2]
BINARY = os.environ.get("PORTCULLIS_BINARY", str(ROOT / "target/debug/portcullis"))
EMAIL, PASSWORD = "alex@example.com", "correct horse battery staple"
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


class Server:
    """The built binary, in a folder and at a port of its own."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        port = free_port()
        self.url = f"http://localhost:{port}"
        self.environment = {
            "PATH": os.environ["PATH"],
            "PORTCULLIS_PUBLIC_URL": self.url,
            "PORTCULLIS_SERVER__LISTEN": f"127.0.0.1:{port}",
            "PORTCULLIS_SERVER__INTERNAL_LISTEN": "off",
            "PORTCULLIS_DATA_DIR": f"{self.folder.name}/portcullis-data",
        }
        password = pathlib.Path(self.folder.name, "password.txt")
        password.write_text(PASSWORD)
        self.run("init", "--admin-email", EMAIL, "--name", "Alex Kim", "--password-file", str(password))
        self.log = open(f"{self.folder.name}/log", "w+")
        self.process = subprocess.Popen([BINARY, "serve"], env=self.environment, stdout=self.log, stderr=self.log)
        try:
            self.wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def run(self, *parameters):
        done = subprocess.run([BINARY, *parameters], env=self.environment, check=True, capture_output=True, text=True)
        return done.stdout

    def wait(self):
        for _ in range(600):
            assert self.process.poll() is None, pathlib.Path(self.log.name).read_text()
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.05)
        raise AssertionError("the server never became ready")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.log.close()
        self.folder.cleanup()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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

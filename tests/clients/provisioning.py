"""The example that sets an account up by the API does so: twice, for the second run finds what the first one left."""

import os
import subprocess
import sys

from server import ROOT, Server

EXAMPLE = ROOT / "examples/provisioning/provision.py"


def main():
    with Server() as server:
        flags = ["--type", "client-credentials", "--role", "Account Administrator", "--output", "env"]
        client = dict(line.split("=", 1) for line in server.run("client", "create", "provisioning", *flags).splitlines())
        env = {**os.environ, **client, "PORTCULLIS_ISSUER": f"{server.url}/identity", "NO_PROXY": "localhost"}

        def provision(*flags):
            done = subprocess.run([sys.executable, EXAMPLE, *flags], env=env, check=True, capture_output=True, text=True)
            return done.stdout

        kept = provision("--keep")
        assert "[2] is left" in kept and "PORTCULLIS_CLIENT_SECRET=pc_cs_" in kept, kept
        assert provision().endswith("cleaned up\n")
        clients = server.run("client", "list", "--json")
        assert clients.count("gateway-oslo") == 1, clients

        env["PORTCULLIS_CLIENT_SECRET"] = "pc_cs_wrong"
        refused = subprocess.run([sys.executable, EXAMPLE], env=env, capture_output=True, text=True)
        assert refused.returncode != 0
    print("The example provisions an account, uses the secret at once, and cleans up")


if __name__ == "__main__":
    sys.exit(main())

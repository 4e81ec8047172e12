"""The server that the clients of these tests talk to."""

import os
import pathlib
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).parents[2]
BINARY = os.environ.get("PORTCULLIS_BINARY", str(ROOT / "target/debug/portcullis"))
EMAIL, PASSWORD = "alex@example.com", "correct horse battery staple"


class Server:
    """The built binary, in a folder and at a port of its own. `settings` go into its environment."""

    def __init__(self, **settings):
        self.settings = settings

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
            **self.settings,
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

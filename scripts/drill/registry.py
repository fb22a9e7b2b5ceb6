"""A registry for the drill: its commands, and hosts that serve it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent.parent
PASSWORD = "drill password 1"
KEY = "a key for the drill alone, of more than fifty characters, 0123456789"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Registry:
    """A registry's settings: commands, and hosts that serve it."""

    def __init__(self, folder, database_url=""):
        self.folder = folder
        self.environment = {
            **os.environ,
            "DATA_DIR": str(folder),
            "DATABASE_URL": database_url,
            "SECRET_KEY": KEY,
            "WEB_CONCURRENCY": "2",
            "DEBUG": "false",
            "TRUST_PROXY": "false",
            "ALLOWED_HOSTS": "127.0.0.1",
        }

    def start(self, *arguments, **variables):
        return subprocess.Popen(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=BASE_DIR,
            env={**self.environment, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments):
        process = self.start(*arguments)
        output, _none = process.communicate(timeout=300)
        if process.returncode:
            raise SystemExit(f"manage.py {arguments[0]} failed:\n{output}")
        return output.strip()

    def ask(self, code):
        return self.run("shell", "--no-imports", "-c", f"from partners.models import *; {code}")

    def prepare(self):
        self.run("migrate", "-v0")
        self.run("load_synthetic", "--institutions", "20", "--exchanges", "200", "--seed", "1")
        self.ask(
            "from django.contrib.auth.models import User;"
            f"User.objects.create_superuser('drill', password={PASSWORD!r})"
        )

    def institution(self):
        """Return the key of a partner that contacts can be added to."""
        return self.ask("print(Institution.objects.filter(is_home=False).first().pk)")

    def contacts(self):
        """Return the names of the contacts that the drill wrote."""
        return set(
            self.ask(
                "print(*Contact.objects.filter(name__startswith='drill-').values_list('name', flat=True))"
            ).split()
        )


class Host:
    """An application host: gunicorn on a port of its own."""

    def __init__(self, registry):
        self.registry, self.port = registry, free_port()
        self.up()

    def up(self):
        self.process = self.registry.start("serve", PORT=str(self.port))
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        for _attempt in range(300):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.address}/readyz", timeout=5):  # nosec B310 # an address of this machine
                return
            time.sleep(0.1)
        raise SystemExit("A host did not come up.")

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def kill(self):
        """End all processes of the host at once, as a power cut does."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

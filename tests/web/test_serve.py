"""Preparing an installation, and the supervisor: both start, both end, one fallen takes the other along."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clinic.web.demo import PASSWORD, sign_ins
from clinic.web.prepare import KEYS, write_keys
from clinic.web.serve import ROOT, announce, commands
from tests.support.app import test_settings as settings_for_tests

pytestmark = pytest.mark.long
SUPERVISE = """
import json, os, signal, sys
from clinic.web.serve import run
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background may come with it ignored
sys.exit(run(json.loads(sys.argv[1]), dict(os.environ)))
"""
POLITE = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print(os.getpid(), flush=True)
time.sleep(60)
"""


def supervisor(*scripts: str) -> subprocess.Popen[str]:
    """The real supervisor, over small scripts instead of servers."""
    started = [[sys.executable, "-c", script] for script in scripts]
    return subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, json.dumps(started)],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )


def pids(process: subprocess.Popen[str], count: int) -> list[int]:
    """The children, once they are up: each prints its own."""
    assert process.stdout is not None
    return [int(process.stdout.readline()) for _ in range(count)]


def alive(pid: int) -> bool:
    """Is there such a process, and is it more than a remainder?"""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_both_cleanly(sign: signal.Signals) -> None:
    process = supervisor(POLITE, POLITE)
    children = pids(process, 2)
    process.send_signal(sign)
    assert process.wait(10) == 0
    process.communicate()
    assert not any(map(alive, children))


def test_one_that_falls_takes_the_other_along() -> None:
    process = supervisor(POLITE, "import sys; sys.exit(3)")
    assert process.wait(20) == 3
    process.communicate()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent died")
def test_nothing_is_left_when_the_supervisor_is_killed() -> None:
    process = supervisor(POLITE)
    (child,) = pids(process, 1)
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 10
    while alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(child)


def test_keys_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    write_keys(tmp_path / "instance")
    folder = tmp_path / "instance" / "keys"
    first = {name: (folder / name).read_text() for name in KEYS}
    assert len(set(first.values())) == len(KEYS)
    write_keys(tmp_path / "instance")
    assert {name: (folder / name).read_text() for name in KEYS} == first
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in KEYS} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_web_server_listens_on_this_machine_alone() -> None:
    web, worker = commands("8123")
    assert web[web.index("--bind") + 1] == "127.0.0.1:8123"
    assert worker[-1] == "worker"


def test_the_demo_sign_ins_are_printed_in_development_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    announce(settings_for_tests("sqlite://", tmp_path, environment="development"), "8123")
    told = capsys.readouterr().out
    assert "http://127.0.0.1:8123/" in told
    assert PASSWORD in told
    assert all(email in told for _, email in sign_ins())
    announce(settings_for_tests("sqlite://", tmp_path), "8123")
    assert PASSWORD not in capsys.readouterr().out


def test_production_makes_up_no_keys(tmp_path: Path) -> None:
    outside = {name: value for name, value in os.environ.items() if not name.startswith("CLINIC_")}
    ended = subprocess.run(
        [sys.executable, "-m", "clinic.web.prepare"],
        cwd=ROOT,
        env=outside | {"CLINIC_ENVIRONMENT": "production", "CLINIC_INSTANCE_DIR": str(tmp_path / "instance")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "Set CLINIC_SECRET_KEY" in ended.stderr
    assert not (tmp_path / "instance").exists()

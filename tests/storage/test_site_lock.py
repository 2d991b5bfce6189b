"""One process at a time writes to an output folder, and the others are told which one does."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fixtures.program import PLUGINS
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.storage import site_lock

HOLD = """
import sys, pelican.plugins
pelican.plugins.__path__.append(sys.argv.pop(1))
from pathlib import Path
from pelican.plugins.stylize.storage.site_lock import acquire
output = Path(sys.argv.pop(1))
sys.argv[0] = "/usr/bin/pelican-stylize"
lock = acquire(output)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock of output/, as `pelican-stylize publish` would."""
    words = [str(PLUGINS), str(tmp_path / "output"), "--settings", "a.py", "publish"]
    command = [sys.executable, "-c", HOLD, *words]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout.readline() == "held\n"
        yield running
        running.kill()


@pytest.fixture(autouse=True)
def nothing_stays_locked():
    """Release what a test has locked."""
    with site_lock.release_afterwards():
        yield


def test_a_second_process_is_told_who_writes_since_when_and_what_to_do(tmp_path, holder, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = []
    since = json.loads((tmp_path / ".output.stylize" / "lock").read_text())["since"]
    who = (
        f"output: `pelican-stylize publish` (process {holder.pid} on {os.uname().nodename}, since {since}) is"
    )
    with pytest.raises(UserError) as error:
        site_lock.acquire(Path("output"), wait=0.3, tell=told.append)
    assert str(error.value) == (
        f"{who} writing to it. Nothing was changed. Try again when it has ended; one output is written by one"
        " command at a time."
    )
    assert told == [f"{who} writing to it; waiting for it to end."]


def test_a_link_anywhere_in_the_path_leads_to_the_same_lock(tmp_path, holder):
    (tmp_path / "elsewhere").symlink_to(tmp_path)
    (tmp_path / "output").mkdir()
    (tmp_path / "linked").symlink_to(tmp_path / "elsewhere" / "output")
    with pytest.raises(UserError):
        site_lock.acquire(tmp_path / "linked", wait=0)


def test_a_killed_process_holds_nothing_and_leaves_nothing(tmp_path, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert (tmp_path / ".output.stylize" / "lock").exists()
    lock = site_lock.acquire(tmp_path / "output", wait=0)
    assert lock is not None
    lock.release()
    assert list(tmp_path.iterdir()) == []


def test_who_waits_goes_on_when_the_other_process_has_ended(tmp_path, holder):
    def end(line):
        holder.stdin.close()

    assert site_lock.acquire(tmp_path / "output", wait=30, tell=end) is not None


def test_a_process_locks_an_output_once_and_what_is_inside_with_it(tmp_path):
    lock = site_lock.acquire(tmp_path / "output")
    assert lock is not None
    assert site_lock.acquire(tmp_path / "output") is None
    assert site_lock.acquire(tmp_path / "output" / "de") is None
    assert site_lock.acquire(lock.place / "coming-1") is None
    other = site_lock.acquire(tmp_path / "output.preview")
    assert other is not None
    lock.release()
    assert site_lock.acquire(tmp_path / "output") is not None


def test_what_killed_runs_left_is_removed_and_the_old_site_put_back_if_there_is_none(tmp_path):
    place = tmp_path / ".output.stylize"
    for name in ("coming-1", "going-1"):
        (place / name).mkdir(parents=True)
        (place / name / "index.html").write_text(name)
    (place / ".entries.json.4242").write_text("{")
    lock = site_lock.acquire(tmp_path / "output")
    assert (tmp_path / "output" / "index.html").read_text() == "going-1"
    assert [path.name for path in place.iterdir()] == ["lock"]
    (place / "going-2").mkdir()
    lock.release()
    site_lock.acquire(tmp_path / "output").release()
    assert [path.name for path in tmp_path.iterdir()] == ["output"]
    assert (tmp_path / "output" / "index.html").read_text() == "going-1"


@pytest.fixture
def without_flock(monkeypatch):
    """A file system that has no locks, as some network disks."""
    import errno
    import fcntl

    def refuse(descriptor, operation):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)


def test_without_locks_of_the_kernel_a_living_process_keeps_the_output_and_a_dead_one_does_not(
    tmp_path, without_flock
):
    owner = tmp_path / ".output.stylize" / "owner"
    owner.parent.mkdir()
    living = {"command": "pelican", "process": os.getppid(), "host": os.uname().nodename, "since": "today"}
    owner.write_text(json.dumps(living))
    with pytest.raises(UserError, match=r"`pelican` \(process .*\(if no build is running, remove /.*owner\)"):
        site_lock.acquire(tmp_path / "output", wait=0)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    owner.write_text(json.dumps(living | {"process": ended.pid}))
    lock = site_lock.acquire(tmp_path / "output", wait=0)
    assert json.loads(owner.read_text())["process"] == os.getpid()
    lock.release()
    assert list(tmp_path.iterdir()) == []


def test_without_locks_of_the_kernel_another_machine_is_believed_for_a_day(tmp_path, without_flock):
    owner = tmp_path / ".output.stylize" / "owner"
    owner.parent.mkdir()
    owner.write_text(json.dumps({"command": "pelican", "process": 1, "host": "elsewhere", "since": "today"}))
    with pytest.raises(UserError, match="on elsewhere, since today"):
        site_lock.acquire(tmp_path / "output", wait=0)
    long_ago = time.time() - 2 * 24 * 60 * 60
    os.utime(owner, (long_ago, long_ago))
    assert site_lock.acquire(tmp_path / "output", wait=0) is not None

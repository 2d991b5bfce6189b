"""Ctrl-C while a picture is painted: nothing half-made is published, and the next build continues.

That a painting which continues ends with the same pixels is tested in tests/engine/optimize/test_optimize.py.
"""

import os
import signal
import subprocess
import sys
import time

from fixtures import fake_worker
from fixtures.program import START


def start_build(blog):
    """Start the command `build`, with a worker of its own, in a process group of its own."""
    notes = blog.root / "notes"
    notes.mkdir(exist_ok=True)
    path = blog.configure()
    path.write_text(
        path.read_text()
        + "from pelican.plugins.stylize.executors.local import LocalExecutor\n"
        + f"STYLIZE['executor'] = LocalExecutor({str(notes)!r}, command={fake_worker.COMMAND!r})\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", START, "build"],
        cwd=blog.root,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_painted_picture_continues_after_ctrl_c_from_the_step_that_was_saved(blog):
    blog.stylize = {"style_pages": False}
    blog.photo("sun.png", color="yellow")  # at which the worker sleeps after its second step, the first time
    blog.post("sun", "Words.", Style="harvesters", Quality="best", Photos="sun.png | A sun")
    build = start_build(blog)
    end = time.monotonic() + 60
    while not (blog.root / "notes/asleep").exists():
        assert time.monotonic() < end and build.poll() is None, build.communicate()
        time.sleep(0.05)
    os.killpg(build.pid, signal.SIGINT)  # as a terminal does
    printed, _ = build.communicate(timeout=30)
    assert build.returncode == 130, printed
    assert (
        "interrupted; 0 of 1 new pictures are made and kept. Build again to continue, a picture of the best"
        " quality from the last step that was saved." in printed
    )
    assert "Traceback" not in printed
    assert not list(blog.root.glob("output/**/*.html"))
    (checkpoint,) = blog.root.glob(".stylize/optimizing/*/*")
    saved = checkpoint.read_bytes()
    assert saved
    (blog.root / "notes/asleep").unlink()
    build = start_build(blog)
    printed, _ = build.communicate(timeout=110)
    assert build.returncode == 0, printed
    assert "1 picture: 0 from the store, 1 new" in printed
    assert "painted at full size" in (blog.root / "output/sun.html").read_text()
    assert not list(blog.root.glob(".stylize/optimizing/*"))
    assert not (blog.root / "notes/asleep").exists()  # the worker sleeps if it begins with the first step

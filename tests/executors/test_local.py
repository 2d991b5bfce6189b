"""Workers on this machine: what they draw, how they die, and that none stays behind."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fixtures import fake_worker
from pelican.plugins.stylize.executors.interface import Done, Failed, TuneTask
from pelican.plugins.stylize.executors.local import LocalExecutor
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.model.training_config import TrainingConfig
from pelican.plugins.stylize.storage.atomic_files import sha256_of
from PIL import Image


def workers(notes: Path) -> list[int]:
    """Return the process ids of all workers that ever started."""
    return [int(path.name) for path in notes.iterdir() if path.name.isdigit()]


def wait_until(claim: Callable[[], bool]) -> None:
    """Wait for something that takes a moment, a minute at most on a busy machine."""
    end = time.monotonic() + 60
    while not claim():
        assert time.monotonic() < end, "it did not happen within a minute"
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    """Return whether a process has ended, even if it is a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and ") Z " in status.read_text()  # ended, but nobody has asked how


# Work


def test_every_task_gets_its_picture_and_its_receipt(executor, task):
    tasks = {name: task(name) for name in "abcde"}
    outcomes = list(executor.run(tasks.values()))
    assert [outcome.job for outcome in outcomes] == list(tasks)
    for outcome in outcomes:
        assert isinstance(outcome, Done)
        receipt, target = outcome.receipt, tasks[outcome.job].target
        assert (receipt.width, receipt.height, receipt.device) == (80, 64, "fake")
        assert receipt.sha256 == sha256_of(target)
        assert sorted(receipt.versions) == ["pillow", "torch"]
        with Image.open(target) as picture:
            assert (picture.format, picture.mode, picture.size) == ("PNG", "RGB", (80, 64))
            assert picture.getpixel((9, 9)) == (55, 155, 205)


def test_a_picture_with_a_fault_says_so_on_its_receipt(executor, task):
    faulty, good = executor.run([task("faulty", fake_worker.PINK), task("good")])
    assert faulty.receipt.artifacts == ("confetti on 2.1 % of the picture (limit 0.5 %)",)
    assert good.receipt.artifacts == ()


def test_one_worker_draws_them_all(executor, task, notes):
    list(executor.run([task("a"), task("b"), task("c"), task("d")]))
    assert len(workers(notes)) == 1


def test_two_workers_share_the_work(task, notes):
    executor = LocalExecutor(str(notes), workers=2, command=fake_worker.COMMAND)
    outcomes = list(executor.run([task(name) for name in "abcdef"]))
    assert len(workers(notes)) == 2
    assert sorted(outcome.job for outcome in outcomes) == list("abcdef")


def test_no_worker_starts_without_a_task(executor, notes):
    assert list(executor.run([])) == []
    assert workers(notes) == []


def test_tasks_are_taken_as_they_are_needed(executor, task):
    taken = []

    def tasks():
        for number in range(20):
            taken.append(number)
            yield task(f"photo-{number}")

    outcomes = executor.run(tasks())
    next(outcomes)
    assert len(taken) <= 4
    outcomes.close()


def test_no_worker_stays_when_the_work_is_done(executor, task, notes):
    list(executor.run([task("a")]))
    assert all(is_gone(pid) for pid in workers(notes))


def test_the_parent_never_loads_torch(task, notes, tmp_path):
    photo = task("a").photo.path
    probe = f"{BUILD}\nsys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    arguments = [*fake_worker.COMMAND, str(notes), str(photo), str(tmp_path)]
    assert subprocess.run([sys.executable, "-c", probe, *arguments]).returncode == 0


def test_a_prepared_worker_does_the_work_of_the_next_run(executor, task, notes):
    executor.prepare()
    wait_until(lambda: workers(notes))
    outcomes = list(executor.run([task("a"), task("b")]))
    assert [type(outcome) for outcome in outcomes] == [Done, Done]
    (worker,) = workers(notes)
    assert is_gone(worker)


def test_a_prepared_worker_stops_when_no_run_comes(executor, notes):
    executor.prepare()
    wait_until(lambda: workers(notes))
    executor.close()
    (worker,) = workers(notes)
    assert is_gone(worker)


def test_an_executor_that_is_closed_can_run_again(executor, task, notes):
    executor.prepare()
    executor.close()
    executor.close()
    assert [type(outcome) for outcome in executor.run([task("a")])] == [Done]
    assert all(is_gone(worker) for worker in workers(notes))


def test_a_run_without_a_task_stops_the_prepared_worker(executor, notes):
    executor.prepare()
    wait_until(lambda: workers(notes))
    assert list(executor.run([])) == []
    assert all(is_gone(worker) for worker in workers(notes))


def test_a_prepared_worker_does_not_outlive_a_process_that_fails(notes):
    program = (
        "import sys, time; from pathlib import Path\n"
        "from pelican.plugins.stylize.executors.local import LocalExecutor\n"
        "LocalExecutor(sys.argv[1], command=sys.argv[2:]).prepare()\n"
        "while not any(Path(sys.argv[1]).iterdir()): time.sleep(0.02)\n"
        "raise RuntimeError('a plan that failed')"
    )
    command = [sys.executable, "-c", program, str(notes), *fake_worker.COMMAND]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert ended.stderr.endswith("RuntimeError: a plan that failed\n")
    (worker,) = workers(notes)
    assert is_gone(worker)


def test_a_prepared_worker_that_died_is_replaced_or_reported(executor, task, notes):
    (notes / "trap").touch()
    executor.prepare()
    wait_until(lambda: workers(notes) and is_gone(workers(notes)[0]))
    assert messages(executor.run([task("a"), task("b")])) == ["done", "done"]
    broken = LocalExecutor(command=(sys.executable, "-c", "import no_such_torch"))
    broken.prepare()
    time.sleep(0.5)
    with pytest.raises(UserError, match="the worker did not start: it ended with exit code 1"):
        list(broken.run([task("a")]))


def test_other_work_is_done_until_a_picture_is_there(executor, task):
    steps = []

    def work():
        while True:
            steps.append(len(steps))
            time.sleep(0.01)
            yield

    assert [type(outcome) for outcome in executor.run([task("a")], meanwhile=work())] == [Done]
    assert steps


def test_other_work_that_fails_ends_the_run_and_its_workers(executor, task, notes):
    def work():
        yield
        wait_until(lambda: workers(notes))
        raise UserError("the disk is full")

    with pytest.raises(UserError, match="the disk is full"):
        list(executor.run([task("slow", fake_worker.YELLOW)], meanwhile=work()))
    assert all(is_gone(worker) for worker in workers(notes))


def test_a_library_that_prints_or_asks_does_not_disturb(executor, task):
    outcomes = list(executor.run([task("chatty", fake_worker.CYAN), task("b")]))
    assert [type(outcome) for outcome in outcomes] == [Done, Done]


# Failures of one photo


def messages(outcomes) -> list[str]:
    return [outcome.message if isinstance(outcome, Failed) else "done" for outcome in outcomes]


def test_an_error_fails_one_photo_and_the_worker_lives_on(executor, task, notes):
    outcomes = list(executor.run([task("a"), task("odd", fake_worker.GREEN), task("c")]))
    assert sorted(messages(outcomes)) == ["done", "done", "odd.png: RuntimeError: the shapes do not match"]
    assert len(workers(notes)) == 1


def test_too_little_memory_says_what_to_lower(executor, task):
    assert messages(executor.run([task("vast", fake_worker.BLUE)])) == [
        "vast.png: the GPU has too little memory. Lower STYLIZE['long_edge'] and build again."
    ]


def test_a_note_of_the_worker_is_one_warning_and_the_picture_is_made(executor, task, caplog):
    assert messages(executor.run([task("pier", fake_worker.WHITE)])) == ["done"]
    assert [(record.levelname, record.message) for record in caplog.records] == [
        ("WARNING", "pier.png: the GPU is small.")
    ]


def test_a_photo_that_changed_during_the_build_is_not_drawn(executor, task):
    changed, removed = task("changed"), task("removed")
    Image.new("RGB", (80, 64), "white").save(changed.photo.path)
    removed.photo.path.unlink()
    assert messages(executor.run([changed, removed])) == [
        "changed.png: the file was changed during the run. Run the command again.",
        "removed.png: the file was removed during the run. Run the command again.",
    ]


def test_numbers_that_changed_during_the_build_draw_nothing(executor, task):
    stale = task("pier")
    path = stale.blend[0].weights.path
    path.write_bytes(
        (64).to_bytes(8, "little") + b'{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}'.ljust(64) + b"1"
    )
    assert messages(executor.run([stale])) == [
        f"pier.png: {path}: the file was changed during the run. Run the command again."
    ]


def test_a_photo_that_cannot_be_read_fails_alone(executor, task, tmp_path):
    broken = task("broken")
    path = broken.photo.path
    path.write_bytes(path.read_bytes()[:60])
    object.__setattr__(broken.photo, "digest", sha256_of(path))
    first, second = messages(executor.run([broken, task("whole")]))
    assert first.startswith("broken.png: ")
    assert second == "done"


# Workers that die


def test_a_photo_that_kills_its_worker_twice_fails_and_the_rest_goes_on(executor, task, notes, caplog):
    outcomes = executor.run([task("a"), task("deadly", fake_worker.BLACK), task("c"), task("d"), task("e")])
    assert sorted(messages(outcomes)) == [
        "deadly.png: the worker was killed (SIGKILL), twice. If memory ran out, lower"
        " STYLIZE['long_edge'] or STYLIZE['workers'] and build again.",
        "done",
        "done",
        "done",
        "done",
    ]
    assert caplog.messages == ["deadly.png: the worker was killed (SIGKILL); trying once more."]
    assert len(workers(notes)) == 3


def test_a_photo_whose_worker_was_killed_by_chance_is_drawn_after_all(executor, task, notes):
    outcomes = list(executor.run([task("a"), task("unlucky", fake_worker.RED), task("c")]))
    assert messages(outcomes) == ["done", "done", "done"]
    assert len(workers(notes)) == 2


def test_a_worker_that_was_killed_while_it_loaded_is_replaced(executor, task, notes):
    (notes / "trap").touch()
    assert messages(executor.run([task("a"), task("b")])) == ["done", "done"]
    assert len(workers(notes)) == 2


def test_a_photo_is_not_blamed_for_its_neighbor(executor, task):
    outcomes = executor.run([task("deadly", fake_worker.BLACK), task("b")])
    assert [outcome.job for outcome in outcomes if isinstance(outcome, Failed)] == ["deadly"]


def test_workers_that_die_again_and_again_end_the_run(executor, task, notes):
    outcomes = executor.run([task(name, fake_worker.BLACK) for name in "abcde"])
    with pytest.raises(UserError) as caught:
        list(outcomes)
    assert str(caught.value) == (
        "c.png: the worker was killed (SIGKILL); 4 workers have died in a row. Finished pictures are kept."
        " If memory ran out, lower STYLIZE['long_edge'] or STYLIZE['workers'] and build again."
    )
    assert len(workers(notes)) == 4


def test_a_worker_that_cannot_start_is_reported_once_with_the_end_of_its_stderr(task):
    executor = LocalExecutor(command=(sys.executable, "-c", "import no_such_torch"))
    with pytest.raises(UserError) as caught:
        list(executor.run([task("a"), task("b")]))
    first, *_, last_line, advice = str(caught.value).splitlines()
    assert first == "the worker did not start: it ended with exit code 1."
    assert last_line == "    ModuleNotFoundError: No module named 'no_such_torch'"
    assert advice == f"Check that torch works here: {sys.executable} -c 'import torch'"


def test_a_worker_that_sends_no_messages_ends_the_run(task):
    executor = LocalExecutor(command=(sys.executable, "-c", "print('Hello'); input()"))
    with pytest.raises(UserError) as caught:
        list(executor.run([task("a")]))
    assert "not a message of version 4: 'Hello'" in str(caught.value)


def test_a_worker_that_dies_while_it_predicts_or_tunes_says_how_to_continue(task, tmp_path):
    ready = """print('{"is": "ready", "version": 4}', flush=True); input(); exit(3)"""
    executor = LocalExecutor(command=(sys.executable, "-c", ready))
    artwork = task("ink").photo
    with pytest.raises(UserError) as caught:
        executor.predict(artwork, tmp_path / "x.safetensors")
    assert str(caught.value) == "the worker ended with exit code 3. Run the command again."
    tuning = TuneTask(
        job="ink",
        artwork=artwork,
        photos=(artwork,),
        config=TrainingConfig(),
        workplace=tmp_path,
        target=tmp_path / "x.safetensors",
    )
    with pytest.raises(UserError) as caught:
        list(executor.tune([tuning]))
    assert str(caught.value) == (
        "the worker ended with exit code 3. Continue from its last step with --resume."
    )


def test_a_worker_of_another_version_is_refused(task):
    ready = """print('{"is": "ready", "version": 1}', flush=True); input(); input()"""
    with pytest.raises(UserError) as caught:
        list(LocalExecutor(command=(sys.executable, "-c", ready)).run([task("a")]))
    assert str(caught.value) == (
        "the worker speaks version 1 of the messages, and this program version 4."
        " Install the same version of pelican-stylize for both."
    )


def test_a_full_disk_ends_the_run(task, notes):
    limited = (
        "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20));"
        "sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    command = (sys.executable, "-c", limited, fake_worker.COMMAND[-1])
    executor = LocalExecutor(str(notes), command=command)
    first = task("a")
    with pytest.raises(UserError) as caught:
        list(executor.run([first, task("b")]))
    assert str(caught.value) == (
        f"{first.target.parent}: the system refuses a file of this size while storing the picture of a.png;"
        " what was finished is kept. Raise the limit ('ulimit -f') and build again."
    )
    assert not first.target.exists()


# Interruptions


def test_closing_early_ends_the_workers(executor, task, notes):
    outcomes = executor.run([task("a"), task("slow", fake_worker.YELLOW)])
    next(outcomes)
    begun = time.monotonic()
    outcomes.close()
    assert time.monotonic() - begun < 3
    assert all(is_gone(pid) for pid in workers(notes))


@pytest.mark.parametrize("interruption", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_worker_outlives_an_interrupted_build(task, notes, tmp_path, interruption):
    slow = task("slow", fake_worker.YELLOW)
    build = subprocess.Popen(
        [
            sys.executable,
            "-c",
            BUILD,
            *fake_worker.COMMAND,
            str(notes),
            str(slow.photo.path),
            str(tmp_path),
        ],
        start_new_session=True,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_until((notes / "asleep").exists)
    if interruption == signal.SIGINT:
        os.killpg(build.pid, signal.SIGINT)  # as a terminal does
    else:
        build.send_signal(interruption)
    _, errors = build.communicate(timeout=10)
    assert build.returncode == (-interruption if interruption != signal.SIGINT else 130), errors
    (worker,) = workers(notes)
    wait_until(lambda: is_gone(worker))


BUILD = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from pelican.plugins.stylize.storage.atomic_files import sha256_of
    from pelican.plugins.stylize.executors.local import LocalExecutor
    from pelican.plugins.stylize.executors.interface import make_stylize_task
    from pelican.plugins.stylize.storage.safetensors_header import digest_tensors
    from pelican.plugins.stylize.model.methods import FEED_FORWARD
    from pelican.plugins.stylize.model.entities import (
        Artwork, Credit, License, StyleWeights, Parameters, Photo, StyleShare, Style, Stylization)

    *command, notes, photo, folder = sys.argv[1:]
    credit = Credit(title="", creator="", license=License(code="", name="", url="", family="PD"))
    numbers = Path(folder, "style.safetensors")
    stylization = Stylization(
        photo=Photo(path=Path(photo), digest=sha256_of(Path(photo)), width=80, height=64, credit=credit),
        blend=(StyleShare(style=Style(
            slug="ink", title="", category="art", meaning="", how_made="",
            artwork=Artwork(path=Path(photo), digest="", credit=credit),
            weights=StyleWeights(path=numbers, digest=digest_tensors(numbers, where="")),
        )),),
        method=FEED_FORWARD,
        parameters=Parameters(),
    )
    task = make_stylize_task(stylization, Path(folder, "out.png"))
    try:
        for outcome in LocalExecutor(notes, command=command).run([task]):
            print(outcome)
    except KeyboardInterrupt:
        sys.exit(130)
    """
)


@pytest.mark.parametrize(
    ("own", "seen"),
    [
        ({}, ["20000", None]),
        ({"GOMP_SPINCOUNT": "7"}, ["7", None]),
        ({"OMP_WAIT_POLICY": "passive"}, [None, "passive"]),
    ],
)
def test_threads_of_a_worker_wait_in_a_short_loop_unless_the_user_wants_another(
    task, tmp_path, monkeypatch, own, seen
):
    for name in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    tell = """import json, os, sys
told = [os.environ.get(name) for name in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")]
open(sys.argv[1], "w").write(json.dumps(told))"""
    told = tmp_path / "told.json"
    with pytest.raises(UserError):
        list(LocalExecutor("cpu", command=(sys.executable, "-c", tell, str(told))).run([task("a")]))
    assert json.loads(told.read_text()) == seen


def test_a_worker_that_cannot_be_started_ahead_is_reported_by_the_run(task):
    executor = LocalExecutor("cpu", command=("/nowhere/python",))
    executor.prepare()
    with pytest.raises(FileNotFoundError):
        list(executor.run([task("a")]))

"""A stranger's file is read in a process of its own first: what ends that process is a message here."""

import sys
from pathlib import Path

import pytest
from fixtures import images
from pelican.plugins.stylize.executors.trial import PICTURE, TrialProcess
from pelican.plugins.stylize.model.errors import PhotoError


@pytest.fixture
def trial():
    process = TrialProcess(PICTURE)
    yield process
    process.close()


def test_one_process_reads_many_files(tmp_path, trial):
    images.quarters().save(tmp_path / "good.jpg")
    (tmp_path / "bad.jpg").write_bytes(b"\xff\xd8\xff\xd9")
    trial.check(tmp_path / "good.jpg")
    with pytest.raises(PhotoError, match=r"^the file is damaged or cut off"):
        trial.check(tmp_path / "bad.jpg")
    trial.check(tmp_path / "good.jpg")


def test_a_file_that_takes_too_long_ends_in_a_message_and_the_next_is_read(tmp_path):
    trial = TrialProcess(PICTURE, seconds=0)
    images.quarters().save(tmp_path / "good.jpg")
    with pytest.raises(PhotoError) as error:
        trial.check(tmp_path / "good.jpg")
    assert str(error.value) == (
        "reading it takes longer than 0 seconds, so it is not used. Take another file."
    )
    trial._seconds = 60
    trial.check(tmp_path / "good.jpg")
    trial.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to a limit of addresses")
def test_a_file_that_takes_more_memory_than_there_is_ends_in_a_message(tmp_path):
    trial = TrialProcess(PICTURE, memory=-950_000_000)
    path = tmp_path / "large.png"
    path.write_bytes(images.encoded(images.quarters(4000, 3000), "PNG"))
    with pytest.raises(PhotoError, match=r"not enough memory|more than there is|ended the process"):
        trial.check(path)
    trial.close()


def test_a_process_that_dies_ends_in_a_message(tmp_path, trial):
    trial.check(images_file(tmp_path))
    trial._process.kill()
    trial._process.wait()
    with pytest.raises(PhotoError) as error:
        trial.check(images_file(tmp_path))
    assert str(error.value) == (
        "reading it ended the process that tried it, so it is not used. Take another file."
    )


def images_file(folder: Path) -> Path:
    images.quarters().save(folder / "good.jpg")
    return folder / "good.jpg"


def test_a_process_that_does_not_start_in_time_passes_no_file(tmp_path, monkeypatch, trial):
    monkeypatch.setattr("pelican.plugins.stylize.executors.trial.TO_START", 0.0)
    (tmp_path / "bad.jpg").write_bytes(b"\xff\xd8\xff\xd9")
    for _ in range(2):
        with pytest.raises(PhotoError, match=r"^the process that tries such files first did not start"):
            trial.check(tmp_path / "bad.jpg")

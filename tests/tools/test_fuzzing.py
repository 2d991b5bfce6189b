"""The fuzzer finds what it is for: a wrong error, a file that takes for ever, and too much memory."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT))

from tools.fuzzing import run, targets  # noqa: E402
from tools.fuzzing.mutations import mutate  # noqa: E402


def read_badly(data: bytes, folder: Path) -> None:
    raise IndexError("index out of range")


def refuse(data: bytes, folder: Path) -> None:
    raise targets.PhotoError("the file is damaged. Copy it again.")


@pytest.mark.parametrize(("read", "finds"), [(read_badly, True), (refuse, False)])
def test_an_error_that_is_no_message_is_a_find(tmp_path, read, finds):
    target = targets.Target(read=read, samples=lambda: (b"",), answers=(targets.PhotoError,))
    assert ("IndexError: index out of range" in run._read_within(target, b"", tmp_path)) == finds


def test_every_file_follows_from_its_seed_and_differs_from_the_last():
    samples = (*targets.make_credits(), b"\x89PNG\r\n\x1a\n" + bytes(100))
    files = [mutate(run.Random(f"1 credit {number}"), samples) for number in range(50)]
    assert files == [mutate(run.Random(f"1 credit {number}"), samples) for number in range(50)]
    assert len(set(files)) > 30


def test_every_valid_sample_is_read(tmp_path):
    for name in ("credit", "style", "documents", "published"):
        target = targets.TARGETS[name]
        for sample in target.samples():
            targets.empty(tmp_path / "place")
            assert run._read_within(target, sample, tmp_path / "place") == "", name

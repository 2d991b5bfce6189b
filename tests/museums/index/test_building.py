"""What goes into an index, and what survives interruptions, other writers and damage."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from fixtures.museum_index import ColorReader, entry, fill, jpeg
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.museums.index.database import open_for_reading
from pelican.plugins.stylize.museums.index.query import Question, count_items, find, read_thumbnail
from pelican.plugins.stylize.museums.index.sources import SourceEntry
from PIL import Image

TESTS = Path(__file__).parents[2]


def count(path: Path) -> tuple[int, int]:
    with open_for_reading(path) as connection:
        return count_items(connection)


def list_keys(path: Path, **question: object) -> list[str]:
    with open_for_reading(path) as connection:
        return [hit.record.key for hit in find(connection, Question(**question))]


def test_an_item_keeps_its_record_and_a_small_picture(index_path):
    work = entry("1", jpeg("red", size=(600, 400)), title="Étude", credit_line="Gift of a friend")
    fill(index_path, work)
    with open_for_reading(index_path) as connection:
        (hit,) = find(connection, Question(text="etude"))
        (index_path.parent / "small.jpg").write_bytes(read_thumbnail(connection, hit.id))
    assert hit.record == work.record
    assert Image.open(index_path.parent / "small.jpg").size == (256, 171)


def test_what_is_known_is_not_read_again(index_path):
    reader = ColorReader()
    works = [entry("1", jpeg("red", seed=1)), entry("2", jpeg("blue", seed=2))]
    fill(index_path, *works, reader=reader)
    last = fill(index_path, *works, entry("3", jpeg("green", seed=3)), reader=reader)[-1]
    assert (last.done, last.known, last.read) == (3, 2, 1)
    assert reader.read_pictures == 3


def test_the_networks_are_not_loaded_where_nothing_is_new(index_path):
    reader = ColorReader()
    fill(index_path, entry("1", jpeg("red")))
    fill(index_path, entry("1", jpeg("red")), entry("2", None), reader=reader)
    assert reader.loaded == 0


def test_an_interrupted_run_goes_on_where_it_was(index_path):
    works = [entry(f"{number}", jpeg("red", seed=number)) for number in range(40)]
    reader = ColorReader()
    reader.ends_after = 16
    with pytest.raises(KeyboardInterrupt):
        fill(index_path, *works, reader=reader)
    assert count(index_path) == (16, 16)
    again = ColorReader()
    assert fill(index_path, *works, reader=again)[-1].known == 16
    assert (again.read_pictures, count(index_path)) == (24, (40, 40))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_what_a_killed_run_has_finished_is_kept(index_path):
    program = (
        "import os, sys; sys.path.insert(0, sys.argv[1]); import conftest\n"
        "from pathlib import Path; from fixtures.museum_index import ColorReader, entry, fill, jpeg\n"
        "class Killed(ColorReader):\n"
        "    def read(self, pictures):\n"
        "        return super().read(pictures) if not self.read_pictures else os.kill(os.getpid(), 9)\n"
        "works = [entry(f'{n}', jpeg('red', seed=n)) for n in range(40)]\n"
        "fill(Path(sys.argv[2]), *works, reader=Killed())"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(TESTS), str(index_path)], check=False)
    assert ended.returncode == -9
    again = ColorReader()
    works = [entry(f"{number}", jpeg("red", seed=number)) for number in range(40)]
    assert fill(index_path, *works, reader=again)[-1].known == 16
    assert (again.read_pictures, count(index_path)) == (24, (40, 40))


def test_a_changed_record_replaces_the_earlier_one_and_the_picture_stays(index_path):
    fill(index_path, entry("1", jpeg("red"), license="CC0-1.0"))
    fill(index_path, entry("1", None, license="CC-BY-4.0", title="Under another title"))
    assert count(index_path) == (1, 1)
    assert list_keys(index_path, rights="CC0-1.0") == []
    assert list_keys(index_path, rights="CC-BY-4.0", text="another", color="red") == ["example:1"]
    assert list_keys(index_path, text="work") == []


def test_a_picture_that_cannot_be_read_leaves_its_record_with_the_reason(index_path):
    (last, _) = fill(index_path, entry("1", b"no picture"))
    assert last.problems == ("example:1: this is a text file, not a photo. Save the photo as JPEG or PNG.",)
    assert (count(index_path), list_keys(index_path, text="work")) == ((1, 0), ["example:1"])


def test_a_picture_that_cannot_be_fetched_is_fetched_by_the_next_run(index_path):
    def fail() -> bytes:
        raise OSError("the museum hangs")

    broken = SourceEntry(record=entry("1", None).record, load=fail, is_foreign=False)
    (first, _) = fill(index_path, broken)
    assert first.problems == ("example:1: its picture cannot be fetched: the museum hangs",)
    fill(index_path, entry("1", jpeg("red")))
    assert count(index_path) == (1, 1)


def test_the_same_picture_of_two_museums_is_kept_twice_and_shown_once(index_path):
    report = fill(
        index_path,
        entry("1", jpeg("red", seed=5)),
        entry("2", jpeg("red", seed=5)),
        entry("smaller", jpeg("red", seed=5, size=(100, 75), quality=60)),
        entry("other", jpeg("red", seed=6)),
    )
    assert [pair for progress in report for pair in progress.twins] == [
        ("example:2", "example:1"),
        ("example:smaller", "example:1"),
    ]
    with open_for_reading(index_path) as connection:
        hits = find(connection, Question(color="red"))
    assert {hit.record.key: hit.also for hit in hits if hit.also} == {
        "example:1": ("example:2", "example:smaller")
    }
    assert (len(hits), count(index_path)) == (2, (4, 4))


def test_two_processes_may_write_at_the_same_time(index_path):
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import conftest\n"
        "from pathlib import Path; from fixtures.museum_index import entry, fill, jpeg\n"
        "mine = [entry(f'{sys.argv[3]}-{n}', jpeg('red', seed=hash(sys.argv[3]) % 1000 + n)) for n in range(40)]\n"
        "fill(Path(sys.argv[2]), *mine, entry('both', jpeg('red')))"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", program, str(TESTS), str(index_path), name]) for name in "ab"
    ]
    assert [process.wait() for process in processes] == [0, 0]
    assert count(index_path) == (81, 81)


@pytest.mark.parametrize("where", [0, 5000])
def test_a_damaged_index_is_set_aside_and_built_again(index_path, where):
    fill(index_path, *(entry(f"{number}", jpeg("red", seed=number)) for number in range(10)))
    data = bytearray(index_path.read_bytes())
    data[where : where + 20_000] = bytes(20_000)
    index_path.write_bytes(data)
    with pytest.raises(UserError) as raised, open_for_reading(index_path) as connection:
        find(connection, Question(color="red"))
        count_items(connection)
    assert "museum.index SOURCE" in str(raised.value)
    fill(index_path, entry("1", jpeg("red")))
    assert count(index_path) == (1, 1)
    assert index_path.with_name("index.sqlite.damaged").read_bytes() == bytes(data)


def test_an_index_of_another_version_is_not_read(index_path):
    fill(index_path, entry("1", jpeg("red")))
    connection = sqlite3.connect(index_path)
    connection.execute("PRAGMA user_version = 9")
    connection.close()
    with pytest.raises(UserError) as raised, open_for_reading(index_path):
        pass
    assert str(raised.value).endswith(
        "index.sqlite: the index is of version 9, and this program reads version 1."
        " pelican-stylize museum.index SOURCE builds it again."
    )


def test_without_an_index_the_message_says_how_to_begin_one(index_path):
    with pytest.raises(UserError) as raised, open_for_reading(index_path):
        pass
    assert str(raised.value).endswith("a search: pelican-stylize museum.index FOLDER")


def test_nothing_stays_beside_the_file(index_path):
    fill(index_path, entry("1", jpeg("red")))
    assert [path.name for path in index_path.parent.iterdir()] == ["index.sqlite"]

"""Two builds may publish into one site, and what is missing there comes back; each folder whole or not at all."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest
from pelican.plugins.stylize.model.entities import digest_of
from pelican.plugins.stylize.pipeline.publication import Publication
from pelican.plugins.stylize.pipeline.publish import prune, publish
from pelican.plugins.stylize.storage.atomic_files import DiskError
from pelican.plugins.stylize.storage.store import Store

PIER = Publication(
    name="pier-0123456789ab", address=digest_of({"photo": "pier"}), width=300, height=200, record="a" * 64
)
FILES = ["300.avif", "300.jpg", "provenance.jsonld"]


@pytest.fixture
def site(tmp_path, monkeypatch) -> Path:
    """A folder with a store that holds the renditions of one photo, and the site that it is published to."""
    monkeypatch.chdir(tmp_path)
    with Store(tmp_path / ".stylize").incoming() as incoming:
        folder = incoming / "pier"
        folder.mkdir()
        for name in ("300.avif", "300.jpg"):
            (folder / name).write_bytes(name.encode())
        Store(tmp_path / ".stylize").adopt_renditions(PIER.address, folder, photo="pier.jpg")
    return tmp_path / "output"


def publish_pier(site: Path, finish=lambda publication, file, data: (data, False)) -> None:
    store = Store(site.parent / ".stylize")
    sidecars = lambda publication: "{}"  # noqa: E731
    publish([PIER], store=store, output=site, folder="pictures", sidecars=sidecars, finish=finish)


def finished(site: Path) -> int:
    """Publish again; return how many files were finished for it."""
    count = Counter()

    def finish(publication, file, data):
        count[file] += 1
        return data, False

    publish_pier(site, finish)
    return count.total()


def there(site: Path) -> list[str]:
    return sorted(str(path.relative_to(site / "pictures")) for path in (site / "pictures").rglob("*.*"))


def test_the_first_of_two_builds_wins_and_the_other_leaves_nothing_behind(site):
    def overtaken(publication, file, data):
        publish_pier(site)
        return data, False

    publish_pier(site, overtaken)
    assert there(site) == [f"{PIER.name}/{name}" for name in FILES]
    assert finished(site) == 0


def test_two_builds_that_publish_the_same_file_by_file_do_not_meet(site):
    processes = get_context("fork")
    turns = processes.Barrier(2, timeout=20)

    def finish(publication, file, data):
        turns.wait()
        return data, False

    builds = [processes.Process(target=publish_pier, args=(site, finish)) for _ in range(2)]
    for build in builds:
        build.start()
    for build in builds:
        build.join()
    assert [build.exitcode for build in builds] == [0, 0]
    assert there(site) == [f"{PIER.name}/{name}" for name in FILES]


def test_what_a_killed_build_left_aside_goes_and_what_another_is_writing_stays(site):
    publish_pier(site)
    left = site / "pictures" / ".stylize-coming-left"
    left.mkdir()
    os.utime(left, (0, 0))

    def finish(publication, file, data):
        prune(site / "pictures", keep=[PIER])
        return data, False

    shutil.rmtree(site / "pictures" / PIER.name)
    publish_pier(site, finish)
    assert [path.name for path in (site / "pictures").iterdir()] == [PIER.name]


def test_a_folder_that_is_as_it_was_published_is_left_alone(site):
    publish_pier(site)
    assert finished(site) == 0


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_missing_comes_back(site, name):
    publish_pier(site)
    (site / "pictures" / PIER.name / name).unlink()
    assert finished(site) == 2
    assert there(site) == [f"{PIER.name}/{name}" for name in FILES]
    assert finished(site) == 0


def test_renditions_that_are_pruned_while_they_are_published_are_asked_for_again(site):
    class Pruned(Store):
        def renditions(self, name):
            self.remove_renditions(name)
            return super().renditions(name)

    stale = publish([PIER], store=Pruned(site.parent / ".stylize"), output=site, folder="pictures")
    assert stale.publications == {PIER}
    assert not (site / "pictures").exists() or there(site) == []


@pytest.mark.parametrize("name", ["300.avif", "300.jpg", "sha256sums"])
def test_a_flipped_bit_in_a_rendition_is_not_published(site, name):
    (path,) = (site.parent / ".stylize/renditions").glob(f"*/*/{name}")
    facts, data = path.stat(), bytearray(path.read_bytes())
    data[3] ^= 0x10
    path.write_bytes(data)
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    store = Store(site.parent / ".stylize")
    stale = publish([PIER], store=store, output=site, folder="pictures")
    assert stale.publications == {PIER}
    assert there(site) == []
    assert not store.has_renditions(PIER.address)


def test_an_original_that_has_changed_since_it_was_read_is_not_published(site, photo, tmp_path):
    path = tmp_path / "pier.jpg"
    path.write_bytes(b"another photo")
    store = Store(site.parent / ".stylize")
    stale = publish([], store=store, output=site, folder="pictures", originals=[replace(photo, path=path)])
    assert stale.files == {path}
    assert there(site) == []


def test_a_file_that_was_cut_off_or_edited_later_is_put_right(site):
    publish_pier(site)
    path = site / "pictures" / PIER.name / "300.jpg"
    path.write_bytes(b"300")
    os.utime(path, (0, 0))
    assert finished(site) == 2
    path.write_bytes(b"003.jpg")
    later = (site / "provenance" / "index.json").stat().st_mtime + 9
    os.utime(path, (later, later))
    assert finished(site) == 2
    assert path.read_bytes() == b"300.jpg"
    assert finished(site) == 0


@pytest.mark.parametrize(
    "index",
    ["", "[" * 200_000, '{"version": 1, "pictures": [{"folder": "pictures/pier-0123456789ab", "files": 3}]}'],
)
def test_a_damaged_index_is_written_again_and_complete_folders_stay(site, index):
    publish_pier(site)
    before = (site / "pictures" / PIER.name / "300.jpg").stat().st_ino
    (site / "provenance" / "index.json").write_text(index)
    assert finished(site) == 2
    assert (site / "pictures" / PIER.name / "300.jpg").stat().st_ino == before
    assert len(json.loads((site / "provenance" / "index.json").read_text())["pictures"]) == 1


def test_what_stands_in_the_way_in_the_site_is_named(site):
    index = site / "provenance" / "index.json"
    index.mkdir(parents=True)
    with pytest.raises(DiskError) as raised:
        publish_pier(site)
    assert str(raised.value) == (
        "output/provenance/index.json: this is a folder, which stops writing the index of provenance."
        " Move it away."
    )
    shutil.rmtree(site)
    site.mkdir()
    (site / "pictures").write_text("")
    with pytest.raises(DiskError) as raised:
        publish_pier(site)
    assert str(raised.value) == (
        "output/pictures: this is a file, but the pictures need a folder."
        " Move it away or name another folder in OUTPUT_PATH."
    )


def test_two_builds_at_the_same_time_both_succeed(blog):
    blog.post("pier", "Words.", Style="harvesters", Photos="pier.jpg | A wooden pier")
    blog.build()
    shutil.rmtree(blog.root / "output")
    command = [sys.executable, "-m", "pelican", "--fatal=errors", "-s", "pelicanconf.py"]
    builds = [
        subprocess.Popen(command, cwd=blog.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(2)
    ]
    printed = [build.communicate(timeout=120)[0] for build in builds]
    assert [build.returncode for build in builds] == [0, 0], printed
    assert not list((blog.root / "output" / "pictures").glob(".*"))

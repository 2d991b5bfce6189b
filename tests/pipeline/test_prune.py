"""Pruning removes from the store what no built site uses after a month, but no picture."""

import os
import shutil
from pathlib import Path

import pytest
from pelican.plugins.stylize.cli.store import prune
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.pipeline.prune import Pruned, prune_store
from pelican.plugins.stylize.provenance.c2pa.keys import make_keys
from pelican.plugins.stylize.provenance.verify.site_check import verify_files
from pelican.plugins.stylize.storage.store import Store

PIER = "pier.jpg | A wooden pier"


@pytest.fixture
def built(blog):
    """A blog that was built with two posts and once more without the second, all of it long ago."""
    blog.photo("nets.jpg", color="olive")
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    second = blog.post("nets", "Words.", Style="harvesters", Photos="nets.jpg | Nets")
    assert blog.build().code == 0
    second.unlink()
    assert blog.build().code == 0
    age(blog)
    return blog


def age(blog) -> None:
    for path in (blog.root / ".stylize").rglob("*"):
        os.utime(path, (0, 0))


def pruned(blog) -> Pruned:
    return prune_store(Store(blog.root / ".stylize"), [blog.root / "output", blog.root / "output.preview"])


def entries(blog, kind: str) -> list[Path]:
    return sorted((blog.root / ".stylize" / kind).glob("*/*"))


def test_what_no_site_uses_goes_and_the_rest_stays_with_all_pictures(built):
    pictures = entries(built, "pictures")
    went = pruned(built)
    # Of the second post: the stylized picture, and the photo itself.
    assert (went.renditions, went.records, went.signed) == (2, 2, 0)
    assert went.size > 1000
    assert went.kept == len(entries(built, "renditions")) + len(entries(built, "records"))
    assert entries(built, "pictures") == pictures and len(pictures) == 2
    again = pruned(built)
    assert (again.renditions, again.records, again.size) == (0, 0, 0)


def test_a_build_after_it_makes_nothing_again(built):
    pruned(built)
    shutil.rmtree(built.root / "output")
    age(built)
    kept = {path: path.stat().st_mtime for path in entries(built, "renditions") + entries(built, "records")}
    output = built.build().output
    assert {path: path.stat().st_mtime for path in kept} == kept
    assert [fault for row in verify_files(output, output) for fault in row.faults] == []


def test_what_went_is_made_again_from_the_picture_when_its_post_comes_back(built):
    pruned(built)
    built.drawn()
    built.post("nets", "Words.", Style="harvesters", Photos="nets.jpg | Nets")
    output = built.build().output
    assert built.drawn() == []
    assert [fault for row in verify_files(output, output) for fault in row.faults] == []


def test_what_is_younger_than_a_month_stays(built):
    for path in entries(built, "renditions") + entries(built, "records"):
        os.utime(path)
    assert pruned(built).size == 0


def test_signed_files_that_are_not_published_any_more_go(blog, tmp_path_factory):
    pytest.importorskip("c2pa", reason="needs the extra c2pa")
    keys = tmp_path_factory.mktemp("keys") / "pier"
    make_keys(keys, name="Ana Sol")
    blog.stylize.update(c2pa="required", c2pa_folder=str(keys))
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    blog.build()
    before = len(entries(blog, "signed"))
    age(blog)
    assert pruned(blog).signed == 0
    credit = blog.root / "content/photos/pier.toml"
    credit.write_text('title = "Pier"\ncreator = "Ana Luz"\nlicense = "CC-BY-4.0"\n')
    blog.build()
    # The picture and its photo, as AVIF and as JPEG.
    assert (len(entries(blog, "signed")) - before, pruned(blog).signed) == (4, 4)


def test_without_a_built_site_nothing_is_pruned(built, monkeypatch):
    monkeypatch.chdir(built.root)
    shutil.rmtree("output")
    with pytest.raises(UserError) as raised:
        pruned(built)
    assert str(raised.value) == (
        "output or output.preview: there is no built site with pictures, which would show what is in use."
        " Build it first: pelican-stylize build"
    )
    assert len(entries(built, "records")) > 2


def test_the_command_prints_how_much_was_removed(built, monkeypatch):
    monkeypatch.chdir(built.root)
    text = prune("pelicanconf.py", [])
    assert text.startswith("Removed 2 folders of renditions, 2 records: 0.0 MB; ")
    assert text.endswith(" are in use or younger than a month. Pictures are never removed.")
    assert prune("pelicanconf.py", []).startswith("Nothing to remove; ")

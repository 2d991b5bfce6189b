"""`museum.remove`: nothing of a work is left, in the blog, its store, or what is published next."""

import hashlib
import shutil
import sqlite3
from contextlib import closing

import pytest
from fixtures.museum_blog import draw_jpeg, draw_noise
from pelican.plugins.stylize.cli.museum_remove import remove
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.museums import originals, photo_files
from pelican.plugins.stylize.museums.index.build import IndexedItem
from pelican.plugins.stylize.museums.index.writer import open_for_writing
from pelican.plugins.stylize.museums.record import MuseumRecord, Rights
from pelican.plugins.stylize.rights.vocabulary import LICENSES

NETS, BOAT = "mending-the-nets-12", "mending-the-nets-13"


@pytest.fixture
def added(museum_blog):
    """A blog with one photo of a museum, not built."""
    museum_blog.run("museum.add", museum_blog.offer(12), "--as", "photo", "--alt", "Nets")
    return museum_blog


@pytest.fixture
def kept(museum_blog, monkeypatch):
    """A built blog: item 12 is a style and a photo, item 13 a photo with a large original."""
    monkeypatch.setattr(originals, "LARGE", 50_000)
    monkeypatch.setattr(photo_files, "LARGE", 50_000)
    blog = museum_blog.blog
    museum_blog.run("museum.add", museum_blog.offer(12), "--as", "style", "--category", "labor")
    museum_blog.run("museum.add", "met:12", "--as", "photo", "--alt", "Nets")
    museum_blog.run(
        "museum.add", museum_blog.offer(13, image=draw_noise((150, 150))), "--as", "photo", "--alt", "A"
    )
    blog.post("nets", f"![Boat](../photos/{BOAT}.jpg){{: stylize }}", Style=NETS)
    blog.post("pier", "![A pier](../photos/pier.jpg){: stylize }", Style="harvesters")
    blog.post("boat", f"![Boat](../photos/{BOAT}.jpg){{: stylize }}", Style="harvesters")
    assert blog.build().code == 0
    (museum_blog.root / ".stylize/audition").mkdir()
    shutil.copy(museum_blog.photos / f"{NETS}.jpg", museum_blog.root / ".stylize/audition/12.jpg")
    (museum_blog.root / ".stylize/audition/board.html").write_text("<p>met:12")
    (museum_blog.root / ".stylize/audition/other.html").write_text("<p>met:99")
    return museum_blog


def pictures(kept):
    return sorted(path.name for path in (kept.root / ".stylize/pictures").glob("*/*"))


def holds(kept, *needles):
    """Return the files of the blog, its store and its site that contain one of these texts."""
    found = []
    for path in sorted(kept.root.rglob("*")):
        name = str(path.relative_to(kept.root))
        if path.is_file() and "__pycache__" not in name and not name.endswith(".log"):
            data = path.read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            if any(needle.encode() in data or needle in name or needle == digest for needle in needles):
                found.append(name)
    return found


def test_nobody_is_asked_so_nothing_is_removed(kept):
    before = kept.files()
    ended = kept.run("museum.remove", "met:12")
    assert ended.code == 2
    assert ended.err == "nothing was removed: nobody can be asked here. To remove all of it: --yes\n"
    lines = ended.out.splitlines()
    assert lines[:3] == [
        "met:12 is held by:",
        f"  styles/{NETS}/  the style, with its artwork, original and citation",
        f"  content/photos/{NETS}.jpg, content/photos/{NETS}.toml, content/photos/{NETS}.museum.json",
    ]
    assert "  pictures in the store: 1" in lines
    assert "  content/nets.md:3  names it" in lines
    assert not [line for line in lines if "pier.md" in line or "boat.md" in line]
    assert lines[-1] == (
        "Not known here: packs that style.pack has written, copies elsewhere, the history of git."
    )
    assert len([line for line in lines if line.endswith("goes with the next publish")]) == 3
    assert kept.files() == before and len(pictures(kept)) == 3


@pytest.mark.parametrize(("answer", "goes"), [("", False), ("n", False), ("y", True), ("Yes ", True)])
def test_a_person_is_asked_once(answer, goes, added):
    asked = []

    def ask(question):
        asked.append(question)
        return answer

    lines = remove("pelicanconf.py", "met:12", ask=ask)
    if goes:
        assert "Removed." in list(lines)
    else:
        with pytest.raises(UserError, match=r"nothing was removed\."):
            list(lines)
    assert asked == ["Remove all of it? [y/N] "]
    assert (added.photos / f"{NETS}.jpg").exists() is not goes


def test_a_style_is_taken_down(kept):
    root = kept.root
    artwork = hashlib.sha256((root / "styles" / NETS / "artwork.jpg").read_bytes()).hexdigest()
    original = hashlib.sha256(draw_jpeg(12)).hexdigest()
    ended = kept.run("museum.remove", NETS, "--yes")
    assert (ended.code, ended.err) == (0, "")
    assert "content/nets.md:3 still names it: the next build fails there." in ended.out
    assert not (root / "styles" / NETS).exists() and not list(kept.photos.glob(f"{NETS}*"))
    assert len(pictures(kept)) == 2
    names = [NETS, artwork, original, "met:12"]
    left = [name for name in holds(kept, *names) if not name.startswith("output/")]
    assert left == ["content/nets.md"]
    assert (root / ".stylize/audition/other.html").exists()

    assert kept.blog.build().code == 2  # the post names it
    post = root / "content/nets.md"
    post.write_text(post.read_text().replace(NETS, "harvesters"))
    drawn = kept.blog.drawn()
    kept.blog.settings["STYLIZE_PUBLISH"] = True
    shutil.rmtree(root / "output")
    built = kept.blog.build()
    assert built.code == 0, built.printed
    assert drawn and kept.blog.drawn() == []  # the pictures of the others are still there
    assert holds(kept, *names) == []
    assert f"{BOAT}" in built.page("boat.html")


def test_a_photo_is_taken_down_with_its_large_original(kept):
    digest = hashlib.sha256(draw_noise((150, 150))).hexdigest()
    assert holds(kept, digest)
    ended = kept.run("museum.remove", f"{BOAT}.jpg", "--yes")
    assert ended.code == 0
    assert f"  museum-originals/{digest[:12]}-{BOAT}.png  the original, outside git" in ended.out
    assert [name for name in holds(kept, digest, BOAT, "met:13") if not name.startswith("output/")] == [
        "content/boat.md",
        "content/nets.md",
    ]
    assert len(pictures(kept)) == 1
    for name in ("boat", "nets"):
        (kept.root / f"content/{name}.md").unlink()
    assert kept.blog.build("--delete-output-directory").code == 0
    assert holds(kept, digest, BOAT, "met:13") == []


def test_pictures_without_a_record_stay_unless_they_are_named(kept):
    for path in (kept.root / ".stylize/records").glob("*/*.json"):
        path.unlink()  # store.prune does so after a month
    ended = kept.run("museum.remove", "met:13", "--yes")
    assert (
        "  pictures in the store without a record, which may show it: 3; they stay, unless you add --unknown"
        in (ended.out.splitlines())
    )
    assert len(pictures(kept)) == 3


def test_pictures_without_a_record_are_removed_with_unknown(kept):
    for path in (kept.root / ".stylize/records").glob("*/*.json"):
        path.unlink()
    assert kept.run("museum.remove", "met:13", "--yes", "--unknown").code == 0
    assert pictures(kept) == []


def test_the_index_of_museums(added):
    path = added.root / ".stylize/museums/index.sqlite"
    with open_for_writing(path) as (writer, _):
        for number in (12, 99):
            record = MuseumRecord(
                museum="met",
                item=str(number),
                title=f"Mending {number}",
                page="https://www.metmuseum.org/",
                rights=Rights(license=LICENSES["CC0-1.0"]),
            )
            writer.add([IndexedItem(record=record)])
    ended = added.run("museum.remove", "met:12", "--yes")
    assert (ended.code, "  entries of the index of museums: 1\n" in ended.out) == (0, True)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT key FROM items").fetchall() == [("met:99",)]
        assert connection.execute("SELECT rowid FROM texts WHERE texts MATCH 'mending'").fetchall() == [(2,)]
    assert b"Mending 12" not in path.read_bytes()


def test_what_the_blog_does_not_have(added):
    ended = added.run("museum.remove", "harvesters", "--yes")
    assert ended.code == 2
    assert ended.err.startswith(
        "harvesters: no style and no photo of the blog came from a museum under this name."
    )

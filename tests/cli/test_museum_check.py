"""`museum.check` against a museum that has changed its mind, or that is not there."""

from datetime import date

import pytest
from fixtures.museum_blog import IMAGE, MET, OBJECT, draw_jpeg

TODAY = date.today().isoformat()
NETS = "styles/mending-the-nets-12/style.toml"
BOAT = "content/photos/mending-the-nets-13.toml"


@pytest.fixture
def kept(museum_blog):
    """A blog with a style and a photo of the museum, added long ago; comments of the author in both."""
    museum_blog.run("museum.add", museum_blog.offer(12), "--as", "style", "--category", "labor")
    museum_blog.run("museum.add", museum_blog.offer(13), "--as", "photo", "--alt", "A net")
    for name in (NETS, BOAT):
        path = museum_blog.root / name
        text = path.read_text("utf-8").replace(TODAY, "2026-01-02")
        path.write_text(text.replace("[museum]", "# Mine.\n[museum]  # from a walk"), "utf-8")
    return museum_blog


def table(kept, name):
    return (
        (kept.root / name)
        .read_text("utf-8")
        .partition("# Mine.\n[museum]  # from a walk\n")[2]
        .partition("\n\n")[0]
        .strip()
    )


def test_nothing_has_changed(kept):
    ended = kept.run("museum.check")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (
        "the style 'mending-the-nets-12', met:12: as kept\n"
        "the photo 'photos/mending-the-nets-13.jpg', met:13: as kept\n"
    )
    assert table(kept, NETS) == f'item = "met:12"\nchecked = {TODAY}'
    assert table(kept, BOAT) == f'item = "met:13"\nchecked = {TODAY}'
    assert kept.run("museum.check", "--digest").code == 0


def test_changes_are_told_and_written_and_the_build_warns_of_the_rights(kept):
    kept.blog.post(
        "nets", "![A net](../photos/mending-the-nets-13.jpg){: stylize }", Style="mending-the-nets-12"
    )
    assert "museum says" not in kept.blog.build().printed
    before = (kept.root / "styles/mending-the-nets-12/museum.json").read_bytes()
    kept.offer(
        12,
        isPublicDomain=False,
        title="Mending",
        constituents=[{"name": "Ana Sol", "role": "Engraver"}],
        objectDate="1863",
    )
    ended = kept.run("museum.check", "--only", "met:12")
    assert ended.code == 1
    assert ended.out == (
        "the style 'mending-the-nets-12', met:12: changed\n"
        "  rights: 'isPublicDomain: true' -> 'isPublicDomain: false'\n"
        "  title: 'Mending the Nets 12' -> 'Mending'\n"
        "  creators: 'Ana Sol' -> 'Ana Sol (Engraver)'\n"
        "  date: 'ca. 1862–64' -> '1863'\n"
        f"  Builds that show it warn from now on: see says in {NETS}\n"
    )
    assert ended.err == "1 item differs from what is kept. What is kept stays as it is.\n"
    assert table(kept, NETS) == (
        f'item = "met:12"\nchecked = {TODAY}\nsays = "isPublicDomain: false"\n'
        "differs = \"title: 'Mending the Nets 12' -> 'Mending'; creators: 'Ana Sol' -> 'Ana Sol (Engraver)';"
        " date: 'ca. 1862–64' -> '1863'\""
    )
    assert (kept.root / "styles/mending-the-nets-12/museum.json").read_bytes() == before
    warning = (
        f"the artwork of the style 'mending-the-nets-12': since {TODAY} its museum says"
        " 'isPublicDomain: false'. Read its page;"
    )
    asked = len(kept.museum.asked)
    kept.blog.age()
    for _ in range(2):  # the second build makes nothing
        built = kept.blog.build()
        assert built.code == 0 and warning in built.printed
    assert len(kept.museum.asked) == asked

    kept.offer(12)
    assert kept.run("museum.check", "--only", "mending-the-nets-12").code == 0
    assert table(kept, NETS) == f'item = "met:12"\nchecked = {TODAY}'
    assert "museum says" not in kept.blog.build().printed


def test_the_rights_of_a_photo(kept):
    kept.offer(13, isPublicDomain=False)
    assert kept.run("museum.check", "--only", MET.format(13)).code == 1
    assert table(kept, BOAT) == f'item = "met:13"\nchecked = {TODAY}\nsays = "isPublicDomain: false"'
    kept.blog.post("nets", "![A net](../photos/mending-the-nets-13.jpg){: stylize }", Style="harvesters")
    assert "the photo mending-the-nets-13.jpg: since" in kept.blog.build().printed


def test_another_file_is_told_by_its_size_and_with_digest_by_its_bytes(kept):
    same_size = bytearray(draw_jpeg(12))
    same_size[-10] ^= 1
    kept.museum.page(IMAGE.format(12), body=bytes(same_size), headers={"Content-Type": "image/jpeg"})
    kept.museum.page(IMAGE.format(13), body=b"x" * 7000, headers={"Content-Type": "image/jpeg"})
    ended = kept.run("museum.check")
    assert ended.code == 1
    assert "met:12: as kept\n" in ended.out
    assert f"  picture: '{len(draw_jpeg(13)):,} bytes' -> '7,000 bytes'\n" in ended.out
    assert "  picture: 'sha256 " in kept.run("museum.check", "--only", "met:12", "--digest").out
    kept.museum.page(IMAGE.format(12), status=404)
    assert "-> 'it is there no more'" in kept.run("museum.check", "--only", "met:12").out


def test_a_museum_that_cannot_be_reached_changes_nothing(kept, monkeypatch):
    before = kept.files()
    kept.museum.page(OBJECT.format(12), status=403)
    kept.museum.page(OBJECT.format(13), status=403)
    ended = kept.run("museum.check")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.count("Nothing was changed.") == 2
    assert kept.files() == before


def test_an_item_that_is_gone_is_told_and_stays(kept):
    kept.museum.page(OBJECT.format(12), status=410)
    before = kept.files()
    ended = kept.run("museum.check", "--only", "met:12")
    assert ended.code == 1
    assert f"  item: '{MET.format(12)}' -> 'the museum has it no more'\n" in ended.out
    after = kept.files()
    assert {name for name in after if after[name] != before[name]} == {NETS}
    assert before.keys() == after.keys()


def test_what_the_blog_does_not_have(kept):
    ended = kept.run("museum.check", "--only", "met:14")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(
        "met:14: no style and no photo of the blog came from a museum under this name."
    )
    (kept.root / "content/photos/mending-the-nets-13.museum.json").write_text("{}")
    ended = kept.run("museum.check", "--only", "mending-the-nets-13.jpg")
    assert ended.err == (
        "the photo 'photos/mending-the-nets-13.jpg': mending-the-nets-13.museum.json: it is damaged, or no"
        " citation of a museum. Take it back from git.\n"
    )


def test_a_page_that_was_saved_by_hand_is_not_asked(kept):
    for name in (NETS, BOAT):
        path = kept.root / name
        path.write_text(path.read_text("utf-8").replace('"met:', '"page:https://museum.example/'), "utf-8")
    before = kept.files()
    ended = kept.run("museum.check")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.count("its page was saved by hand, and no program asks it again. Open it.") == 2
    assert kept.files() == before

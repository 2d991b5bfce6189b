"""`museum.add` against a museum on this computer: what is written, what is refused, and what bad worlds leave."""

import errno
import json
import os
import shutil
import threading
import zipfile
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from fixtures.museum_blog import IMAGE, MET, OBJECT, draw_jpeg, draw_noise
from pelican.plugins.stylize.museums import originals, photo_files
from pelican.plugins.stylize.museums.citation import parse_citation
from pelican.plugins.stylize.museums.http_client.bodies import FileBody
from pelican.plugins.stylize.museums.importers import registry
from pelican.plugins.stylize.museums.importers.interface import Museum, Request
from pelican.plugins.stylize.museums.importers.statements import read_rights
from pelican.plugins.stylize.museums.record import ImageFile, MuseumRecord
from pelican.plugins.stylize.rights.vocabulary import LICENSES
from pelican.plugins.stylize.storage.atomic_files import lock
from pelican.plugins.stylize.storage.toml_tables import read_toml
from pelican.plugins.stylize.styles.edit_toml import write_model

TODAY = date.today().isoformat()
PHOTO = ("--as", "photo")
STYLE = ("--as", "style", "--category", "labor")


def test_a_photo_with_its_credit_and_citation(museum_blog):
    page = museum_blog.offer(12)
    before = museum_blog.files()
    ended = museum_blog.run("museum.add", page, *PHOTO)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (
        "content/photos/mending-the-nets-12.jpg: 'Mending the Nets 12', CC0 1.0, from"
        " https://www.metmuseum.org/art/collection/search/12\n"
        "  Use it in a post: Photos: mending-the-nets-12.jpg\n"
        "  The museum does not say what it shows. Write it as alt into content/photos/mending-the-nets-12.toml\n"
    )
    added = {name: data for name, data in museum_blog.files().items() if name not in before}
    photo = "content/photos/mending-the-nets-12"
    assert list(added) == [f"{photo}.jpg", f"{photo}.museum.json", f"{photo}.toml"]
    assert added[f"{photo}.jpg"] == draw_jpeg(12)
    assert (
        added[f"{photo}.toml"].decode()
        == f"""\
# Metropolitan Museum of Art, New York, NY, met:12, as asked on {TODAY}
title = "Mending the Nets 12"
creator = "Ana Sol"
date = "ca. 1862–64"
institution = "Metropolitan Museum of Art, New York, NY"
accession = "11.2.3"
medium = "Etching"
source_url = "https://www.metmuseum.org/art/collection/search/12"
image_url = "https://images.metmuseum.org/CRDImages/x/original/12.jpg"
license = "CC0-1.0"
credit_line = "Gift of a Friend, 1911"

[museum]
item = "met:12"
checked = {TODAY}
"""
    )
    citation = json.loads(added[f"{photo}.museum.json"])
    assert citation["original"] == {
        "url": "https://images.metmuseum.org/CRDImages/x/original/12.jpg",
        "file": "mending-the-nets-12.jpg",
        "sha256": sha256(draw_jpeg(12)).hexdigest(),
        "size": len(draw_jpeg(12)),
        "place": "beside",
    }
    assert citation["record"]["rights"] == {
        "license": "CC0-1.0",
        "written": "isPublicDomain: true",
        "field": "isPublicDomain",
        "url": "https://creativecommons.org/publicdomain/zero/1.0/",
        "reason": "the Met releases its images of works in the public domain under CC0 (its open-access policy)",
    }
    assert [answer["url"] for answer in citation["answers"]] == [f"https:/{OBJECT.format(12)}"]
    assert json.loads(citation["answers"][0]["body"])["accessionNumber"] == "11.2.3"
    record = parse_citation(added[f"{photo}.museum.json"]).record
    assert (record.key, record.creators[0].dates) == ("met:12", "Portuguese, 1840–1901")


def test_a_style_with_its_original(museum_blog):
    page = museum_blog.offer(12)
    ended = museum_blog.run("museum.add", page, *STYLE, "--meaning", "Work at the sea.")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (
        "styles/mending-the-nets-12: 'Mending the Nets 12', 320 x 240 pixels, CC0 1.0, from"
        " https://www.metmuseum.org/art/collection/search/12\n"
        "  See it in a post: Style: mending-the-nets-12\n"
    )
    folder = museum_blog.root / "styles/mending-the-nets-12"
    assert sorted(path.name for path in folder.iterdir()) == [
        "artwork.jpg",
        "museum.json",
        "original.jpg",
        "style.safetensors",
        "style.toml",
    ]
    assert (folder / "original.jpg").read_bytes() == draw_jpeg(12)
    artwork = sha256((folder / "artwork.jpg").read_bytes()).hexdigest()
    assert (
        (folder / "style.toml").read_text("utf-8")
        == f"""\
title = "Mending the Nets 12"
category = "labor"
# What this artwork says about a photo it redraws, in your words:
meaning = "Work at the sea."

# From Metropolitan Museum of Art, New York, NY, met:12, as asked on {TODAY}. artwork.jpg is made from the file
# that [original] names: upright, in sRGB, 320 x 240 pixels, without its metadata.
[artwork]
title = "Mending the Nets 12"
creator = "Ana Sol"
date = "ca. 1862–64"
medium = "Etching"
institution = "Metropolitan Museum of Art, New York, NY"
accession = "11.2.3"
source_url = "https://www.metmuseum.org/art/collection/search/12"
image_url = "https://images.metmuseum.org/CRDImages/x/original/12.jpg"
license = "CC0-1.0"
credit_line = "Gift of a Friend, 1911"
sha256 = "{artwork}"

[original]
file = "original.jpg"
sha256 = "{sha256(draw_jpeg(12)).hexdigest()}"
bytes = {len(draw_jpeg(12))}
width = 320  # pixels, upright
height = 240
crop = ""  # left, top, width, height, in pixels; "" for the whole picture

[museum]
item = "met:12"
checked = {TODAY}

[model]
method = "feed-forward"
level = 0
digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
how = "Predicted from the artwork, without training."
"""
    )


def test_an_item_by_three_of_its_addresses_is_one_style(museum_blog):
    museum_blog.offer(12)
    places = f"{MET.format(12)},met:12,https:/{OBJECT.format(12)}"
    ended = museum_blog.run("museum.add", places, *STYLE)
    assert ended.code == 0
    assert [line for line in ended.out.splitlines() if "already" in line] == [
        "met:12: it is the style 'mending-the-nets-12' already.",
        f"https:/{OBJECT.format(12)}: it is the style 'mending-the-nets-12' already.",
    ]
    assert len(list((museum_blog.root / "styles").iterdir())) == 3  # two were there before
    asked = len(museum_blog.museum.asked)
    assert museum_blog.run("museum.add", "met:12", *STYLE).code == 0
    assert len(museum_blog.museum.asked) == asked


def test_several_items_and_a_list_go_on_after_one_that_fails(museum_blog):
    for number in (12, 14, 15):
        museum_blog.offer(number)
    (museum_blog.root / "list.txt").write_text(f"# etchings\n{MET.format(14)}\n\nmet:15\n")
    ended = museum_blog.run("museum.add", "met:12,met:13", "--list", "list.txt", *PHOTO)
    assert ended.code == 2
    assert ended.err == (
        "The Metropolitan Museum of Art, 13: it has nothing at this address (404)."
        " See in a browser whether the address is right.\n"
    )
    assert [line.partition(":")[0] for line in ended.out.splitlines() if line.startswith("content")] == [
        f"content/photos/mending-the-nets-{number}.jpg" for number in (12, 14, 15)
    ]
    assert museum_blog.run("museum.add", "--list", "list.txt", *PHOTO).out.count("already") == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["met:12", "--as", "etching"], "--as is 'etching', but must be one of: style, photo.\n"),
        (["met:12", "--as", "style"], "--category is missing. Write one of: art, video-game, "),
        (
            ["met:12", "--category", "labour"],
            "--category: there is no category 'labour'. Did you mean 'labor'?\n",
        ),
        (
            ["met:12", *PHOTO, "--crop", "1,2,3,4"],
            "--crop is for styles. Leave it out, or write --as style.\n",
        ),
        (
            ["met:12", *PHOTO, "--slug", "../../nets"],
            "--slug is '../../nets', but must be at most 60 small letters, digits and single hyphens",
        ),
        (["met:12,met:13", *PHOTO, "--slug", "nets"], "--slug is for one item, and 2 are named.\n"),
        (
            ["met:12", *PHOTO, "--license", "CC0-1.0"],
            "--license contradicts the museum, so say why: --decision",
        ),
        (
            ["https://unknown.example/1", *PHOTO],
            "https://unknown.example/1: no museum here has such an address.",
        ),
    ],
)
def test_what_was_typed_wrongly_is_told_before_a_museum_is_asked(words, message, museum_blog):
    ended = museum_blog.run("museum.add", *words)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(message)
    assert museum_blog.museum.asked == []


def test_an_item_in_copyright_is_refused_in_the_museums_words(museum_blog):
    page = museum_blog.offer(12, isPublicDomain=False, rightsAndReproduction="© 2020 The Maker")
    before = museum_blog.files()
    ended = museum_blog.run("museum.add", page, *PHOTO)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "met:12, 'Mending the Nets 12', is not added: all rights reserved gives no permission, and a missing"
        " statement is none either. The museum writes: 'isPublicDomain: false; © 2020 The Maker'. Look for"
        " another: pelican-stylize museum.search. If its owner has given you permission, say so: --decision"
        ' "Permission of ..., by letter of ..."\n'
    )
    assert museum_blog.files() == before
    words = ("--decision", "Permission of the maker, by letter of 3 March", "--by", "Ida Berg")
    assert museum_blog.run("museum.add", page, *PHOTO, *words).code == 0
    assert (
        "\n[rights]\n"
        'decision = "Permission of the maker, by letter of 3 March"\n'
        'by = "Ida Berg"\n'
        f"on = {TODAY}\n"
    ) in (museum_blog.photos / "mending-the-nets-12.toml").read_text("utf-8")


def test_an_item_without_a_statement_needs_a_license_and_a_reason(museum_blog):
    page = museum_blog.offer(12, isPublicDomain=None)
    ended = museum_blog.run("museum.add", page, *STYLE)
    assert ended.code == 2
    assert "The museum writes: 'isPublicDomain: not said'. Find out, and if you may use it" in ended.err
    decision = ("--decision", "Its maker died in 1901.")
    assert museum_blog.run("museum.add", page, *STYLE, *decision).code == 2
    assert museum_blog.run("museum.add", page, *STYLE, *decision, "--license", "PDM-1.0").code == 0
    text = (museum_blog.root / "styles/mending-the-nets-12/style.toml").read_text("utf-8")
    assert 'license = "PDM-1.0"\n' in text
    assert f'[rights]\ndecision = "Its maker died in 1901."\nby = "Ana Sol"\non = {TODAY}\n' in text
    citation = json.loads((museum_blog.root / "styles/mending-the-nets-12/museum.json").read_bytes())
    assert citation["record"]["rights"]["written"] == "isPublicDomain: not said"


# All licenses of the vocabulary, at a museum that exists in this test alone: its items are numbered so.
CODES = sorted(LICENSES)
REFUSED = {"NONE", "ND", "REVIEW"}  # families
NONCOMMERCIAL = {"NoC-NC", "BY-NC", "BY-NC-SA", "BY-NC-SA-1.0"}


def read_shelf(answers):
    found = answers[0].json()
    return MuseumRecord(
        museum="shelf",
        item=found.text("item"),
        title=f"Work {found.text('item')}",
        page=f"https://shelf.example/{found.text('item')}",
        rights=read_rights(found.at("rights")),
        images=tuple(
            ImageFile(url=url)
            for url in (f"https://shelf.example/{found.text('item')}.jpg", found.text("smaller"))
            if url
        ),
    )


SHELF = Museum(
    name="shelf",
    title="The Shelf",
    home="https://shelf.example/",
    find_item=lambda address: "",
    ask_item=lambda item: Request(url=f"https://shelf.example/{item}.json"),
    read_item=read_shelf,
)


@pytest.fixture
def shelf(museum_blog, monkeypatch):
    """A museum with one item for each license."""
    monkeypatch.setattr(registry, "MUSEUMS", (SHELF,))
    registry.by_name.cache_clear()
    for number, code in enumerate(CODES):
        museum_blog.answer(f"/shelf.example/{number}.json", {"item": str(number), "rights": code})
        museum_blog.museum.page(f"/shelf.example/{number}.jpg", body=draw_jpeg(number, size=(64, 64)))
    yield museum_blog
    registry.by_name.cache_clear()


@pytest.mark.parametrize("commercial", [False, True])
def test_every_license_goes_the_right_way(commercial, shelf):
    shelf.blog.stylize["commercial"] = commercial
    places = ",".join(f"shelf:{number}" for number in range(len(CODES)))
    ended = shelf.run("museum.add", places, *PHOTO)
    refused = {
        code for code in CODES if LICENSES[code].family in REFUSED | (NONCOMMERCIAL if commercial else set())
    }
    assert len(refused) > 10 and len(CODES) - len(refused) > 10
    added = {path.stem for path in shelf.photos.glob("work-*.jpg")}
    assert added == {f"work-{number}" for number, code in enumerate(CODES) if code not in refused}
    credits = {path.stem: path.read_text() for path in shelf.photos.glob("work-*.toml")}
    assert all(
        f'license = "{code}"' in credits[f"work-{n}"] for n, code in enumerate(CODES) if code not in refused
    )
    lines = ended.err.splitlines()
    assert len(lines) == len(refused)
    for number, code in enumerate(CODES):
        told = [line for line in lines if line.startswith(f"shelf:{number}, ")]
        assert len(told) == (code in refused), code
        assert all(f"The museum writes: '{code}'" in line for line in told)


def test_terms_that_a_person_has_to_read_are_added_with_what_that_person_decides(shelf):
    number = CODES.index("REVIEW")
    words = ("--decision", "Read: free for any use.", "--by", "Ida Berg")
    assert shelf.run("museum.add", f"shelf:{number}", *PHOTO, *words).code == 0
    credit = (shelf.photos / f"work-{number}.toml").read_text()
    assert f'[rights]\ndecision = "Read: free for any use."\nby = "Ida Berg"\non = {TODAY}\n' in credit
    number = CODES.index("CC-BY-ND-4.0")
    ended = shelf.run("museum.add", f"shelf:{number}", *PHOTO, *words)
    assert (ended.code, "CC BY-ND 4.0 does not allow adaptations to be published" in ended.err) == (2, True)


def leaves_nothing(museum_blog, ended, before, *messages):
    assert ended.code == 2
    assert museum_blog.files() == before
    for message in messages:
        assert message in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("use", [PHOTO, STYLE])
@pytest.mark.parametrize(
    ("image", "message"),
    [
        (b"", "its answer is empty"),
        (b"neither a picture nor text \xff\xd8", "this is a text file"),
        (b"<!DOCTYPE html><title>Soon</title>", "it answers with a web page, where an image is promised"),
        (draw_jpeg(3)[:2000], "truncated"),
    ],
    ids=["empty", "no-picture", "page", "truncated"],
)
def test_a_file_that_is_no_whole_picture_leaves_nothing(image, message, use, museum_blog):
    page, before = museum_blog.offer(12, image=image), museum_blog.files()
    ended = museum_blog.run("museum.add", page, *use)
    assert ended.err.startswith("met:12, ")
    leaves_nothing(museum_blog, ended, before, f"https:/{IMAGE.format(12)}: ", message)


def test_a_picture_that_is_gone_while_its_page_lives(museum_blog):
    page, before = museum_blog.offer(12), museum_blog.files()
    museum_blog.museum.page(IMAGE.format(12), status=404)
    ended = museum_blog.run("museum.add", page, *PHOTO)
    leaves_nothing(
        museum_blog, ended, before, f"https:/{IMAGE.format(12)}: it has nothing at this address (404)."
    )


def test_a_page_that_is_gone_while_its_picture_lives(museum_blog):
    page, before = museum_blog.offer(12), museum_blog.files()
    museum_blog.museum.page(OBJECT.format(12), status=404)
    ended = museum_blog.run("museum.add", page, *PHOTO)
    leaves_nothing(
        museum_blog, ended, before, "The Metropolitan Museum of Art, 12: it has nothing at this address"
    )


def test_a_smaller_picture_is_taken_where_the_largest_cannot_be(shelf):
    number = CODES.index("CC0-1.0")
    answer = {
        "item": str(number),
        "rights": "CC0-1.0",
        "smaller": f"https://shelf.example/small-{number}.jpg",
    }
    shelf.answer(f"/shelf.example/{number}.json", answer)
    shelf.museum.page(f"/shelf.example/{number}.jpg", status=404)
    shelf.museum.page(f"/shelf.example/small-{number}.jpg", body=draw_jpeg(900))
    assert shelf.run("museum.add", f"shelf:{number}", *PHOTO).code == 0
    credit = (shelf.photos / f"work-{number}.toml").read_text()
    assert f'image_url = "https://shelf.example/small-{number}.jpg"\n' in credit


def test_a_picture_that_is_too_small_for_a_style(museum_blog):
    page, before = museum_blog.offer(12, image=draw_jpeg(12, size=(100, 90))), museum_blog.files()
    ended = museum_blog.run("museum.add", page, *STYLE)
    leaves_nothing(museum_blog, ended, before)
    assert ended.err.startswith(
        "met:12: the artwork is 100 x 90 pixels, and a style needs 128 on the shorter"
    )


def test_a_picture_above_the_limit(museum_blog):
    page, before = museum_blog.offer(12, image=draw_noise((700, 500))), museum_blog.files()
    ended = museum_blog.run("museum.add", page, *PHOTO, "--most", "1")
    leaves_nothing(museum_blog, ended, before, "the file has 1,0")


def test_a_large_original_stays_out_of_git(museum_blog):
    huge = draw_noise((2100, 1700))
    page = museum_blog.offer(12, image=huge)
    assert museum_blog.run("museum.add", page, *PHOTO).code == 0
    digest = sha256(huge).hexdigest()
    name = f"{digest[:12]}-mending-the-nets-12.png"
    assert sorted(path.name for path in (museum_blog.root / "museum-originals").iterdir()) == [
        ".gitignore",
        name,
    ]
    assert (museum_blog.root / "museum-originals" / name).read_bytes() == huge
    assert (museum_blog.root / "museum-originals/.gitignore").read_text() == "*\n"
    assert json.loads((museum_blog.root / "museum-originals.json").read_bytes()) == {
        "files": [
            {
                "file": name,
                "sha256": digest,
                "size": len(huge),
                "item": "met:12",
                "url": "https://images.metmuseum.org/CRDImages/x/original/12.jpg",
            }
        ]
    }
    citation = json.loads((museum_blog.photos / "mending-the-nets-12.museum.json").read_bytes())
    assert (citation["original"]["place"], citation["original"]["file"]) == ("originals", name)
    assert (museum_blog.photos / "mending-the-nets-12.jpg").stat().st_size < len(huge)
    assert museum_blog.run("museum.add", page, *STYLE).code == 0
    folder = museum_blog.root / "styles/mending-the-nets-12"
    assert not (folder / "original.png").exists()
    assert len(list((museum_blog.root / "museum-originals").glob("*.png"))) == 2
    assert len(json.loads((museum_blog.root / "museum-originals.json").read_bytes())["files"]) == 2


def test_a_download_that_was_stopped_goes_on(museum_blog, monkeypatch):
    page = museum_blog.offer(12)
    data = draw_noise((500, 400))
    museum_blog.museum.page(IMAGE.format(12), body=data, etag='"one"')
    before, add, sizes = museum_blog.files(), FileBody.add, []

    def stop(body, chunk):
        sizes.append(len(chunk))
        add(body, chunk)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(FileBody, "add", stop)
        ended = museum_blog.run("museum.add", page, *PHOTO)
    assert ended.code == 130
    assert ended.err == "\nStopped. The same command goes on.\n"
    assert museum_blog.files() == before and sizes[0] < len(data)
    assert museum_blog.run("museum.add", page, *PHOTO).code == 0
    assert museum_blog.museum.headers[-1]["Range"] == f"bytes={sizes[0]}-"
    assert (museum_blog.photos / "mending-the-nets-12.png").read_bytes() == data


def full(*arguments, **named):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("module", "function", "use"),
    [
        (photo_files.shutil, "copyfile", PHOTO),
        (photo_files, "format_credit", PHOTO),
        (photo_files, "encode", PHOTO),
        (originals, "write_whole", PHOTO),
        (originals, "write_whole", STYLE),
        (originals.shutil, "copyfile", STYLE),
    ],
)
def test_a_full_disk_leaves_nothing(module, function, use, museum_blog, small_limit, monkeypatch):
    page, before = museum_blog.offer(12, image=draw_noise((150, 150))), museum_blog.files()
    with monkeypatch.context() as patch:
        patch.setattr(module, function, full)
        ended = museum_blog.run("museum.add", page, *use)
    left = {**museum_blog.files()}
    left.pop("museum-originals/.gitignore", None)
    left.pop("museum-originals.json", None)
    assert ended.code == 2
    assert "the disk is full while" in ended.err
    assert left == before
    assert museum_blog.run("museum.add", page, *use).code == 0


def test_what_a_killed_command_has_left_of_a_photo_is_in_nobodys_way(museum_blog):
    page = museum_blog.offer(12)
    assert museum_blog.run("museum.add", page, *PHOTO).code == 0
    (museum_blog.photos / "mending-the-nets-12.jpg").unlink()  # it is written last
    assert museum_blog.run("museum.add", page, *PHOTO).code == 0
    assert (museum_blog.photos / "mending-the-nets-12.jpg").read_bytes() == draw_jpeg(12)
    ended = museum_blog.run("museum.add", page, *PHOTO)
    assert ended.out == f"{page}: it is the photo 'photos/mending-the-nets-12.jpg' already.\n"
    other = museum_blog.offer(13, title="Mending the Nets 12")
    ended = museum_blog.run("museum.add", other, *PHOTO)
    assert ended.err.startswith("content/photos/mending-the-nets-12.jpg: the name is taken.")


@pytest.fixture
def small_limit(monkeypatch):
    """A file of 50 kB counts as large."""
    monkeypatch.setattr(originals, "LARGE", 50_000)
    monkeypatch.setattr(photo_files, "LARGE", 50_000)


@pytest.fixture
def imported(museum_blog, small_limit):
    """A blog with a photo and a style of the museum, a large original, and a post that uses both."""
    museum_blog.run("museum.add", museum_blog.offer(12), *STYLE)
    museum_blog.run("museum.add", museum_blog.offer(13), *PHOTO, "--alt", "A net")
    museum_blog.run(
        "museum.add", museum_blog.offer(14, image=draw_noise((150, 150))), *PHOTO, "--alt", "Noise"
    )
    museum_blog.blog.post(
        "nets",
        "![A net](../photos/mending-the-nets-13.jpg){: stylize }",
        Style="mending-the-nets-12",
        Photos="mending-the-nets-14.jpg",
    )
    return museum_blog


def test_without_network_and_store_the_site_is_whole(imported):
    first = imported.blog.build()
    shutil.rmtree(imported.root / ".stylize")
    shutil.rmtree(imported.root / "output")
    imported.close_museum()
    asked = len(imported.museum.asked)
    built = imported.blog.build()
    assert (first.code, built.code) == (0, 0), built.printed
    page = built.page("nets.html")
    assert page.count("<figure") == 2
    assert "Mending the Nets 12" in page and "Ana Sol" in page and MET.format(13) in page
    assert len(imported.museum.asked) == asked


def test_originals_and_citations_are_never_published(imported):
    root = imported.root
    imported.blog.stylize.update(originals=True, museum_originals="content/photos/large")
    shutil.move(root / "museum-originals", root / "content/photos/large")
    shutil.copytree(root / "styles", root / "content/styles")
    (root / "content/photos/atlas.museum.json").write_text("{}")  # of the author, without a credit beside it
    imported.blog.settings.update(STATIC_PATHS=["photos", "styles"])
    built = imported.blog.build()
    assert built.code == 0, built.printed
    published = {str(path.relative_to(built.output)) for path in built.output.rglob("*") if path.is_file()}
    assert "photos/mending-the-nets-13.jpg" in published and "photos/atlas.museum.json" in published
    assert "styles/mending-the-nets-12/artwork.jpg" in published
    assert not [name for name in published if "museum.json" in name and "atlas" not in name]
    assert not [name for name in published if "original." in name or "/large/" in name]
    large = {sha256(path.read_bytes()).digest() for path in (root / "content/photos/large").glob("*.png")}
    assert not large & {sha256((built.output / name).read_bytes()).digest() for name in published}
    assert not Path(built.output / "museum-originals.json").exists()


def test_a_site_whose_posts_ask_for_nothing_publishes_no_citation_either(museum_blog):
    museum_blog.run("museum.add", museum_blog.offer(12), *PHOTO)
    museum_blog.blog.settings.update(STATIC_PATHS=["photos"])
    museum_blog.blog.post("words", "No picture.")
    built = museum_blog.blog.build()
    assert built.code == 0
    assert sorted(path.name for path in (built.output / "photos").iterdir()) == [
        "mending-the-nets-12.jpg",
        "mending-the-nets-12.toml",
        "pier.jpg",
    ]


def test_a_pack_keeps_what_the_museum_has_sent(museum_blog):
    museum_blog.run("museum.add", museum_blog.offer(12), *STYLE)
    folder, other = (museum_blog.root / "styles" / name for name in ("mending-the-nets-12", "harvesters"))
    shutil.copyfile(other / "style.safetensors", folder / "style.safetensors")  # a pack takes no empty ones
    digest = read_toml(other / "style.toml", where="")["model"]["digest"]
    write_model(folder / "style.toml", {"digest": digest}, {}, where="style.toml")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert museum_blog.run("style.pack", "mending-the-nets-12").code == 0
    pack = museum_blog.root / "mending-the-nets-12.style.zip"
    with zipfile.ZipFile(pack) as file:
        assert json.loads(file.read("mending-the-nets-12/manifest.json"))["version"] == 2
    shutil.rmtree(folder)
    assert museum_blog.run("style.unpack", str(pack)).code == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert "already" in museum_blog.run("museum.add", "met:12", *STYLE).out


def test_a_verdict_and_new_weights_keep_the_museum(museum_blog):
    museum_blog.run("museum.add", museum_blog.offer(12), *STYLE)
    record = museum_blog.root / "styles/mending-the-nets-12/style.toml"
    assert museum_blog.run("style.verdict", "mending-the-nets-12", "cool", "--note", "Nets.").code == 0
    assert museum_blog.run("style.predict", "mending-the-nets-12").code == 0
    write_model(record, {"how": "Tuned."}, {"training": {"seed": 7}}, where="style.toml")
    text = record.read_text("utf-8")
    assert f'[museum]\nitem = "met:12"\nchecked = {TODAY}\n' in text
    assert 'word = "cool"' in text and "[model.training]\nseed = 7\n" in text


def test_two_commands_that_add_the_same_item_take_turns(museum_blog):
    page = museum_blog.offer(12)
    folder = museum_blog.root / ".stylize/museums"
    folder.mkdir(parents=True)
    held = lock(folder)
    other = threading.Timer(0.5, os.close, [held])
    other.start()
    ended = museum_blog.run("museum.add", page, *PHOTO)
    other.join()
    assert ended.code == 0
    assert ended.out.startswith("Another museum.add is at work in this blog; waiting for it to end.\n")
    os.close(lock(folder))  # the turn has ended


@pytest.mark.parametrize(
    ("body", "advice"),
    [
        (
            b'{"objectID": {}}',
            "the field objectID is an object, not text. If it stays so: open it in a browser, save the page and"
            " the picture, and add them with --page and --image.",
        ),
        (b"", "it has nothing at this address (404). See in a browser whether the address is right."),
    ],
)
def test_an_answer_that_cannot_be_used_says_what_to_do(museum_blog, body, advice):
    page = museum_blog.offer(12)
    headers = {"Content-Type": "application/json"}
    museum_blog.museum.page(OBJECT.format(12), body=body, status=200 if body else 404, headers=headers)
    ended = museum_blog.run("museum.add", page, *PHOTO)
    assert ended.err == f"The Metropolitan Museum of Art, 12: {advice}\n"


def test_what_is_typed_is_answered_without_its_keys_and_if_it_is_half(museum_blog):
    page = museum_blog.offer(12)
    museum_blog.run("museum.add", page, *PHOTO)
    ended = museum_blog.run("museum.add", f"{page}?wskey=secret12", *PHOTO)
    assert ended.out == f"{page}?wskey=[key]: it is the photo 'photos/mending-the-nets-12.jpg' already.\n"
    ended = museum_blog.run("museum.add", "met:", *PHOTO)
    assert ended.err == "met:: what stands after the colon is missing, such as in met:435809.\n"
    ended = museum_blog.run("museum.add", "https://pier.example/a?id=1&api_key=secret12", *PHOTO)
    assert ended.err.startswith(
        "https://pier.example/a?id=1&api_key=[key]: no museum here has such an address."
    )

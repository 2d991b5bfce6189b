"""Files that differ from what was published are reported, with the reason; others pass."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from fixtures.built_site import PHOTO, STYLIZED, build, make_index, seal_again
from fixtures.program import run_invoke, run_python
from pelican.plugins.stylize.cli.provenance import FaultError, show, verify
from pelican.plugins.stylize.images.metadata_embedding import embed
from pelican.plugins.stylize.model.entities import digest_of
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.provenance.verify.published_index import read_pictures
from pelican.plugins.stylize.provenance.verify.site_check import verify_files
from pelican.plugins.stylize.storage.sealed_text import JSON_END, seal
from PIL import Image

ROOT = Path(__file__).parents[3]


CHANGED = "after the build: it ends with another digest than its own"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return build(tmp_path / "output")


def faults(site: Path) -> dict[str, list[str]]:
    """Return what is said of each file of which something is."""
    return {row.path: row.faults for row in verify_files(site, site) if row.faults}


def rewrite(path: Path, change: Callable[[str], str]) -> None:
    """Change a file; an index gets a new digest of its own, as a forger would make it."""
    before = path.read_text("utf-8")
    path.write_text(change(before), "utf-8")
    assert path.read_text("utf-8") != before
    if path.name == "index.json":
        seal_again(path)


def test_a_site_as_it_was_built_passes_file_by_file(site):
    lines = list(verify(str(site), table=True))
    assert lines[0].split() == ["index", "bytes", "record", "metadata", "page", "signature", "file"]
    assert lines[1].split() == ["ok", "ok", "ok", "ok", "ok", "none", f"{STYLIZED}/480.avif"]
    assert lines[-3].split() == ["ok", "ok", "ok", "ok", "ok", "none", f"{PHOTO}/480.jpg"]
    assert lines[-2:] == [
        "6 images: all are as they were published.",
        "1 other file (1 .html) cannot be checked: there is no list of all files,"
        " which pelican-stylize publish and pelican-stylize rebuild write.",
    ]
    assert list(verify(str(site))) == lines[-2:]


def test_one_file_or_one_folder_can_be_checked_alone(site):
    assert [row.path for row in verify_files(site, site / PHOTO / "480.jpg")] == [f"{PHOTO}/480.jpg"]
    assert list(verify(str(site / PHOTO))) == ["2 images: all are as they were published."]


def test_a_picture_edited_after_the_build_is_named(site):
    path = site / STYLIZED / "480.jpg"
    path.write_bytes(path.read_bytes().replace(b"Ana Sol", b"Eve Sol"))
    message = faults(site)
    assert list(message) == [f"{STYLIZED}/480.jpg"]
    assert message[f"{STYLIZED}/480.jpg"][0].startswith("it was changed after the build: ")
    assert message[f"{STYLIZED}/480.jpg"][1:] == [
        "creator: the file says 'Eve Sol', the record 'Ana Sol'",
        "artist: the file says 'Eve Sol', the record 'Ana Sol'",
    ]


def test_a_picture_saved_again_by_a_program_has_lost_what_it_said(site):
    path = site / STYLIZED / "480.jpg"
    with Image.open(path) as image:
        file = io.BytesIO()
        Image.frombytes(image.mode, image.size, image.tobytes()).save(file, "JPEG")
    path.write_bytes(file.getvalue())
    assert faults(site)[f"{STYLIZED}/480.jpg"][1:] == ["it says nothing about itself: it has no XMP packet"]


def test_a_missing_and_a_foreign_picture_are_named(site):
    (site / PHOTO / "480.avif").rename(site / PHOTO / "481.avif")
    (site / "pictures" / "other").mkdir()
    for name in ("cat.PNG", "notes.txt"):
        (site / "pictures" / "other" / name).write_bytes(b"x")
    assert faults(site) == {
        f"{PHOTO}/480.avif": ["it is missing, but the index names it"],
        f"{PHOTO}/481.avif": ["it is not in the index: it was put here after the build"],
        "pictures/other/cat.PNG": ["it is not in the index: it was put here after the build"],
    }


def test_the_own_file_of_a_photo_is_known_by_its_folder(site):
    digest = sha256(b"photo").hexdigest()[:12]
    original = site / "pictures" / f"mont-original-{digest}" / "mont.jpg"
    original.parent.mkdir()
    original.write_bytes(b"photo")
    assert faults(site) == {}
    original.write_bytes(b"other")
    assert list(faults(site).values()) == [["it was changed: its folder names another sha256"]]


def test_a_picture_without_a_record_is_a_fault(site):
    index = site / "provenance" / "index.json"
    rewrite(index, lambda text: text.replace(f'"{PHOTO}/provenance.jsonld"', '""'))
    assert faults(site)[f"{PHOTO}/480.avif"] == ["it has no record"]


@pytest.mark.parametrize("damage", [b"", b"\xff\xd8\xff", b"not a picture"])
def test_a_file_that_cannot_be_read_is_a_fault_and_no_crash(site, damage):
    (site / PHOTO / "480.jpg").write_bytes(damage)
    (message,) = faults(site)[f"{PHOTO}/480.jpg"]
    assert message.startswith("it cannot be read: ")


def test_a_record_that_was_changed_is_found_by_its_digest(site):
    rewrite(site / STYLIZED / "provenance.jsonld", lambda text: text.replace("Ana Sol", "Eve Sol"))
    assert faults(site)[f"{STYLIZED}/480.avif"] == [
        f"{STYLIZED}/provenance.jsonld: its record was changed after the build: the index has another digest"
    ]


def test_a_missing_record_is_a_fault(site):
    (site / PHOTO / "provenance.jsonld").unlink()
    assert faults(site)[f"{PHOTO}/480.avif"] == [f"{PHOTO}/provenance.jsonld: it is missing"]


def test_record_and_index_that_agree_are_still_held_against_the_files(site):
    sidecar, index = site / STYLIZED / "provenance.jsonld", site / "provenance" / "index.json"
    old = digest_of(json.loads(sidecar.read_text())["record"])
    old_file = sha256(sidecar.read_bytes()).hexdigest()
    rewrite(sidecar, lambda text: text.replace("licenses/by/4.0", "licenses/by-sa/4.0"))
    new = digest_of(json.loads(sidecar.read_text())["record"])
    digests = old_file, sha256(sidecar.read_bytes()).hexdigest()
    rewrite(index, lambda text: text.replace(old, new).replace(*digests))
    said, known = (f"'https://creativecommons.org/licenses/{kind}/4.0/'" for kind in ("by", "by-sa"))
    message = f"link of the license: the file says {said}, the record {known}"
    assert message in faults(site)[f"{STYLIZED}/480.avif"]
    assert faults(site)[f"{STYLIZED}/1200.avif"][1].startswith("record: the file is of 'xmp.did:")


@pytest.mark.parametrize(
    ("gone", "message"),
    [
        ("<p>AI modified</p>", "it does not say 'AI modified'"),
        ("https://met.example/435809", "the source of the artwork is not linked: https://met.example/435809"),
        (
            "https://creativecommons.org/publicdomain/zero/1.0/",
            "the license of the artwork is not linked: https://creativecommons.org/publicdomain/zero/1.0/",
        ),
        ("AI modified: an abbey", "og:image:alt does not say 'AI modified'"),
        (
            "CompositeWithTrainedAlgorithmicMediaDigitalSource",
            "JSON-LD does not say that a trained algorithm made it",
        ),
    ],
)
def test_a_page_that_does_not_say_it_is_a_fault_of_its_picture(site, gone, message):
    rewrite(site / "story" / "index.html", lambda text: text.replace(gone, ""))
    assert faults(site)[f"{STYLIZED}/480.avif"] == [f"story/index.html: {message}"]
    assert f"{PHOTO}/480.avif" not in faults(site)


def test_a_source_that_is_linked_nowhere_is_reported_for_each_picture(site):
    link = "https://commons.example/wiki/File:Mont.jpg"
    rewrite(site / "story" / "index.html", lambda text: text.replace(link, "#"))
    message = [f"story/index.html: the source of the photo is not linked: {link}"]
    assert faults(site)[f"{STYLIZED}/480.avif"] == message
    assert faults(site)[f"{PHOTO}/480.avif"] == message


def test_a_picture_that_no_page_shows_has_nothing_to_be_seen_there(site):
    (site / "story" / "index.html").unlink()
    assert next(verify_files(site, site)).results["page"] == "-"


def test_a_signature_that_should_be_there_and_is_not_is_a_fault(site):
    rewrite(
        site / "provenance" / "index.json",
        lambda text: text.replace('"signed": false', '"signed": true', 1),
    )
    assert faults(site) == {f"{STYLIZED}/480.avif": ["the index says that it is signed, but it is not"]}


def test_a_wrong_width_in_the_index_is_a_fault(site):
    rewrite(
        site / "provenance" / "index.json", lambda text: text.replace('"width": 1200', '"width": 1201', 1)
    )
    assert faults(site)[f"{STYLIZED}/1200.avif"] == [
        "it is image/avif, 1200 pixels wide, but the index says image/avif, 1201 pixels"
    ]


def test_faults_end_with_how_many_what_to_do_and_exit_code_1(site, monkeypatch):
    monkeypatch.chdir(site.parent)
    (site / PHOTO / "480.avif").unlink()
    with pytest.raises(FaultError) as ended:
        list(verify("output"))
    assert str(ended.value) == (
        f"1 of 6 images are not what was published. Delete output/{PHOTO} and build again: pelican-stylize build"
    )
    assert ended.value.exitcode == 1
    (site / STYLIZED / "480.avif").unlink()
    with pytest.raises(FaultError) as ended:
        list(verify("output"))
    assert str(ended.value) == (
        "2 of 6 images are not what was published."
        f" Delete these 2 folders, output/{STYLIZED} the first, and build again: pelican-stylize build"
    )


@pytest.mark.parametrize(
    ("link", "other"),
    [
        (f'<img src="/{STYLIZED}/480.jpg"', f'<img src="/{STYLIZED}/800.jpg"'),
        (f"/{STYLIZED}/1200.avif 1200w", f"/{STYLIZED}/800.jpg 1200w"),
        (
            f'og:image" content="https://pier.example/{STYLIZED}/480.jpg',
            f'og:image" content="{STYLIZED}/800.jpg',
        ),
        (f'contentUrl": "https://pier.example/{STYLIZED}/480.jpg', f'contentUrl": "{STYLIZED}/800.jpg'),
    ],
)
def test_a_page_that_names_a_file_which_was_not_published_is_a_fault(site, link, other):
    rewrite(site / "story" / "index.html", lambda text: text.replace(link, other))
    message = "story/index.html: it names '800.jpg', which was not published"
    assert message in faults(site)[f"{STYLIZED}/480.avif"]
    assert f"{PHOTO}/480.avif" not in faults(site)


def test_an_address_that_is_none_is_passed_over(site):
    rewrite(
        site / "story" / "index.html", lambda text: text.replace("</figure>", '<a href="//["></a></figure>')
    )
    assert faults(site) == {}


def test_a_record_or_index_nested_without_end_is_a_fault_and_no_crash(site, monkeypatch):
    sidecar = site / PHOTO / "provenance.jsonld"
    for damage in ("[" * 200_000, '{"record": ' + "[" * 900 + "]" * 900 + "}"):
        sidecar.write_text(damage)
        (message,) = faults(site)[f"{PHOTO}/480.avif"]
        assert message.startswith(f"{PHOTO}/provenance.jsonld: it")
    page = site / "story" / "index.html"
    rewrite(
        page,
        lambda text: text.replace("</head>", f"<script type='application/ld+json'>{'[' * 200_000}</script>"),
    )
    assert f"{STYLIZED}/480.avif" not in faults(site)
    deep = b'{"version": 2, "static": [], "pictures": [{"a": ' + b"[" * 200_000
    (site / "provenance" / "index.json").write_bytes(seal(deep, JSON_END))
    assert mistake(site, Path("output"), monkeypatch) == (
        "output/provenance/index.json: it is nested too deeply. Build the site again: pelican-stylize build"
    )


def test_an_index_that_a_minifier_has_written_anew_is_still_what_was_published(site):
    index = site / "provenance" / "index.json"
    facts = json.loads(index.read_bytes())
    index.write_text(json.dumps(facts, separators=(",", ":"), ensure_ascii=False))
    assert faults(site) == {}
    facts["pictures"][0]["files"][0]["width"] += 1
    index.write_text(json.dumps(facts, separators=(",", ":")))
    with pytest.raises(UserError, match=CHANGED):
        faults(site)


def test_a_folder_or_a_pipe_in_the_place_of_a_record_is_a_fault_and_holds_nobody_up(site):
    sidecar = site / PHOTO / "provenance.jsonld"
    sidecar.unlink()
    sidecar.mkdir()
    assert faults(site)[f"{PHOTO}/480.avif"] == [f"{PHOTO}/provenance.jsonld: it is no file"]
    sidecar.rmdir()
    os.mkfifo(sidecar)
    assert faults(site)[f"{PHOTO}/480.avif"] == [f"{PHOTO}/provenance.jsonld: it is no file"]


def mistake(site: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(site.parent)
    with pytest.raises(UserError) as message:
        list(verify(str(target)))
    assert message.value.exitcode == 2
    return str(message.value)


def test_without_a_site_there_is_nothing_to_compare_with(site, monkeypatch):
    assert mistake(site, Path("outptu"), monkeypatch) == (
        "outptu: there is no such folder or file. Build the site first: pelican-stylize build"
    )
    (site / "provenance" / "index.json").unlink()
    assert mistake(site, Path("output"), monkeypatch) == (
        "output: there is no provenance/index.json in it or above it to compare with."
        " Build the site first: pelican-stylize build"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it lists no pictures"),
        ('{"version": 1, "pictures": []}', "it is of version 1, and 2 is known"),
        ('{"pictures": []}', "it is of version none, and 2 is known"),
        ('{"version": 2, "pictures": []}', f"it was changed {CHANGED}"),
        ('{"version": 2, "pictures": [{"folder"', f"it was changed {CHANGED}"),
        (make_index([{}]), "one of its pictures is incomplete: 'folder'"),
        (make_index([{"folder": "../x"}]), "it names a place outside the site: '../x'"),
        (make_index([{"folder": "/x"}]), "it names a place outside the site: '/x'"),
    ],
)
def test_an_index_that_is_none_is_reported(site, monkeypatch, text, message):
    (site / "provenance" / "index.json").write_bytes(text.encode() if isinstance(text, str) else text)
    assert mistake(site, Path("output"), monkeypatch) == (
        f"output/provenance/index.json: {message}. Build the site again: pelican-stylize build"
    )


COUNT_PICTURES = """
import sys, tracemalloc
from pathlib import Path
from pelican.plugins.stylize.provenance.verify.published_index import read_pictures

tracemalloc.start()
print(sum(1 for _ in read_pictures(Path(sys.argv[1]))), tracemalloc.get_traced_memory()[1])
"""


def test_a_long_index_is_read_picture_by_picture(tmp_path):
    file = {
        "path": "pictures/x/480.avif",
        "width": 480,
        "format": "image/avif",
        "sha256": "a" * 64,
        "signed": False,
    }
    picture = {
        "folder": "pictures/x",
        "record": "b" * 64,
        "sidecar": "pictures/x/p.jsonld",
        "sidecar_sha256": "c" * 64,
        "files": [file] * 8,
    }

    index = tmp_path / "index.json"
    index.write_bytes(make_index([picture] * 4000))
    # In a process of its own: threads of other tests allocate as well.
    count, most = map(int, run_python(COUNT_PICTURES, index).split())
    assert count == 4000
    assert most < index.stat().st_size / 2


def test_a_file_tells_a_person_what_it_is(site):
    assert list(show(str(site / STYLIZED / "1200.avif"))) == [
        "1200.avif: AVIF, 1200 x 20 pixels",
        "  title       Mont Saint-Michel, after The Harvesters",
        "  label       AI modified: a photo redrawn by a trained network",
        "  made by     Ana Sol",
        "  photo       https://commons.example/wiki/File:Mont.jpg",
        "  artwork     The Harvesters, Pieter Bruegel the Elder, Metropolitan Museum of Art, New York, NY, 19.164, https://met.example/435809",
        "  rights      © Ana Sol, CC BY 4.0",
        "  license     https://creativecommons.org/licenses/by/4.0/",
        "  model       pelican-stylize, feed-forward; feed-forward 1, sha256 cccccccccccccccc",
        "  made on     2026-11-22T10:00:00+00:00",
        "  description AI modified. The artwork is a style reference, not depicted. Photo: Mont Saint-Michel by Ali Sabbagh, Wikimedia Commons (CC BY 4.0), redrawn by a neural network, at 70% strength, in the style of The Harvesters (1565) by Pieter Bruegel the Elder, Metropolitan Museum of Art, New York, NY, 19.164 (CC0 1.0). The abbey at harvest time",
        f"  record id   xmp.did:{next(iter(ids(site)))[:32]}",
        f"  record      https://pier.example/{STYLIZED}/provenance.jsonld",
        "  signature   none; anybody may have changed the file.",
    ]


def ids(site: Path) -> Iterator[str]:
    return (picture.record for picture in read_pictures(site / "provenance" / "index.json"))


def test_a_file_that_says_nothing_is_reported(tmp_path):
    Image.new("RGB", (3, 2)).save(tmp_path / "bare.png")
    assert list(show(str(tmp_path / "bare.png"))) == [
        "bare.png: PNG, 3 x 2 pixels",
        "  It says nothing about itself: it has no XMP packet.",
        "  signature   none; anybody may have changed the file.",
    ]


def test_what_a_file_says_cannot_command_the_terminal(tmp_path):
    file = io.BytesIO()
    Image.new("RGB", (3, 2)).save(file, "JPEG")
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="a\x9b2Jb\u202ec"/></rdf:RDF></x:xmpmeta>'
    )
    (tmp_path / "evil.jpg").write_bytes(embed(file.getvalue(), xmp=packet.encode()))
    assert list(show(str(tmp_path / "evil.jpg")))[1] == "  photo       a\ufffd2Jb\ufffdc"


def test_it_runs_where_only_python_and_pillow_are_installed(site):
    probe = f"""
import sys
class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("pelican", "torch", "numpy", "jinja2", "markdown", "safetensors"):
            raise ImportError(name)
sys.meta_path.insert(0, Nothing())
sys.path.insert(0, {str(ROOT / "plugins")!r})
from stylize.cli import provenance
print(*list(provenance.verify({str(site)!r}))[:1])
print(*list(provenance.show({str(site / PHOTO / "480.avif")!r}))[:1])
"""
    ended = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=False)
    assert ended.stderr == ""
    assert ended.stdout == ("6 images: all are as they were published.\n480.avif: AVIF, 480 x 20 pixels\n")


def test_the_commands_exit_with_1_for_faults_and_2_for_mistakes(site):
    def invoke(*words: str) -> tuple[int, str]:
        ended = run_invoke(*words)
        return ended.code, (ended.out + ended.err).splitlines()[-1]

    assert invoke("provenance.verify", "--place", str(site))[0] == 0
    (site / PHOTO / "480.avif").unlink()
    assert invoke("provenance.verify", "--place", str(site)) == (
        1,
        f"1 of 6 images are not what was published. Delete {site / PHOTO} and build again: invoke build",
    )
    assert invoke("provenance.show", "README.md") == (
        2,
        "README.md: this is neither a JPEG nor a PNG, WebP or AVIF file, or it is damaged. Name a JPEG, PNG, WebP or AVIF file.",
    )

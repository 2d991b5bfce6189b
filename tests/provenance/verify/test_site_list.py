"""A published site has a list of all its files: what was changed, added or removed since is named."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from fixtures.built_site import PHOTO, STYLIZED, build
from pelican.plugins.stylize.cli.provenance import FaultError, verify
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.provenance.site_list import write_site_list
from pelican.plugins.stylize.provenance.verify.site_check import verify_files
from pelican.plugins.stylize.storage.checksums import LIST, read_checksums

GIT = ".git/HEAD"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site of two pictures with a page, a style sheet, a draft, a foreign image, a sub-site, and its list."""
    root = build(tmp_path / "output")
    build(root / "de")
    write(
        root, "index.html", '<link href="/theme/a%20b.css"><a href=story/>Story</a> <a href="de/">Deutsch</a>'
    )
    write(root, "theme/a b.css", 'body { background: url("../images/sea.png") }')
    write(root, "images/sea.png", "sea")
    write(root, "drafts/launch.html", '<img src="/images/launch.jpg">')
    write(root, "images/launch.jpg", "launch")
    write(root, GIT, "ref")
    write_site_list(root)
    return root


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)


def faults(site: Path) -> dict[str, list[str]]:
    return {row.path: row.faults for row in verify_files(site, site) if row.faults}


def test_a_site_as_it_was_published_passes_whole(site):
    assert list(verify(str(site))) == [
        "12 images: all are as they were published.",
        "9 other files: all are as they were published.",
    ]


def test_one_flipped_bit_in_any_file_is_found_whatever_its_time_says(site):
    files = [path for path in sorted(site.rglob("*")) if path.is_file() and ".git" not in path.parts]
    assert len(files) == 26
    for path in files:
        data, facts = path.read_bytes(), path.stat()
        for place in (0, len(data) // 2, len(data) - 1):
            path.write_bytes(data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :])
            os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
            with pytest.raises(UserError):
                list(verify(str(site)))
        path.write_bytes(data)
    assert faults(site) == {}


def test_what_was_changed_added_and_removed_is_named_with_what_to_do(site, monkeypatch):
    monkeypatch.chdir(site.parent)
    write(site, "index.html", "changed")
    write(site, "images/planted.jpg", "planted")
    (site / "theme/a b.css").unlink()
    (site / "de" / PHOTO / "480.jpg").unlink()
    with pytest.raises(FaultError) as ended:
        list(verify("output"))
    assert str(ended.value) == (
        "4 of 22 files are not what was published."
        " Make the site again: pelican-stylize publish (or pelican-stylize rebuild, to look at it here)."
    )
    assert faults(site) == {
        f"de/{PHOTO}/480.jpg": ["it is missing, but the index names it"],
        "images/planted.jpg": ["it is not in the list of all files: it was put here after publishing"],
        "index.html": ["it was changed after publishing: 1277190398b1… was published, this is d67e2e944994…"],
        "theme/a b.css": ["it is missing, but the list of all files names it"],
    }


def test_a_picture_that_was_planted_among_the_others_is_found(site):
    write(site, f"{PHOTO}/481.jpg", "planted")
    write(site, "pictures/mine/sea.jpg", "planted")
    assert faults(site) == {
        f"{PHOTO}/481.jpg": ["it is not in the index: it was put here after the build"],
        "pictures/mine/sea.jpg": ["it is not in the index: it was put here after the build"],
    }


def test_an_image_of_the_authors_among_the_pictures_is_vouched_for_by_the_list(site):
    write(site, "pictures/mine/sea.jpg", "sea")
    write_site_list(site)
    assert faults(site) == {}
    write(site, "pictures/mine/sea.jpg", "see")
    assert list(faults(site)) == ["pictures/mine/sea.jpg"]


def test_no_name_of_what_nothing_links_to_is_in_the_list(site):
    text = (site / LIST).read_text()
    assert "launch" not in text and ".git" not in text
    assert sorted(read_checksums(site).named) == sorted(
        [
            *(f"{STYLIZED}/{name}" for name in ("1200.avif", "1200.jpg", "480.avif", "480.jpg")),
            *(f"{PHOTO}/{name}" for name in ("480.avif", "480.jpg", "provenance.jsonld")),
            *(f"de/{STYLIZED}/{name}" for name in ("1200.avif", "1200.jpg", "480.avif", "480.jpg")),
            *(f"de/{PHOTO}/{name}" for name in ("480.avif", "480.jpg", "provenance.jsonld")),
            *(f"{folder}{STYLIZED}/provenance.jsonld" for folder in ("", "de/")),
            *("provenance/index.json", "de/provenance/index.json"),
            *("index.html", "story/index.html", "theme/a b.css", "images/sea.png"),
        ]
    )
    write(site, "drafts/launch.html", "changed")
    assert list(faults(site)) == ["drafts/launch.html"]
    (site / "drafts/launch.html").unlink()
    assert faults(site) == {
        LIST: [
            "a file is missing that no page links to, such as a draft; the list has no name for it."
            " A copy that was made by following links lacks them as well"
        ]
    }


def test_what_a_host_keeps_at_the_top_is_no_fault_but_is_said(site):
    for name in ("CNAME", ".well-known/security.txt", ".nojekyll", "theme/.DS_Store"):
        write(site, name, "x")
    assert list(verify(str(site)))[-1] == (
        "Not checked, as they came after publishing and seem to be the host's: .nojekyll, .well-known, CNAME."
    )


def test_a_list_that_was_changed_vouches_for_nothing(site):
    text = (site / LIST).read_bytes()
    (site / LIST).write_bytes(text.replace(b"a%20b", b"").replace(b"story", b"glory"))
    assert faults(site)[LIST] == [
        "it was changed after the build: it ends with another digest than its own, so it vouches for no file"
    ]


def test_a_part_of_a_site_is_checked_against_the_list_of_the_whole(site):
    assert list(verify(str(site / "theme"))) == ["1 other file: all are as they were published."]
    assert list(verify(str(site / "de" / PHOTO))) == [
        "2 images: all are as they were published.",
    ]


def test_files_with_line_breaks_in_their_names_and_links_to_folders_are_checked(site, tmp_path):
    write(tmp_path, "elsewhere/a.txt", "a")
    (site / "linked").symlink_to(tmp_path / "elsewhere")
    (site / "de/again").symlink_to(site)
    write(site, "a\nb\\c.txt", "x")
    write(site, "index.html", '<a href="a%0Ab%5Cc.txt">')
    write_site_list(site)
    assert faults(site) == {}
    write(tmp_path, "elsewhere/a.txt", "b")
    write(site, "a\nb\\c.txt", "y")
    assert sorted(faults(site)) == ["a\nb\\c.txt", "linked/a.txt"]


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="sha256sum is not installed")
def test_anybody_can_check_the_list_with_sha256sum(site):
    write(site, "index.html", '<a href="a%0Ab%5Cc.txt">')
    write(site, "a\nb\\c.txt", "x")
    write_site_list(site)
    command = ["sha256sum", "--check", "--strict", LIST]
    assert subprocess.run(command, cwd=site, capture_output=True, check=False).returncode == 0
    write(site, "a\nb\\c.txt", "y")
    ended = subprocess.run(command, cwd=site, capture_output=True, text=True, check=False)
    assert "1 computed checksum did NOT match" in ended.stderr


def test_a_site_without_pictures_of_ours_gets_no_list(tmp_path):
    write(tmp_path, "index.html", "words")
    write_site_list(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]


@pytest.mark.parametrize(
    "text",
    [
        '{"pages": ["a.html"]}',
        "[1, 2]",
        "no JSON",
        '{"site": "", "pictures": [1]}',
        '{"site": 1, "pictures": []}',
        "[" * 100_000,
    ],
)
def test_an_index_that_another_program_made_is_a_file_like_any_other(site, text):
    named = read_checksums(site).named.keys()
    write(site, "shop/provenance/index.json", text)
    write(site, "shop/index.html", '<a href="hats.html">Hats</a>')
    write(site, "shop/hats.html", "hats")
    write_site_list(site)
    shop = {"shop/provenance/index.json", "shop/index.html", "shop/hats.html"}
    assert read_checksums(site).named.keys() == named | shop
    write(site, "provenance/index.json", text)  # in the place of our own, after a build
    write_site_list(site)
    assert {"index.html", "theme/a b.css", "provenance/index.json", *shop} <= read_checksums(
        site
    ).named.keys()

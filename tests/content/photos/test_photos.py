"""Where photos are looked for, who made them, and what is cached about them."""

import os
import re
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest
from fixtures import images
from pelican.plugins.stylize.content.photos import PhotoIndex, find_photo
from pelican.plugins.stylize.content.photos.credit_files import read_credit, read_credit_file
from pelican.plugins.stylize.images.decode import examine
from pelican.plugins.stylize.images.masks import examine_mask
from pelican.plugins.stylize.model.entities import Author, Credit, Decision
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.rights.vocabulary import LICENSES
from pelican.plugins.stylize.storage.checked_files import read_facts
from PIL import Image

ANA = Author(name="Ana Sol", license=LICENSES["OWN"], url="https://ana.example")


@pytest.fixture
def content(tmp_path, monkeypatch) -> Path:
    """A site's content with a folder of stories, seen from the site's own folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "content/stories").mkdir(parents=True)
    (tmp_path / "content/photos").mkdir()
    return tmp_path / "content"


def put(path: Path, *, text: str = "") -> Path:
    """Write a file that was last changed long ago."""
    path.parent.mkdir(exist_ok=True)
    if text:
        path.write_text(text, "utf-8")
    else:
        images.quarters().save(path, "JPEG")
    long_ago = time.time() - 3600
    os.utime(path, (long_ago, long_ago))
    return path


def find(name: str, content: Path) -> Path:
    return find_photo(name, folder=content / "stories", content=content)


def refusal(name: str, content: Path) -> str:
    with pytest.raises(UserError) as error:
        find(name, content)
    return str(error.value)


# Finding


def test_a_photo_next_to_the_post_comes_before_all_others(content):
    for folder in ("stories", ".", "photos"):
        put(content / folder / "pier.jpg")
    assert find("pier.jpg", content) == content / "stories/pier.jpg"
    (content / "stories/pier.jpg").unlink()
    assert find("pier.jpg", content) == content / "pier.jpg"
    (content / "pier.jpg").unlink()
    assert find("pier.jpg", content) == content / "photos/pier.jpg"


@pytest.mark.parametrize(
    "name",
    [
        "photos/pier.jpg",
        "/photos/pier.jpg",
        "../photos/pier.jpg",
        "./pier.jpg",
        "{static}/photos/pier.jpg",
        "{static}pier.jpg",
        "{attach}../photos/pier.jpg",
        "{filename}/photos/pier.jpg",
        "photos//pier.jpg",
    ],
)
def test_a_photo_may_be_named_by_its_way(content, name):
    put(content / "photos/pier.jpg")
    assert find(name, content) == content / "photos/pier.jpg"


def test_a_name_may_be_quoted_as_in_a_url(content):
    put(content / "photos/two men é.jpg")
    assert find("two%20men%20%C3%A9.jpg", content) == content / "photos/two men é.jpg"


def test_a_name_with_a_percent_sign_is_taken_as_it_is_first(content):
    put(content / "photos/100%25.jpg")
    assert find("100%25.jpg", content) == content / "photos/100%25.jpg"


def test_an_accent_is_found_however_a_mac_stored_it(content):
    put(content / "photos/cafe\u0301.jpg")
    assert find("caf\u00e9.jpg", content) == content / "photos/cafe\u0301.jpg"


def test_a_misspelled_photo_is_reported_with_the_nearest_one(content):
    put(content / "photos/pier.jpg")
    assert refusal("peir.jpg", content) == (
        "there is no photo 'peir.jpg'; looked in content/stories, content, content/photos. "
        "Did you mean 'pier.jpg'?"
    )


def test_the_nearest_photo_is_named_so_that_it_is_found(content):
    put(content / "photos/pier.jpg")
    assert refusal("photos/peir.jpg", content).endswith(" Did you mean 'photos/pier.jpg'?")
    assert refusal("images/pier.jpg", content).endswith(" Did you mean 'pier.jpg'?")


def test_a_photo_that_is_nowhere_is_reported_without_a_guess(content):
    put(content / "photos/pier.jpg")
    assert refusal("mountain.jpg", content) == (
        "there is no photo 'mountain.jpg'; looked in content/stories, content, content/photos. "
        "Put the photo there."
    )


def test_a_leading_slash_means_content_and_nothing_else(content):
    put(content / "stories/pier.jpg")
    assert refusal("/pier.jpg", content) == (
        "there is no photo '/pier.jpg'; looked in content. Put the photo there."
    )


def test_capitals_are_reported_where_a_mac_would_not_care(content):
    put(content / "photos/Pier.JPG")
    if (content / "photos/pier.jpg").exists():
        pytest.skip("this disk does not care about capitals")
    assert refusal("pier.jpg", content) == (
        "there is no photo 'pier.jpg'; in content/photos it is called 'Pier.JPG'. Write it that way."
    )


@pytest.mark.parametrize("name", ["“pier.jpg”", '"pier.jpg"', "'pier.jpg'", "‘pier.jpg’"])
def test_quotes_around_a_name_are_to_be_taken_away(content, name):
    put(content / "photos/pier.jpg")
    assert refusal(name, content) == (
        f"the photo is written with quotes, {name}. Remove the quotes: pier.jpg"
    )


@pytest.mark.parametrize("name", ["../../secret.jpg", "../../content/../secret.jpg", "%2e%2e/../secret.jpg"])
def test_a_name_may_not_climb_out_of_content(content, name):
    put(content.parent / "secret.jpg")
    assert refusal(name, content) == (
        f"{name!r} leads out of content. Copy the photo to content/photos instead."
    )


def test_a_folder_next_to_content_is_not_in_it(content):
    put(content.parent / "content-old/pier.jpg")
    assert "leads out of content" in refusal("../../content-old/pier.jpg", content)


def test_an_absolute_path_is_looked_for_inside_content(content):
    assert refusal("/etc/passwd", content) == (
        "there is no photo '/etc/passwd'; looked in content. Put the photo there."
    )


def test_a_link_out_of_content_is_refused(content):
    secret = put(content.parent / "secret.jpg")
    (content / "photos/pier.jpg").symlink_to(secret)
    message = "is a link that leads out of content. Copy the photo to content/photos instead."
    assert refusal("pier.jpg", content) == f"'pier.jpg' {message}"


def test_a_folder_that_is_a_link_out_of_content_is_refused(content):
    put(content.parent / "private/pier.jpg")
    (content / "stories/mine").symlink_to(content.parent / "private")
    message = "is a link that leads out of content. Copy the photo to content/photos instead."
    assert refusal("mine/pier.jpg", content) == f"'mine/pier.jpg' {message}"


def test_a_link_inside_content_is_followed(content):
    put(content / "photos/pier.jpg")
    (content / "stories/harbor.jpg").symlink_to("../photos/pier.jpg")
    assert find("harbor.jpg", content) == content / "stories/harbor.jpg"


def test_content_itself_may_be_a_link(content, tmp_path):
    put(content / "photos/pier.jpg")
    (tmp_path / "linked").symlink_to(content)
    assert find("pier.jpg", tmp_path / "linked") == tmp_path / "linked/photos/pier.jpg"


def test_a_photo_on_the_web_is_not_fetched(content):
    assert refusal("https://example.org/pier.jpg", content) == (
        "'https://example.org/pier.jpg' is on the web, and nothing is fetched from there. "
        "Save the photo in content/photos, with a credit file next to it."
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_a_photo_that_is_no_ordinary_file_is_named_as_what_it_is(content):
    (content / "photos").mkdir(exist_ok=True)
    (content / "photos/pier.jpg").symlink_to("../../annex/pier")
    os.mkfifo(content / "photos/pipe.jpg")
    assert refusal("pier.jpg", content) == (
        "content/photos/pier.jpg cannot be used: this is a link to '../../annex/pier', which leads to no file. "
        "Put the file there, or remove the link."
    )
    assert refusal("pipe.jpg", content) == (
        "content/photos/pipe.jpg cannot be used: this is a pipe, not a file. Put the file itself there."
    )


def test_a_folder_is_no_photo(content):
    assert refusal("photos", content) == "'photos' is a folder. Name a photo in it."


@pytest.mark.parametrize("name", ["", " ", "{static}", "/"])
def test_a_photo_needs_a_name(content, name):
    assert refusal(name, content) == (
        "this picture names no photo. Write the name of a file, such as pier.jpg."
    )


@pytest.mark.parametrize("name", ["pier\x00.jpg", "p" * 5000 + ".jpg", "pier.jpg/x.jpg", "pi\ner.jpg"])
def test_a_name_that_no_disk_could_hold_is_not_found(content, name):
    put(content / "photos/pier.jpg")
    assert refusal(name, content).startswith("there is no photo ")


# Credits

CREDIT = """
title = "The pier"
creator = "Ana Sol"
license = "CC-BY-SA-4.0"
"""


def test_a_photo_is_credited_by_its_credit_file(content):
    photo = put(content / "photos/pier.jpg")
    put(
        content / "photos/pier.toml",
        text=CREDIT
        + """
date = "ca. 1910"
institution = "Harbor Museum"
accession = "1910.7"
medium = "Gelatin silver print"
source_url = "https://museum.example/items/7?lang=en#top"
image_url = "http://museum.example/7.jpg"
credit_line = "Gift of the harbor master"
creator_url = "https://ana.example/"
alt = "A pier in the fog"
""",
    )
    assert read_credit(photo, author=None) == (
        Credit(
            title="The pier",
            creator="Ana Sol",
            license=LICENSES["CC-BY-SA-4.0"],
            date="ca. 1910",
            institution="Harbor Museum",
            accession="1910.7",
            medium="Gelatin silver print",
            source_url="https://museum.example/items/7?lang=en#top",
            image_url="http://museum.example/7.jpg",
            credit_line="Gift of the harbor master",
            creator_url="https://ana.example/",
        ),
        "A pier in the fog",
    )


def test_a_photo_without_a_credit_file_is_the_authors_own(content):
    photo = put(content / "photos/two-men_mending.jpg")
    assert read_credit(photo, author=ANA) == (
        Credit(
            title="Two men mending",
            creator="Ana Sol",
            license=LICENSES["OWN"],
            creator_url="https://ana.example",
        ),
        "",
    )


def test_a_credit_file_comes_before_the_author(content):
    photo = put(content / "photos/pier.jpg")
    put(content / "photos/pier.toml", text=CREDIT.replace("Ana Sol", "Bo Ek"))
    assert read_credit(photo, author=ANA)[0].creator == "Bo Ek"


def test_a_photo_without_any_credit_is_refused(content):
    with pytest.raises(UserError) as error:
        read_credit(put(content / "photos/pier.jpg"), author=None)
    assert str(error.value) == (
        "content/photos/pier.jpg has no credit. Write content/photos/pier.toml with title, creator, "
        "license and source_url, or set STYLIZE['author'] if the photo is yours."
    )


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (
            CREDIT + 'licence = "CC0-1.0"',
            ["content/photos/pier.toml: there is no setting 'licence'. Did you mean 'license'?"],
        ),
        (
            'title = "The pier"',
            [
                "content/photos/pier.toml: 'creator' is missing. Add a line: creator = \"...\"",
                "content/photos/pier.toml: 'license' is missing. Add a line: license = \"...\"",
            ],
        ),
        (
            CREDIT.replace("CC-BY-SA-4.0", "CC-BY-SA-5.0"),
            ["content/photos/pier.toml: there is no license 'CC-BY-SA-5.0'. Did you mean 'CC-BY-SA-4.0'?"],
        ),
        (
            CREDIT.replace("The pier", " ") + 'source_url = "www.museum.example/7"\nimage_url = "http://"',
            [
                "content/photos/pier.toml: title is empty. Fill it in; a photo is not shown without it.",
                "content/photos/pier.toml: source_url is 'www.museum.example/7', but must be a whole web "
                "address such as https://example.org/item/1.",
                "content/photos/pier.toml: image_url is 'http://', but must be a whole web "
                "address such as https://example.org/item/1.",
            ],
        ),
        (
            CREDIT + "creator_url = 'javascript:alert(1)//a.example'",
            [
                "content/photos/pier.toml: creator_url is 'javascript:alert(1)//a.example', but must be a "
                "whole web address such as https://example.org/item/1."
            ],
        ),
        (CREDIT + "date = 1910", ["content/photos/pier.toml: date must be text, but is 1910."]),
        (
            "title = The pier",
            ["content/photos/pier.toml: not valid TOML: Invalid value (at line 1, column 9)."],
        ),
    ],
)
def test_all_that_is_wrong_in_a_credit_file_is_reported(content, text, problems):
    put(content / "photos/pier.toml", text=text)
    with pytest.raises(UserError) as error:
        read_credit(put(content / "photos/pier.jpg"), author=ANA)
    assert list(error.value.problems) == problems


def test_a_credit_file_in_another_encoding_is_refused(content):
    (content / "photos/pier.toml").write_bytes(CREDIT.replace("Ana", "Bär").encode("latin-1"))
    with pytest.raises(UserError) as error:
        read_credit(put(content / "photos/pier.jpg"), author=ANA)
    assert str(error.value) == ("content/photos/pier.toml: this file is not UTF-8 text. Save it as UTF-8.")


def test_an_integer_of_thousands_of_digits_is_refused(content):
    put(content / "photos/pier.toml", text=f"{CREDIT}date = {'1' * 5000}")
    assert credit_refusal(content) == (
        "content/photos/pier.toml: one of its numbers is far too long. Shorten it, or quote it."
    )
    put(content / "photos/pier.toml", text=f"{CREDIT}date = 0x{'1' * 5000}")
    assert credit_refusal(content) == (
        "content/photos/pier.toml: date is a number of more than 64 bits. Shorten it, or quote it."
    )


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("A \\u0001 pier", "the control character U+0001"),
        ("A \\u0000 pier", "the control character U+0000"),
        ("A \\uFFFE pier", "the character U+FFFE (a character that is no text)"),
        ("gpj.\\u202Ereip", "the character U+202E (RIGHT-TO-LEFT OVERRIDE)"),
    ],
)
def test_characters_that_no_feed_can_show_are_refused_in_a_credit(content, written, named):
    put(content / "photos/pier.toml", text=f'{CREDIT}medium = "{written}"')
    assert credit_refusal(content) == (
        f"content/photos/pier.toml: medium contains {named}, which no page and no feed can show. Remove it."
    )


def test_marks_of_hebrew_and_arabic_stay_in_a_credit(content):
    put(content / "photos/pier.toml", text=CREDIT + 'medium = "\u2067\u05de\u05d6\u05d7\u2069 \u200f"')
    credit, _ = read_credit(put(content / "photos/pier.jpg"), author=ANA)
    assert credit.medium == "\u2067מזח\u2069 \u200f"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
@pytest.mark.parametrize(
    ("place", "what"),
    [
        (os.mkfifo, "this is a pipe, not a file. Put the file itself there."),
        (lambda path: path.mkdir(), "this is a folder, not a file. Put the file itself there."),
        (
            lambda path: path.symlink_to("/dev/zero"),
            "this is a device, not a file. Put the file itself there.",
        ),
        (
            lambda path: path.symlink_to("../../annex/pier"),
            "this is a link to '../../annex/pier', which leads to no file. Put the file there, or remove the link.",
        ),
        (
            lambda path: path.write_text(f"{CREDIT}# {'x' * 2**20}"),
            "this file is larger than 1 MiB. Is it the right one?",
        ),
    ],
    ids=["pipe", "folder", "device", "link", "large"],
)
def test_a_credit_that_is_no_ordinary_file_is_an_error_and_not_the_authors_own(content, place, what):
    photo = put(content / "photos/pier.jpg")
    place(content / "photos/pier.toml")
    assert credit_refusal(content) == f"content/photos/pier.toml: {what}"
    index = PhotoIndex(content.parent / "photos.json", examine=lambda path: (120, 80, "JPEG", ""))
    with pytest.raises(UserError, match=re.escape("content/photos/pier.toml: this ")):
        index.load_photo(photo, author=ANA)


def credit_refusal(content: Path) -> str:
    with pytest.raises(UserError) as error:
        read_credit(put(content / "photos/pier.jpg"), author=ANA)
    return str(error.value)


# The index


class Reader:
    """Reads photos, and counts them."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def __call__(self, path: Path) -> tuple[int, int, str, str]:
        self.read.append(path.name)
        return examine(path)


def a_second_later() -> int:
    """Return the time, so late that the clock of the file system has ticked since a test wrote its files."""
    return time.time_ns() + 1_000_000_000


def run(content: Path, *names: str, clock=a_second_later) -> tuple[list, list[str]]:
    """Look photos up as one build does; returns them and the names of those that had to be read."""
    reader = Reader()
    index = PhotoIndex(content.parent / ".stylize/photos.json", examine=reader, clock=clock)
    photos = [index.load_photo(content / "photos" / name, author=ANA) for name in names]
    index.save()
    return photos, reader.read


def test_a_photo_is_reported_with_its_size_its_digest_and_its_credit(content):
    path = images.save_turned(images.quarters(), content / "photos/pier.jpg", orientation=6)
    put(content / "photos/pier.toml", text=CREDIT + 'alt = "A pier"')
    ((photo,), _) = run(content, "pier.jpg")
    assert (photo.path, photo.width, photo.height, photo.alt) == (path, 120, 80, "A pier")
    assert photo.credit.title == "The pier"
    assert len(photo.digest) == 64


def test_a_photo_that_has_not_changed_is_not_read_again(content):
    put(content / "photos/pier.jpg")
    put(content / "photos/pier.toml", text=CREDIT)
    put(content / "photos/nets.jpg")
    first, read = run(content, "pier.jpg", "nets.jpg", "pier.jpg")
    assert read == ["pier.jpg", "nets.jpg"]
    second, read = run(content, "pier.jpg", "nets.jpg")
    assert read == []
    assert second == first[:2]


def test_a_photo_that_has_changed_is_read_again(content):
    path = put(content / "photos/pier.jpg")
    ((before,), _) = run(content, "pier.jpg")
    images.gradient(200, 100).save(path)
    ((after,), read) = run(content, "pier.jpg")
    assert read == ["pier.jpg"]
    assert after.digest != before.digest
    assert (after.width, after.height) == (200, 100)


def test_a_photo_of_the_same_size_and_time_is_read_again_when_its_bytes_are_others(content):
    path = put(content / "photos/pier.jpg")
    ((before,), _) = run(content, "pier.jpg")
    facts = path.stat()
    data = bytearray(path.read_bytes())
    data[13] ^= 1  # the density that the header claims
    path.write_bytes(data)
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    ((after,), read) = run(content, "pier.jpg")
    assert read == ["pier.jpg"]
    assert after.digest != before.digest


def test_a_photo_that_is_younger_than_two_seconds_is_read_once_more(content):
    changed = put(content / "photos/pier.jpg").stat().st_mtime_ns
    _, read = run(content, "pier.jpg", "pier.jpg", clock=lambda: changed + 1_900_000_000)
    assert read == ["pier.jpg"]
    _, read = run(content, "pier.jpg")
    assert read == ["pier.jpg"]
    _, read = run(content, "pier.jpg")
    assert read == []


@pytest.mark.parametrize("name", ["pier.jpg", "pier.toml"])
def test_a_file_that_took_its_place_just_now_is_read_once_more_however_old_it_claims_to_be(content, name):
    """As `cp -p` and `rsync -t` leave it: only the inode's time would show another change."""
    put(content / "photos/pier.jpg")
    put(content / "photos/pier.toml", text=CREDIT)
    arrived = (content / "photos" / name).stat().st_ctime_ns
    run(content, "pier.jpg", clock=lambda: arrived + 10_000_000)
    known = read_facts(content.parent / ".stylize/photos.json")
    assert str(content / "photos" / name) not in known["photos"] | known["credits"]


def test_a_corrected_credit_is_noticed(content):
    put(content / "photos/pier.jpg")
    put(content / "photos/pier.toml", text=CREDIT)
    run(content, "pier.jpg")
    (content / "photos/pier.toml").write_text(CREDIT.replace("The pier", "The old pier"), "utf-8")
    ((photo,), read) = run(content, "pier.jpg")
    assert photo.credit.title == "The old pier"
    assert read == []


def test_a_decision_about_a_license_is_cached_with_the_credit(content):
    put(content / "photos/pier.jpg")
    rights = '\n[rights]\ndecision = "Read."\nby = "Bo Ek"\non = 2026-11-22\n'
    put(content / "photos/pier.toml", text=CREDIT + rights)
    for _ in range(2):
        ((photo,), _) = run(content, "pier.jpg")
        assert photo.credit.decision == Decision(text="Read.", by="Bo Ek", on="2026-11-22")
    remembered = read_facts(content.parent / ".stylize/photos.json")
    ((*_, facts),) = remembered["credits"].values()
    assert facts["rights"] == {"text": "Read.", "by": "Bo Ek", "on": "2026-11-22"}


def test_a_credit_that_comes_or_goes_is_noticed(content):
    put(content / "photos/pier.jpg")
    ((photo,), _) = run(content, "pier.jpg")
    assert photo.credit.title == "Pier"
    put(content / "photos/pier.toml", text=CREDIT)
    ((photo,), _) = run(content, "pier.jpg")
    assert photo.credit.title == "The pier"
    (content / "photos/pier.toml").unlink()
    ((photo,), _) = run(content, "pier.jpg")
    assert photo.credit.title == "Pier"


def test_all_that_is_wrong_with_a_photo_is_reported_together(content):
    put(content / "photos/pier.jpg", text="not a photo")
    put(content / "photos/pier.toml", text=CREDIT + 'licence = "CC0-1.0"')
    with pytest.raises(UserError) as error:
        run(content, "pier.jpg")
    assert list(error.value.problems) == [
        "content/photos/pier.jpg: this is a text file, not a photo. Save the photo as JPEG or PNG.",
        "content/photos/pier.toml: there is no setting 'licence'. Did you mean 'license'?",
    ]


def test_a_photo_that_was_refused_is_read_again(content):
    path = put(content / "photos/pier.jpg", text="not a photo")
    with pytest.raises(UserError):
        run(content, "pier.jpg")
    put(path)
    ((photo,), _) = run(content, "pier.jpg")
    assert photo.width == 120


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\xff\xfe\x00",
        b"{",
        b"[]",
        b'{"version": 1}',
        b'{"version": 0, "photos": {}, "credits": {}}',
        b'{"version": 1, "photos": [], "credits": {}}',
        b'{"version": 1, "photos": {"pier.jpg": [1, 2]}, "credits": {}}',
        b'{"version": 1, "photos": {}, "credits": {"pier.toml": [1, 2, 3, {"titel": "x"}]}}',
        b'{"version": 1, "photos": {}, "credits": {"pier.toml": [1, 2, 3, 4]}}',
    ],
)
def test_a_damaged_index_is_replaced(content, damage):
    put(content / "photos/pier.jpg")
    (content.parent / ".stylize").mkdir()
    (content.parent / ".stylize/photos.json").write_bytes(damage)
    _, read = run(content, "pier.jpg")
    assert read == ["pier.jpg"]
    _, read = run(content, "pier.jpg")
    assert read == []


def test_a_damaged_index_is_reported(content, caplog):
    path = content.parent / "store/photos.json"
    path.parent.mkdir()
    path.write_text("{}")
    PhotoIndex(path, examine=examine)
    assert caplog.messages == [
        "store/photos.json: it is damaged, or of another version; every photo is read again."
    ]


def test_any_flipped_bit_in_the_index_is_noticed(content):
    put(content / "photos/pier.jpg")
    put(content / "photos/pier.toml", text=CREDIT)
    ((photo,), _) = run(content, "pier.jpg")
    path = content.parent / ".stylize/photos.json"
    whole = path.read_bytes()
    for place in range(0, len(whole), 5):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        path.write_bytes(damaged)
        assert run(content, "pier.jpg") == ([photo], ["pier.jpg"])
        assert path.read_bytes() == whole


def test_a_photo_that_is_exchanged_while_it_is_read_is_read_again(content):
    path = put(content / "photos/pier.jpg")
    exchanges = [(200, 100), (120, 90)]

    def exchange(path: Path) -> tuple[int, int, str]:
        facts = examine(path)
        if exchanges:
            images.gradient(*exchanges.pop()).save(path)
        return facts

    index = PhotoIndex(content.parent / ".stylize/photos.json", examine=exchange)
    photo = index.load_photo(path, author=ANA)
    assert (photo.width, photo.height) == (200, 100)
    assert photo.digest == sha256(path.read_bytes()).hexdigest()


def test_the_index_is_written_only_when_something_is_new(content):
    put(content / "photos/pier.jpg")
    run(content, "pier.jpg")
    path = content.parent / ".stylize/photos.json"
    before = path.stat()
    run(content, "pier.jpg")
    assert path.stat().st_ino == before.st_ino
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert [entry.name for entry in path.parent.iterdir()] == ["photos.json"]


def test_photos_that_are_gone_are_forgotten(content):
    gone = put(content / "photos/pier.jpg")
    run(content, "pier.jpg")
    gone.unlink()
    put(content / "photos/nets.jpg")
    run(content, "nets.jpg")
    table = read_facts(content.parent / ".stylize/photos.json")
    assert list(table["photos"]) == [str(content / "photos/nets.jpg")]


def test_photos_that_this_build_did_not_ask_for_are_kept(content):
    put(content / "photos/pier.jpg")
    put(content / "photos/nets.jpg")
    run(content, "pier.jpg")
    run(content, "nets.jpg")
    _, read = run(content, "pier.jpg", "nets.jpg")
    assert read == []


def test_a_disk_that_refuses_the_index_costs_time_and_nothing_else(content, caplog):
    put(content / "photos/pier.jpg")
    (content.parent / ".stylize").write_text("a file where the folder should be")
    ((photo,), _) = run(content, "pier.jpg")
    assert photo.width == 120
    assert caplog.messages == [
        ".stylize/photos.json could not be written (File exists); the next build reads every photo again."
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('["Ana Sol"]', "Ana Sol"),
        ('["Ana Sol", "Bo Lind"]', "Ana Sol and Bo Lind"),
        ('["Ana Sol", "Bo Lind", "Cy Ott"]', "Ana Sol, Bo Lind and Cy Ott"),
    ],
)
def test_several_makers_are_one_credit(tmp_path, written, read):
    path = tmp_path / "pier.toml"
    path.write_text(f'title = "Pier"\ncreator = {written}\nlicense = "CC0-1.0"\n')
    assert read_credit_file(path).creator == read


@pytest.mark.parametrize("written", ["[]", "[1]", "7"])
def test_makers_that_are_no_names_are_reported(tmp_path, written):
    path = tmp_path / "pier.toml"
    path.write_text(f'title = "Pier"\ncreator = {written}\nlicense = "CC0-1.0"\n')
    with pytest.raises(UserError, match="creator must be text or a list of names, but is"):
        read_credit_file(path)


def test_a_mask_that_has_not_changed_is_not_read_again(content):
    path = put(content / "photos/sky.png")
    Image.new("L", (120, 80), 9).save(path)
    long_ago = time.time() - 3600
    os.utime(path, (long_ago, long_ago))
    read: list[str] = []

    def look(path: Path) -> tuple[int, int, int, int]:
        read.append(path.name)
        return examine_mask(path)

    masks = []
    for _ in range(2):
        index = PhotoIndex(content.parent / ".stylize/photos.json", examine=Reader(), clock=a_second_later)
        masks.append(index.load_mask(path, name="sky.png", examine=look))
        index.save()
    assert read == ["sky.png"]
    assert masks[0] == masks[1]
    assert (masks[0].name, masks[0].width, masks[0].height) == ("sky.png", 120, 80)

"""`invoke provenance.links`: what it reads, prints and keeps."""

import json
import re
import shutil
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from pelican.plugins.stylize.cli.links import links
from pelican.plugins.stylize.model.errors import UserError

TODAY = datetime.now(UTC).date().isoformat()
HISTORY = Path("provenance/links.json")


@pytest.fixture
def site(blog, monkeypatch):
    """A blog with one style and no photo with a source."""
    monkeypatch.chdir(blog.root)
    shutil.rmtree(blog.root / "styles" / "third-class-carriage")
    blog.settings["SITEURL"] = "https://blog.example"
    name_sources(blog.root / "styles/harvesters/style.toml", page="", image="")
    return blog


def name_sources(record: Path, *, page: str, image: str) -> None:
    text = record.read_text("utf-8")
    text = re.sub(r"^institution = .*", 'institution = "This project"', text, flags=re.MULTILINE)
    text = re.sub(r"^source_url = .*", f'source_url = "{page}"', text, flags=re.MULTILINE)
    record.write_text(re.sub(r"^image_url = .*", f'image_url = "{image}"', text, flags=re.MULTILINE), "utf-8")


def credit(site, photo: str, *, page: str = "", image: str = "") -> None:
    """Draw a photo and write its credit."""
    path = site.photo(photo).with_suffix(".toml")
    facts = {
        "title": "Pier",
        "creator": "Ana Sol",
        "license": "CC0-1.0",
        "source_url": page,
        "image_url": image,
    }
    path.write_text("".join(f'{key} = "{value}"\n' for key, value in facts.items()), "utf-8")


def check(site, *only: str, **asked: bool) -> list[str]:
    site.configure()
    return list(links("pelicanconf.py", only, interval=0.0, **asked))


def check_and_fail(site, *only: str, **asked: bool) -> tuple[list[str], UserError]:
    site.configure()
    lines: list[str] = []
    with pytest.raises(UserError) as error:
        for line in links("pelicanconf.py", only, interval=0.0, **asked):
            lines.append(line)
    return lines, error.value


def known(url: str) -> dict:
    return json.loads(HISTORY.read_text("utf-8"))["addresses"][url]


def age(url: str, **facts: object) -> None:
    """Change what the history says of an address, as if it had been written earlier."""
    table = json.loads(HISTORY.read_text("utf-8"))
    table["addresses"][url].update(facts)
    HISTORY.write_text(json.dumps(table), "utf-8")


def test_page_and_image_of_styles_and_photos_are_each_requested_once(site, museum):
    page, image = museum.page("/item/1"), museum.page("/1.jpg")
    pier = museum.page("/item/2")
    name_sources(site.root / "styles/harvesters/style.toml", page=page, image=image)
    credit(site, "pier.jpg", page=pier)
    credit(site, "quay.jpg", page=pier)
    assert check(site) == [
        "verdict      written in                               address",
        f"alive        styles/harvesters/style.toml source_url  {page}",
        f"alive        styles/harvesters/style.toml image_url   {image}",
        f"alive        content/photos/pier.toml source_url      {pier}",
        "             content/photos/quay.toml source_url",
        "3 addresses: 3 alive. The results are saved in provenance/links.json.",
    ]
    assert museum.asked == [("HEAD", "/item/1"), ("GET", "/1.jpg"), ("HEAD", "/item/2")]
    assert re.fullmatch(
        r"pelican-stylize(/[\d.]+)? \(\+https://blog\.example; checks the links to the sources it credits\)",
        museum.agents[0],
    )


def test_results_are_saved_for_git(site, museum):
    image = museum.page("/1.jpg", body=b"pixels")
    credit(site, "pier.jpg", page=museum.page("/item/1", status=403), image=image)
    check(site)
    assert HISTORY.read_text("utf-8").startswith('{\n  "addresses": {\n    "http://127.0.0.1')
    assert known(image) == {
        "first_seen": TODAY,
        "last_checked": TODAY,
        "last_alive": TODAY,
        "verdict": "alive",
        "status": 200,
        "why": "",
        "moved_to": "",
        "files": [{"on": TODAY, "sha256": sha256(b"pixels").hexdigest(), "size": 6}],
    }
    assert known(f"{museum.address}/item/1") == {
        "first_seen": TODAY,
        "last_checked": TODAY,
        "last_alive": "",
        "verdict": "blocked",
        "status": 403,
        "why": "it answers 403",
        "moved_to": "",
        "files": [],
    }


def test_what_is_blocked_or_out_of_reach_is_no_mistake(site, museum):
    credit(site, "pier.jpg", page=museum.page("/1", status=403), image=museum.page("/1.jpg", status=500))
    assert check(site)[1:] == [
        f"blocked      content/photos/pier.toml source_url  {museum.address}/1",
        "             → it answers 403; not dead; open it in a browser if you doubt",
        f"unreachable  content/photos/pier.toml image_url   {museum.address}/1.jpg",
        "             → it answers 500; try again later",
        "2 addresses: 1 blocked, 1 unreachable. The results are saved in provenance/links.json.",
    ]


def test_what_has_moved_or_gone_fails_and_says_what_to_write(site, museum):
    new = museum.page("/objects/1")
    old, dead = museum.redirect("/item/1", "/objects/1"), museum.page("/1.jpg", status=410)
    credit(site, "pier.jpg", page=old, image=dead)
    lines, error = check_and_fail(site)
    assert lines[1:] == [
        f"moved        content/photos/pier.toml source_url  {old}",
        f"             → write the new address: {new}",
        f"gone         content/photos/pier.toml image_url   {dead}",
        "             → it answers 410; look for the item's new address, or for a copy:"
        f" https://web.archive.org/web/{dead}",
        "2 addresses: 1 moved, 1 gone. The results are saved in provenance/links.json.",
    ]
    assert error.exitcode == 1
    assert str(error) == "2 addresses: 1 moved, 1 gone. Correct the records that name them."


def test_the_day_it_was_last_alive_leads_to_the_copy_next_to_it(site, museum):
    url = museum.page("/item/1")
    credit(site, "pier.jpg", page=url)
    check(site)
    age(url, first_seen="2026-02-01", last_checked="2026-03-02", last_alive="2026-03-02")
    museum.page("/item/1", status=404)
    lines, _ = check_and_fail(site)
    assert lines[2] == (
        "             → it answers 404; last alive 2026-03-02; look for the item's new address, or for a copy:"
        f" https://web.archive.org/web/20260302/{url}"
    )
    assert known(url)["first_seen"] == "2026-02-01"
    assert known(url)["last_alive"] == "2026-03-02"
    assert known(url)["last_checked"] == TODAY


def test_after_a_month_out_of_reach_waiting_is_no_advice(site, museum):
    url = museum.page("/item/1")
    credit(site, "pier.jpg", page=url)
    check(site)
    age(url, last_alive="2025-03-02")
    museum.page("/item/1", status=502)
    assert check(site)[2] == ("             → it answers 502; last alive 2025-03-02; open it in a browser")


def test_an_image_is_fetched_at_first_sight_and_then_only_when_asked(site, museum):
    url = museum.page("/1.jpg", body=b"pixels")
    credit(site, "pier.jpg", image=url)
    check(site)
    museum.page("/1.jpg", body=b"restored")
    assert len(check(site)) == 3
    assert [method for method, _ in museum.asked] == ["GET", "HEAD"]
    age(url, files=[{**known(url)["files"][0], "on": "2026-03-02"}])
    assert check(site, digest=True)[2] == (
        "             → the file has changed since 2026-03-02; check that the credit still fits"
    )
    assert [file["size"] for file in known(url)["files"]] == [6, 8]
    assert len(check(site, digest=True)) == 3


def test_an_address_that_no_record_names_any_more_stays_in_the_history(site, museum):
    old, new = museum.page("/item/1"), museum.page("/objects/1")
    credit(site, "pier.jpg", page=old)
    check(site)
    credit(site, "pier.jpg", page=new)
    check(site)
    assert known(old)["last_alive"] == TODAY
    assert museum.asked == [("HEAD", "/item/1"), ("HEAD", "/objects/1")]


def test_an_interrupted_check_keeps_its_results(site, museum):
    credit(site, "pier.jpg", page=museum.page("/1"), image=museum.page("/1.jpg"))
    site.configure()
    lines = links("pelicanconf.py", interval=0.0)
    next(lines), next(lines)
    lines.close()
    assert known(f"{museum.address}/1")["verdict"] == "alive"
    assert len(museum.asked) == 1


def test_a_busy_museum_is_not_saved_as_checked(site, museum):
    credit(site, "pier.jpg", page=museum.page("/1", status=429), image=museum.page("/1.jpg"))
    assert check(site)[3:5] == [
        f"blocked      content/photos/pier.toml image_url   {museum.address}/1.jpg",
        "             → not asked: 127.0.0.1 wants to be left alone for now; not dead; open it in a browser if you doubt",
    ]
    assert list(json.loads(HISTORY.read_text("utf-8"))["addresses"]) == [f"{museum.address}/1"]


@pytest.mark.parametrize("name", ["pier", "pier.jpg"])
def test_one_photo_can_be_asked_for_by_its_name(site, museum, name):
    credit(site, "pier.jpg", page=museum.page("/1"))
    credit(site, "quay.jpg", page=museum.page("/2"))
    check(site, name)
    assert museum.asked == [("HEAD", "/1")]


def test_one_style_can_be_asked_for_by_its_name(site, museum):
    name_sources(site.root / "styles/harvesters/style.toml", page=museum.page("/1"), image="")
    credit(site, "pier.jpg", page=museum.page("/2"))
    check(site, "harvesters")
    assert museum.asked == [("HEAD", "/1")]


def test_a_name_that_is_not_there_is_reported_before_anyone_is_asked(site, museum):
    credit(site, "pier.jpg", page=museum.page("/1"))
    _, error = check_and_fail(site, "harvestres")
    assert str(error) == "there is no style or photo 'harvestres' with a source. Did you mean 'harvesters'?"
    assert error.exitcode == 2
    assert museum.asked == []


def test_a_record_that_cannot_be_read_is_reported_before_anyone_is_asked(site, museum):
    credit(site, "pier.jpg", page=museum.page("/1"))
    credit(site, "quay.jpg", page="museum.example/2")
    _, error = check_and_fail(site)
    assert str(error) == (
        "content/photos/quay.toml: source_url is 'museum.example/2', but must be a whole web address such as"
        " https://example.org/item/1."
    )
    assert museum.asked == []


def test_programs_get_json(site, museum):
    old = museum.redirect("/item/1", "/objects/1")
    new = museum.page("/objects/1")
    credit(site, "pier.jpg", page=old)
    (text,), error = check_and_fail(site, as_json=True)
    assert json.loads(text) == [
        {
            "url": old,
            "places": [{"file": "content/photos/pier.toml", "field": "source_url"}],
            "verdict": "moved",
            "status": 200,
            "why": "",
            "moved_to": new,
            "last_alive": TODAY,
            "advice": f"write the new address: {new}",
        }
    ]
    assert error.exitcode == 1


def test_a_site_without_an_address_asks_nobody(site, museum):
    site.settings["SITEURL"] = ""
    credit(site, "pier.jpg", page=museum.page("/1"))
    _, error = check_and_fail(site)
    assert str(error) == (
        "pelicanconf.py: SITEURL is '', but museums must know which site asks."
        " Write the address of the blog there, such as https://blog.example, or a mail address into STYLIZE['contact']."
    )
    assert museum.asked == []


def test_a_site_with_no_source_at_all_has_nothing_to_check(site):
    assert check(site) == [
        "verdict      written in  address",
        "0 addresses.",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"version": 1, "addr', "provenance/links.json: the file is damaged."),
        ("[]", "provenance/links.json: the file is damaged."),
        ('{"version": 2, "addresses": {}}', "provenance/links.json: it has version 2, but 1 is known."),
    ],
)
def test_a_damaged_history_is_never_written_over(site, museum, text, message):
    credit(site, "pier.jpg", page=museum.page("/1"))
    HISTORY.parent.mkdir()
    HISTORY.write_text(text, "utf-8")
    _, error = check_and_fail(site)
    assert str(error) == f"{message} Restore it, as with git checkout, or move it away to start over."
    assert HISTORY.read_text("utf-8") == text
    assert museum.asked == []


def test_a_history_that_cannot_be_written_stops_the_check(site, museum):
    credit(site, "pier.jpg", page=museum.page("/1"), image=museum.page("/1.jpg"))
    HISTORY.parent.write_text("a file")
    _, error = check_and_fail(site)
    assert str(error).startswith("provenance/links.json")
    assert len(museum.asked) <= 1


def test_an_entry_with_an_unknown_verdict_is_named(site, museum):
    url = museum.page("/1")
    credit(site, "pier.jpg", page=url)
    check(site)
    age(url, verdict="asleep")
    _, error = check_and_fail(site)
    assert str(error) == (
        f"provenance/links.json {url}: verdict is 'asleep',"
        " which is none of alive, moved, gone, blocked, unreachable."
    )

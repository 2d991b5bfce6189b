"""A search asks all museums at once, and prints what each of them finds as it comes."""

import json
import os
import signal
import subprocess
import sys

import pytest
from fixtures.museum_mirror import add_met, add_nasa
from fixtures.program import START, run_program
from pelican.plugins.stylize.cli.museum_search import (
    ChosenMuseums,
    SearchRequest,
    choose_museums,
    format_hit,
    search_museums,
    tell_gaps,
)
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.museums.importers.statements import state
from pelican.plugins.stylize.museums.record import MuseumRecord
from pelican.plugins.stylize.rights.badges import make_badge
from pelican.plugins.stylize.rights.rules import SitePolicy

REFUSES = "it refuses programs (403). Open it in a browser, save the page and the picture, and add them"


def search(words: str = "nets", *at: str, **request: object) -> list[str]:
    return list(search_museums("pelicanconf.py", SearchRequest(words=words, at=at, **request)))


def test_hits_of_two_museums_are_printed_with_rights_page_and_thumbnail(mirror, tmp_path):
    add_met(mirror, "nets", 12, closed=True)
    add_nasa(mirror, "nets", "jsc1")
    ended = run_program("museum.search", "nets", "--at", "met,nasa", cwd=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert sorted(ended.out.splitlines()) == sorted(
        """\
met:12  Mending the Nets, plate 12 · Ana Sol · 1862
  CC0 1.0 (CC0-1.0), may be adapted · Metropolitan Museum of Art, New York, NY
  https://www.metmuseum.org/art/collection/search/12
  https://images.metmuseum.org/web-large/12.jpg
nasa:jsc1  Nets at jsc1 · NASA · 2010-09-01
  NASA media usage guidelines (NASA), may be adapted · NASA
  https://images.nasa.gov/details/jsc1
  https://images-assets.nasa.gov/image/jsc1/jsc1~thumb.jpg
""".splitlines()
    )


def test_for_programs_each_hit_is_an_object(mirror):
    add_met(mirror, "nets", 12, closed=True)
    [line] = search("nets", "met", as_json=True)
    assert json.loads(line) == {
        "key": "met:12",
        "title": "Mending the Nets, plate 12",
        "creator": "Ana Sol",
        "date": "1862",
        "institution": "Metropolitan Museum of Art, New York, NY",
        "rights": {
            "code": "CC0-1.0",
            "name": "CC0 1.0",
            "as_written": "isPublicDomain: true",
            "adaptable": "open",
            "words": "may be adapted",
        },
        "page": "https://www.metmuseum.org/art/collection/search/12",
        "thumbnail": "https://images.metmuseum.org/web-large/12.jpg",
    }


def test_the_first_hit_is_there_before_the_slowest_museum_answers(mirror):
    add_met(mirror, "nets", 12, closed=True)
    add_nasa(mirror, "nets", "jsc1", after=30.0)
    lines = search_museums("pelicanconf.py", SearchRequest(words="nets", at=("met", "nasa"), patience=0.5))
    assert next(lines).startswith("met:12  ")
    assert list(lines) == ["nasa: it said nothing for 0.5 seconds. Ask it alone later: --at nasa"]


def test_a_museum_that_refuses_stops_nobody_else_and_is_told_last(mirror):
    add_met(mirror, "nets", 12, 13, closed=True)
    add_nasa(mirror, "nets", status=403, body=b"no")
    lines = search("nets", "nasa", "met", as_json=True)
    assert [json.loads(line).get("key") for line in lines] == ["met:12", "met:13", None]
    assert json.loads(lines[-1]) == {"museum": "nasa", "problem": f"{REFUSES} with --page and --image"}


def test_where_nobody_answers_the_command_fails(mirror):
    add_nasa(mirror, "nets", status=403, body=b"no")
    with pytest.raises(UserError) as raised:
        search("nets", "nasa")
    assert raised.value.problems == (f"NASA image and video library: {REFUSES} with --page and --image",)


def test_what_may_not_be_adapted_is_marked_or_left_out(mirror):
    add_met(mirror, "nets", 12, 1001, closed=True)
    add_met(mirror, "nets", 12, 1001)
    lines = search("nets", "met")
    assert (
        lines[1]
        .splitlines()[1]
        .startswith("  ! all rights reserved (ALL-RIGHTS-RESERVED), may not be adapted")
    )
    assert [line.partition(" ")[0] for line in search("nets", "met", rights="open")] == ["met:12"]


def test_an_item_is_shown_once_and_not_more_of_them_than_wanted(mirror):
    add_met(mirror, "nets", 12, 12, 13, 14, closed=True)
    assert [line.partition(" ")[0] for line in search("nets", "met", most=3)] == ["met:12", "met:13"]


def test_an_object_that_the_museum_has_removed_is_passed_over(mirror):
    add_met(mirror, "nets", 12, 13, closed=True)
    del mirror.pages["/collectionapi.metmuseum.org/public/collection/v1/objects/12"]
    assert [line.partition(" ")[0] for line in search("nets", "met")] == ["met:13"]


def test_a_changed_shape_names_the_field(mirror):
    add_met(mirror, "nets", 12, closed=True, title=["Nets"], objectDate={"from": 1862})
    with pytest.raises(UserError) as raised:
        search("nets", "met")
    assert str(raised.value) == (
        "The Metropolitan Museum of Art: 12: the field objectDate is an object, not text"
    )


def test_nothing_found_is_said(mirror):
    add_met(mirror, "nets", closed=True)
    assert search("nets", "met") == ["Nothing was found for 'nets'. Try fewer words, or English ones."]


def test_a_wrong_request_is_explained_before_anybody_is_asked(mirror):
    with pytest.raises(UserError) as raised:
        search(" ", rights="free", most=0, patience=0)
    assert raised.value.problems == (
        'there is nothing to look for. Name it: pelican-stylize museum.search "steam engine"',
        "--rights is 'free', but must be open or any.",
        "--most is 0, but runs from 1 to 500 hits of each museum.",
        "--wait is 0, but runs from above 0 to 600 seconds.",
    )
    with pytest.raises(UserError, match="there is no museum 'mett'"):
        search("nets", "mett")
    assert mirror.asked == []


def test_ctrl_c_ends_a_search_at_once(mirror, tmp_path):
    add_met(mirror, "nets", 12, closed=True)
    add_nasa(mirror, "nets", "jsc1", after=30.0)
    words = ["museum.search", "nets", "--at", "met,nasa"]
    with subprocess.Popen(
        [sys.executable, "-c", START, *words],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    ) as process:
        assert process.stdout.readline().startswith("met:12  ")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors.strip()) == (130, "Stopped.")


def test_without_names_all_are_asked_that_need_no_key_and_have_pictures():
    chosen = choose_museums([], has_key=lambda museum: museum.key is None)
    asked = {museum.name for museum in chosen.asked}
    assert {"met", "nasa", "loc"} <= asked
    assert not asked & {"wikidata", "iiif", "europeana"}
    assert "europeana" in {museum.name for museum in chosen.without_key}
    [line] = tell_gaps(ChosenMuseums(asked=(), without_key=chosen.without_key[:1]), [])
    assert line == (
        f"Not asked, since they need a key: {chosen.without_key[0].name}."
        " pelican-stylize museum.list says where to get one."
    )


def test_a_missing_key_is_told_with_where_to_get_one(mirror):
    with pytest.raises(UserError, match=r"Europeana: it needs a key\. Get one at https://"):
        search("nets", "europeana")
    assert mirror.asked == []


def test_a_museum_without_a_search_says_where_to_search():
    with pytest.raises(UserError, match="Any IIIF manifest cannot be searched from here"):
        choose_museums(["iiif"], has_key=lambda museum: True)


def test_texts_of_a_hit_fit_a_terminal_and_addresses_stay_whole():
    record = MuseumRecord(
        museum="harbor",
        item="1",
        title="網を繕う人々" * 5,
        page="https://harbor.example/collection/of/many/nets/1",
        rights=state("CC0-1.0", field="rights"),
    )
    badge = make_badge(record.rights.license, policy=SitePolicy())
    assert list(format_hit(record, badge, width=30)) == [
        "harbor:1  網を繕う人々網を繕…",
        "  CC0 1.0 (CC0-1.0), may be a…",
        "  https://harbor.example/collection/of/many/nets/1",
    ]

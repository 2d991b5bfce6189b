"""The list names every museum with its key, and never prints a key."""

import json
from dataclasses import replace

from fixtures.program import run_program
from pelican.plugins.stylize.cli.museum_list import describe_key, describe_museum, list_museums
from pelican.plugins.stylize.museums.http_client.keys import KeyRing
from pelican.plugins.stylize.museums.importers.interface import KeyUse, Museum, Request
from pelican.plugins.stylize.museums.importers.registry import MUSEUMS

KEY = KeyUse(service="harbor", parameter="key", get_one_at="https://harbor.example/key")
KEYED = Museum(
    name="harbor",
    title="Harbor Museum",
    home="https://harbor.example/",
    find_item=lambda address: "",
    ask_item=lambda item: Request(url="https://harbor.example/1", key=KEY),
    read_item=lambda answers: None,
    key=KEY,
)
NO_KEYS = {"PELICAN_STYLIZE_KEYS": "no-keys.toml"}


def test_the_list_has_every_museum_and_every_closed_collection_with_its_way_out(tmp_path):
    ended = run_program("museum.list", cwd=tmp_path)
    lines = ended.out.splitlines()
    assert (ended.code, ended.err) == (0, "")
    assert "met  The Metropolitan Museum of Art" in lines
    assert "  key       none needed" in lines
    assert any(
        line.startswith("  closed    its Custom Search JSON API takes no new customers") for line in lines
    )
    heads = [line for line in lines if not line.startswith(" ")]
    assert len(heads) > len(MUSEUMS)


def test_for_programs_each_museum_is_an_object():
    facts = [json.loads(line) for line in list_museums(KeyRing(NO_KEYS), as_json=True)]
    assert [one["name"] for one in facts[: len(MUSEUMS)]] == [museum.name for museum in MUSEUMS]
    assert facts[0] == {
        "name": "met",
        "title": "The Metropolitan Museum of Art",
        "home": "https://www.metmuseum.org/art/collection",
        "how": "Collection API: one request an item; a search gives numbers only",
        "search": True,
        "key_variable": "",
        "key_from": "",
        "key_needed_for": "",
        "key_found": False,
        "rights": "isPublicDomain; CC0 by its open-access policy",
        "image_size": "the full JPEG, mostly 2,000 to 4,000 pixels",
        "checked": "recorded answers of 2020 to 2025",
        "notes": [],
    }


def test_a_key_that_is_there_is_found_and_not_shown():
    ring = KeyRing({**NO_KEYS, "PELICAN_STYLIZE_KEY_HARBOR": "secret-of-the-harbor"})
    facts = describe_museum(KEYED, ring)
    assert (facts["key_needed_for"], facts["key_found"]) == ("everything", True)
    assert "secret" not in json.dumps(facts)
    assert describe_museum(KEYED, KeyRing(NO_KEYS))["key_found"] is False


def test_what_a_key_is_needed_for_is_said():
    assert describe_key(KEYED) == (
        "for everything: PELICAN_STYLIZE_KEY_HARBOR, from https://harbor.example/key"
    )
    free = replace(KEYED, ask_item=lambda item: Request(url="https://harbor.example/1"))
    assert describe_key(free).startswith("for searching: ")
    assert describe_key(replace(KEYED, key=replace(KEY, optional=True))).startswith("for more requests: ")
    assert describe_key(MUSEUMS[0]) == "none needed"

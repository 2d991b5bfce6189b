"""Answers in files are read as if a museum had just given them."""

import json

import pytest
from fixtures.program import run_program
from pelican.plugins.stylize.cli.museum_read import ReadRequest, read_answers
from pelican.plugins.stylize.model.errors import UserError


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def save(folder, name: str, content: object) -> str:
    (folder / name).write_text(json.dumps(content))
    return name


def read(name: str, *files: str, **request: object) -> list[str]:
    return list(read_answers(ReadRequest(name=name, files=files, **request)))


def test_an_answer_is_shown_as_a_record(here):
    file = save(here, "nets, 1.json", {"objectID": 12, "title": "Mending the Nets", "isPublicDomain": True})
    ended = run_program("museum.read", "met", file, cwd=here)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[0] == "met:12: Mending the Nets"
    assert "  rights      CC0 1.0 (CC0-1.0)" in ended.out.splitlines()
    assert json.loads(read("met", file, as_json=True)[0])["title"] == "Mending the Nets"


def test_what_an_importer_would_ask_next_is_said(here):
    hit = {"data": [{"nasa_id": "jsc1", "title": "Nets", "center": "JSC"}], "links": []}
    first = save(here, "search.json", {"collection": {"items": [hit]}})
    assert read("nasa", first) == [
        "It asks next for https://images-api.nasa.gov/asset/jsc1 (application/json)."
    ]
    address = "https://images-assets.nasa.gov/image/jsc1/jsc1~orig.jpg"
    second = save(here, "asset.json", {"collection": {"items": [{"href": address}]}})
    assert f"  picture     {address}" in read("nasa", first, second)[0].splitlines()


def test_answers_to_a_search_are_read_too(here):
    file = save(here, "search.json", {"total": 2, "objectIDs": [12, 13]})
    assert read("met", file, is_search=True) == ["met:12", "met:13"]


def test_a_field_of_another_shape_is_named_with_its_file(here):
    file = save(here, "nets.json", {"title": "Mending the Nets"})
    with pytest.raises(UserError) as raised:
        read("met", file)
    assert str(raised.value) == "nets.json: The Metropolitan Museum of Art: the field objectID is missing."


def test_files_that_cannot_be_read_are_told_together(here):
    with pytest.raises(UserError) as raised:
        read("met", "gone.json", "nets.txt")
    assert raised.value.problems == (
        "gone.json: it cannot be read: No such file or directory.",
        "nets.txt: its name ends with '.txt', so its kind is unknown."
        " Name it .json, .jsonld, .xml, .html, .htm.",
    )

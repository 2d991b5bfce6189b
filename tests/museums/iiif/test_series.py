"""The works of collections: small ones in the form of the Presentation API 2.1 and 3.0; none is recorded."""

import pytest
from fixtures.museum_answers import answer
from pelican.plugins.stylize.museums.errors import MuseumError, NoSuchItem, RateLimited
from pelican.plugins.stylize.museums.iiif.series import SeriesMember, list_series

HOST = "https://host.example"


def manifest(number: int) -> dict:
    return {"id": f"{HOST}/{number}/manifest", "type": "Manifest", "label": {"en": [f"Sheet {number}"]}}


def reference(name: str) -> dict:
    return {"id": f"{HOST}/{name}", "type": "Collection", "label": {"en": [name]}}


def collection(name: str, *items: dict) -> dict:
    return {**reference(name), "items": list(items)}


class Host:
    """Answers by address, and remembers what it was asked."""

    def __init__(self, **answers: object) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def __call__(self, url: str):
        name = url.removeprefix(f"{HOST}/")
        self.asked.append(name)
        found = self.answers.get(name.replace("?", "_").replace("=", "_"))
        if isinstance(found, MuseumError):
            raise found
        if found is None:
            raise NoSuchItem("it has nothing at this address (404)")
        return answer(found, url=url)


def test_a_collection_and_those_in_it_in_their_order():
    host = Host(
        all=collection("all", manifest(1), reference("boats"), manifest(2)),
        boats=collection("boats", manifest(3), manifest(1)),
    )
    series = list_series(f"{HOST}/all", ask=host)
    assert (series.title, series.is_complete) == ("all", True)
    assert series.members == (
        SeriesMember("Sheet 1", f"{HOST}/1/manifest", ("all",)),
        SeriesMember("Sheet 3", f"{HOST}/3/manifest", ("boats", "all")),
        SeriesMember("Sheet 2", f"{HOST}/2/manifest", ("all",)),
    )
    assert host.asked == ["all", "boats"]


def test_the_canvases_of_a_manifest():
    content = {
        **manifest(1),
        "items": [{"type": "Canvas", "label": {"en": ["Recto"]}}, {"type": "Canvas"}],
    }
    series = list_series(f"{HOST}/1/manifest", ask=Host(**{"1/manifest": content}))
    assert series.members == (
        SeriesMember("Recto", f"{HOST}/1/manifest", ("Sheet 1",)),
        SeriesMember("Sheet 1 2", f"{HOST}/1/manifest #2", ("Sheet 1",)),
    )


def test_a_loop_of_collections_ends():
    host = Host(
        a=collection("a", manifest(1), reference("b")),
        b=collection("b", reference("a"), reference("b"), manifest(2)),
    )
    series = list_series(f"{HOST}/a", ask=host)
    assert [member.title for member in series.members] == ["Sheet 1", "Sheet 2"]
    assert host.asked == ["a", "b"]


def test_pages_of_version_2_are_followed_and_end():
    member = {"@id": f"{HOST}/1/manifest", "@type": "sc:Manifest", "label": "One"}
    other = {"@id": f"{HOST}/2/manifest", "@type": "sc:Manifest", "label": "Two"}
    host = Host(
        all={"@type": "sc:Collection", "label": "All", "first": f"{HOST}/all?p=1"},
        all_p_1={"@type": "sc:Collection", "manifests": [member], "next": f"{HOST}/all?p=2"},
        all_p_2={"@type": "sc:Collection", "manifests": [other], "next": f"{HOST}/all?p=1"},
    )
    series = list_series(f"{HOST}/all", ask=host)
    assert [member.title for member in series.members] == ["One", "Two"]
    assert host.asked == ["all", "all?p=1", "all?p=2"]


def test_collections_are_followed_two_levels_deep():
    host = Host(
        a=collection("a", reference("b")),
        b=collection("b", reference("c"), manifest(1)),
        c=collection("c", reference("d"), manifest(2)),
        d=collection("d", manifest(3)),
    )
    series = list_series(f"{HOST}/a", ask=host)
    assert [member.title for member in series.members] == ["Sheet 2", "Sheet 1"]
    assert not series.is_complete
    assert host.asked == ["a", "b", "c"]


def test_a_collection_that_stands_in_another_is_not_asked_for():
    host = Host(a=collection("a", collection("b", manifest(1))))
    assert [member.series for member in list_series(f"{HOST}/a", ask=host).members] == [("b", "a")]
    assert host.asked == ["a"]


def test_the_list_ends_at_its_limit():
    host = Host(a=collection("a", *map(manifest, range(1, 6))))
    series = list_series(f"{HOST}/a", ask=host, most=3)
    assert (len(series.members), series.is_complete) == (3, False)
    assert list_series(f"{HOST}/a", ask=host, most=5).is_complete


def test_a_collection_that_cannot_be_read_is_named_and_the_others_are_listed():
    host = Host(a=collection("a", reference("gone"), manifest(1)))
    series = list_series(f"{HOST}/a", ask=host)
    assert [member.title for member in series.members] == ["Sheet 1"]
    assert series.problems == (f"{HOST}/gone: it has nothing at this address (404)",)
    assert not series.is_complete


def test_a_host_that_wants_no_more_requests_gets_none():
    host = Host(a=collection("a", reference("b"), reference("c")), b=RateLimited("429"))
    with pytest.raises(RateLimited):
        list_series(f"{HOST}/a", ask=host)
    assert host.asked == ["a", "b"]

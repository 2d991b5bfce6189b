"""What an index finds. The style vector of a picture is its mean color here."""

import math

import pytest
from fixtures.museum_index import entry, fill, jpeg
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.museums.index.database import open_for_reading
from pelican.plugins.stylize.museums.index.query import (
    Question,
    find,
    find_vector,
    parse_years,
)
from pelican.plugins.stylize.museums.record import Span
from pelican.plugins.stylize.styles.audition.evaluation import EvaluatedArtwork, compute_similarity

OWNED = {"ember": (0.9, 0.1, 0.1), "sea": (0.1, 0.2, 0.9)}


@pytest.fixture
def index(index_path):
    fill(
        index_path,
        entry("red", jpeg("red", seed=1), title="Harbor at dawn", span=Span(1850, 1860)),
        entry("brick", jpeg("#c03020", seed=2), title="The harbors", span=Span(1890, 1910)),
        entry("blue", jpeg("blue", seed=3), license="CC-BY-NC-4.0", title="Winter", span=Span(-450, -430)),
        entry("green", jpeg("lime", seed=4), license="UNKNOWN", title="Field", span=None),
        entry("facts", None, title="Harbor, a record only"),
    )
    with open_for_reading(index_path) as connection:
        yield connection


def keys(connection, **question) -> list[str]:
    hits = find(connection, Question(**question))
    return [hit.record.key.removeprefix("example:") for hit in hits]


def test_like_one_of_the_index_begins_with_the_nearest_and_leaves_it_out(index):
    vector = find_vector(index, "example:red").tolist()
    found = keys(index, like=vector, like_key="example:red")
    assert (found[0], set(found)) == ("brick", {"brick", "blue", "green"})


def test_likeness_is_the_similarity_of_the_board(index):
    vector = find_vector(index, "example:green").tolist()
    result = EvaluatedArtwork(digest="", scores={}, vector=tuple(vector))
    board = compute_similarity(result, OWNED)
    hits = find(index, Question(like=OWNED[board.slug], like_name=board.slug, owned=OWNED))
    (green,) = [hit for hit in hits if hit.record.item == "green"]
    assert math.isclose(2 * green.score - 1, board.amount, abs_tol=1e-5)
    assert green.why == (f"like {board.slug} ({board.amount:.2f})",)


def test_unlike_mine_leaves_out_the_look_that_the_library_has(index):
    owned = {name: find_vector(index, f"example:{name}").tolist() for name in ("red", "blue")}
    assert keys(index, unlike_mine=True, owned={**owned, "moss": (0.3, 0.4, 0.2)}) == ["green"]


def test_a_color_is_found_by_its_share_of_the_picture(index):
    assert keys(index, color="#f00")[0] == "red"
    assert keys(index, color="Blue") == ["blue"]


def test_text_finds_words_that_begin_so_the_weightiest_first(index):
    assert sorted(keys(index, text="HARBOR")) == ["brick", "facts", "red"]
    assert keys(index, text="harbor dawn") == ["red"]
    assert keys(index, text='da"wn OR') == []


def test_years_that_two_spans_have_in_common(index):
    assert keys(index, years=Span(1860, 1895)) == ["red", "facts", "brick"]
    assert keys(index, years=parse_years("-440..-400")) == ["blue"]


@pytest.mark.parametrize(
    ("rights", "found"),
    [
        ("open", ["red", "facts", "brick"]),
        ("cc-by-nc-4.0", ["blue"]),
        ("BY-NC", ["blue"]),
        ("unknown", ["green"]),
    ],
)
def test_rights(index, rights, found):
    assert keys(index, rights=rights) == found


def test_filters_combine(index):
    asked = {"color": "red", "text": "harbor", "years": Span(1800, 1870), "rights": "open"}
    assert keys(index, **asked) == ["red"]
    assert keys(index, **asked | {"rights": "BY"}) == []


def test_no_more_than_asked_for(index):
    assert keys(index, rights="open", most=1) == ["red"]


def test_where_sqlite_has_no_full_texts_words_are_found_all_the_same(index_path):
    import sqlite3

    fill(index_path, entry("1", None, title="Harbor"), entry("2", None, title="Field"))
    connection = sqlite3.connect(index_path)
    connection.executescript("DROP TRIGGER items_added; DROP TRIGGER items_changed; DROP TABLE texts")
    assert keys(connection, text="harb") == ["1"]
    connection.close()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            {"color": "redd"},
            "--color is 'redd', which is no color. Write it as #c33, #cc3333 or by its name in CSS. Did you mean 'red'?",
        ),
        ({"text": "?!"}, "--text is '?!', which has no letters and no digits."),
    ],
)
def test_what_cannot_be_asked(index, asked, message):
    with pytest.raises(UserError) as raised:
        keys(index, **asked)
    assert str(raised.value) == message


def test_rights_that_do_not_exist_are_answered_with_a_suggestion(index):
    with pytest.raises(UserError, match=r"--rights is 'CC-1.0'; write open.* Did you mean 'CC0-1.0'\?"):
        keys(index, rights="CC-1.0")


def test_years_that_are_none():
    with pytest.raises(UserError) as raised:
        parse_years("the fifties")
    assert str(raised.value) == (
        "--years is 'the fifties'; write it as 1850-1900, as 1889, or as -450..-400 for years before Christ."
    )

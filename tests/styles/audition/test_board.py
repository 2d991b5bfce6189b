"""The board is one page that needs nothing else, shows what is known of each artwork, and can be sorted."""

import errno
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fixtures.images import encoded, quarters
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.rights.badges import Badge
from pelican.plugins.stylize.storage.atomic_files import DiskError
from pelican.plugins.stylize.styles.audition.board import BoardIntro, BoardRow, write_board
from pelican.plugins.stylize.styles.audition.candidates import Candidate
from pelican.plugins.stylize.styles.audition.evaluation import EvaluatedArtwork, Similarity
from pelican.plugins.stylize.styles.audition.ranking import add_tuned

HOSTILE = '"><script>alert(1)</script>\udcff{style}'
RECORD = {"title": "Irises", "creator": "Vincent van Gogh", "source_url": "https://met.example/1"}
INTRO = BoardIntro(photos=["pier"], explanation="By fit.", skipped=2, duplicates=["b.jpg is a.jpg"])


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """The pictures of an audition."""
    monkeypatch.chdir(tmp_path)
    for folder in ("pictures", "tuned"):
        (tmp_path / folder).mkdir()
        for name in ("portrait.jpg", "sheet.jpg"):
            (tmp_path / folder / name).write_bytes(encoded(quarters(), "JPEG"))
    return tmp_path


def row(name: str = "irises.jpg", *, fit: float = 0.25, rank: int = 1, **changed) -> BoardRow:
    record, problems = changed.pop("record", RECORD), changed.pop("problems", ())
    return BoardRow(
        candidate=Candidate(
            display_path=name, digest="a" * 64, path=Path(name), record=record, problems=problems
        ),
        result=EvaluatedArtwork(
            digest="a" * 64,
            scores={"fit relu1_2": fit, "effect": 1 - fit},
            sheets={"1": "sheet.jpg"},
            portrait="portrait.jpg",
        ),
        similarity=changed.pop("similarity", None),
        rank=rank,
        **changed,
    )


def failed(problem: str = "the file is empty.") -> BoardRow:
    result = EvaluatedArtwork(digest="c" * 64, scores={}, problem=problem)
    return BoardRow(
        candidate=Candidate(display_path="torn.jpg", digest="c" * 64, path=Path("torn.jpg")),
        result=result,
        similarity=None,
    )


@pytest.fixture
def board(workplace):
    """Write a board of rows; returns its page and its JSON."""

    def board(*rows: BoardRow) -> tuple[str, dict]:
        target = workplace / "out" / "board.html"
        as_json = write_board(rows, INTRO, workplace=workplace, target=target)
        assert sorted(path.name for path in target.parent.iterdir()) == ["board.html", "board.json"]
        return target.read_text("utf-8"), json.loads(as_json.read_text("utf-8"))

    return board


class Tags(HTMLParser):
    """Collects the elements of a page and the addresses in them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.references: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.names.append(tag)
        self.references += [(tag, value) for name, value in attributes if name in ("src", "href", "srcset")]


def test_the_page_needs_nothing_but_itself(board):
    page, _ = board(row(), failed())
    tags = Tags(page)
    assert [
        references
        for references in tags.references
        if not references[1].startswith("data:image/jpeg;base64,")
    ] == [("a", "https://met.example/1")]
    assert "link" not in tags.names
    assert "url(" not in page and "@import" not in page and "fetch(" not in page


def test_hostile_words_stay_words(board):
    record = {"title": HOSTILE, "creator": HOSTILE, "source_url": f"https://a/{HOSTILE}", "license": HOSTILE}
    tuned = EvaluatedArtwork(digest="a", scores={}, problem=HOSTILE)
    page, facts = board(
        row(
            HOSTILE,
            record=record,
            problems=(HOSTILE,),
            tuned=tuned,
            similarity=Similarity(slug=HOSTILE, amount=0.9),
        ),
        failed(HOSTILE),
    )
    assert Tags(page).names.count("script") == 1
    assert "alert(1)" not in re.sub(r"&gt;&lt;script&gt;alert\(1\)|&gt;<script>", "", page)
    assert facts["candidates"][0]["record"]["title"] == HOSTILE.replace("\udcff", "?")


@pytest.mark.parametrize("address", ["javascript:alert(1)", "httpx://a", "//a", ""])
def test_only_pages_are_linked(board, address):
    page, _ = board(row(record={"title": "Irises", "source_url": address}))
    assert "a" not in Tags(page).names


def test_the_page_tells_what_was_done(board):
    page, _ = board(row())
    assert (
        "<p>Photos: pier.</p><p>By fit.</p><p>2 files are not pictures and were skipped.</p>"
        "<p>b.jpg is a.jpg, so it is shown once.</p>"
    ) in page


def test_a_picture_that_failed_has_a_row_that_says_why(board):
    page, facts = board(failed())
    assert "<li>It cannot be auditioned: the file is empty.</li>" in page
    assert '<td class="number" data-head="rank">–</td>' in page
    (one,) = facts["candidates"]
    assert (one["rank"], one["problem"], one["scores"]) == (0, "the file is empty.", {})


def test_a_look_that_you_have_is_named_from_where_it_is_that_look(board):
    page, facts = board(
        row(similarity=Similarity(slug="ink", amount=0.9)),
        row(similarity=Similarity(slug="tide", amount=0.89)),
    )
    assert re.findall("You have this look: [^<]*", page) == ["You have this look: ink (similarity 0.90)."]
    assert [one["like"] for one in facts["candidates"]] == [
        {"style": "ink", "amount": 0.9},
        {"style": "tide", "amount": 0.89},
    ]


def test_what_keeps_an_artwork_from_becoming_a_style_is_listed(board):
    page, facts = board(row(record={}, problems=("its record has no license.",)))
    assert "<li>its record has no license.</li>" in page
    assert "no license known" in page
    assert 'data-whole="0"' in page
    assert facts["candidates"][0]["lacks"] == ["its record has no license."]


def test_the_json_has_the_same_facts(board):
    _, facts = board(row(fit=0.123456))
    assert (facts["format"], facts["order"]) == (1, "By fit.")
    assert facts["candidates"] == [
        {
            "rank": 1,
            "artwork": "irises.jpg",
            "sha256": "a" * 64,
            "style": "",
            "record": RECORD,
            "lacks": [],
            "scores": {"fit relu1_2": 0.1235, "effect": 0.8765},
            "faults": [],
            "cautions": [],
            "problem": "",
            "like": None,
            "seconds": 0.0,
        }
    ]


def test_a_board_of_nothing_is_a_board(board):
    _, facts = board()
    assert facts["candidates"] == []


def test_rows_are_written_one_by_one(workplace):
    written = []

    def rows():
        for number in range(20):
            written.append(next(workplace.glob(".board.html.*")).stat().st_size)
            yield replace(row(f"{number}.jpg"), rank=number)

    write_board(rows(), INTRO, workplace=workplace, target=workplace / "board.html")
    assert written[-1] > written[0]


def test_of_very_many_the_page_shows_the_first_and_says_how_many_more_there_are(workplace, board):
    text, facts = board(*(row(f"{number}.jpg", rank=number) for number in range(1, 1003)))
    assert text.count("<tr tabindex") == 1000
    assert "<p>2 more are in the JSON beside this page.</p>" in text
    assert len(facts["candidates"]) == 1002


def test_a_board_that_cannot_be_written_whole_leaves_the_one_before_and_nothing_else(workplace):
    target = workplace / "out" / "board.html"
    write_board([row()], INTRO, workplace=workplace, target=target)
    before = target.read_bytes()

    def rows():
        yield row()
        raise OSError(errno.ENOSPC, "no space left")

    with pytest.raises(DiskError, match=r"^out: the disk is full while writing the board of an audition"):
        write_board(rows(), INTRO, workplace=workplace, target=target)
    assert target.read_bytes() == before
    assert sorted(path.name for path in target.parent.iterdir()) == ["board.html", "board.json"]


def test_a_tuning_that_was_refused_says_why(board):
    def refuse(_):
        raise UserError("the artwork is 96x72 pixels, and tuning needs 128 on the shorter side.")

    (tuned,) = add_tuned(
        [row()], 1, tune=refuse, evaluate=lambda _: pytest.fail("there is nothing to look at")
    )
    page, facts = board(tuned)
    problem = "the artwork is 96x72 pixels, and tuning needs 128 on the shorter side."
    assert f"<li>It cannot be tuned: {problem}</li>" in page
    assert (facts["candidates"][0]["tuned"], facts["candidates"][0]["tuned_problem"]) == ({}, problem)


def test_the_best_are_tuned_and_shown_with_the_results_before_and_after(board):
    after = replace(row().result, scores={"fit relu1_2": 0.1, "effect": 0.2})
    rows = add_tuned(
        [row("a.jpg", rank=1), row("b.jpg", rank=2), failed()],
        1,
        tune=lambda candidate: Path(f"{candidate.display_path}.safetensors"),
        evaluate=lambda candidate: replace(after, digest=str(candidate.weights)),
    )
    assert [one.tuned and one.tuned.digest for one in rows] == ["a.jpg.safetensors", None, None]
    page, facts = board(*rows)
    assert page.count("<figcaption>after a short tuning") == 1
    assert "0.25<br><small>→ 0.10</small>" in page
    assert facts["candidates"][0]["tuned"] == {"fit relu1_2": 0.1, "effect": 0.2}


@pytest.fixture
def show(board, workplace, browser, request):
    """Open a board of three rows in a browser without a network."""

    def show(*, script: bool = True):
        board(
            row("b.jpg", fit=0.2, rank=1, record={"title": "Boats"}),
            row("a.jpg", fit=0.9, rank=2, record={"title": "Ants"}, problems=("its record has no license.",)),
            failed(),
        )
        context = browser.new_context(offline=True, java_script_enabled=script)
        request.addfinalizer(context.close)
        page = context.new_page()
        asked = []
        page.on("request", lambda one: asked.append(one.url))
        page.goto((workplace / "out" / "board.html").as_uri())
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
        return page

    return show


def titles(page) -> list[str]:
    return page.locator("tbody tr:visible th span").all_inner_texts()


@pytest.mark.browser
def test_headings_sort_by_mouse_and_keyboard_and_what_has_no_score_stays_last(show):
    page = show()
    assert titles(page) == ["Boats", "Ants", "torn.jpg"]
    page.get_by_role("button", name="effect").click()
    assert titles(page) == ["Ants", "Boats", "torn.jpg"]
    page.keyboard.press("Enter")
    assert titles(page) == ["Boats", "Ants", "torn.jpg"]
    assert page.locator("th[aria-sort]").evaluate("head => [head.innerText, head.ariaSort]") == [
        "effect",
        "descending",
    ]
    page.get_by_role("button", name="artwork").click()
    assert titles(page) == ["Ants", "Boats", "torn.jpg"]


@pytest.mark.browser
def test_artworks_are_found_by_words_and_by_whether_they_can_become_a_style(show):
    page = show()
    page.keyboard.press("/")
    page.keyboard.type("ANTS  a.jpg")
    assert titles(page) == ["Ants"]
    assert page.get_by_role("status").inner_text() == "1 of 3"
    page.get_by_label("Find").fill("")
    page.get_by_label("only artworks that can become a style as they are").check()
    assert titles(page) == ["Boats"]


@pytest.mark.browser
def test_keys_lead_from_artwork_to_artwork(show):
    page = show()
    here = "document.activeElement.querySelector('th span')?.innerText"
    seen = []
    for key in "jjjjk":
        page.keyboard.press(key)
        seen.append(page.evaluate(here))
    assert seen == ["Boats", "Ants", "torn.jpg", "torn.jpg", "Ants"]


@pytest.mark.browser
def test_without_javascript_the_table_is_whole(show):
    page = show(script=False)
    assert titles(page) == ["Boats", "Ants", "torn.jpg"]
    assert page.locator("tbody tr").first.locator("td.number[data-value]").all_inner_texts() == [
        "0.20",
        "0.80",
    ]
    assert page.locator("tbody img").first.evaluate("image => image.naturalWidth") == 120
    assert not page.locator(".tools").is_visible()


TAKE = "pelican-stylize museum.add {} --as style --category art"


def test_an_artwork_of_a_museum_has_its_rights_and_the_command_that_takes_it(workplace):
    badge = Badge(kind="open", text="may be adapted")
    rows = [row("a.jpg", item="met:1", badge=badge), row("b.jpg")]
    as_json = write_board(
        rows, replace(INTRO, take=TAKE), workplace=workplace, target=workplace / "board.html"
    )
    page = (workplace / "board.html").read_text("utf-8")
    assert '<b class="badge open">may be adapted</b>' in page
    assert page.count("<code>pelican-stylize museum.add met:1 --as style --category art</code>") == 1
    first, second = json.loads(as_json.read_text("utf-8"))["candidates"]
    assert (first["take"], first["rights"]) == (
        "pelican-stylize museum.add met:1 --as style --category art",
        {"adaptable": "open", "words": "may be adapted"},
    )
    assert "take" not in second and "rights" not in second


@pytest.mark.browser
def test_several_artworks_are_taken_by_one_command(workplace, browser):
    rows = [row(f"{name}.jpg", item=f"met:{name}") for name in "123"]
    write_board(rows, replace(INTRO, take=TAKE), workplace=workplace, target=workplace / "board.html")
    page = browser.new_page()
    page.goto((workplace / "board.html").as_uri())
    boxes = page.get_by_label("take it")
    assert not page.locator("#taken").is_visible()
    boxes.nth(0).check()
    assert page.locator("#taken").inner_text().startswith("1 artwork: pelican-stylize museum.add met:1 ")
    boxes.nth(2).check()
    assert page.locator("#taken code").inner_text() == (
        "pelican-stylize museum.add met:1,met:3 --as style --category art"
    )
    boxes.nth(0).uncheck()
    boxes.nth(2).uncheck()
    assert not page.locator("#taken").is_visible()
    page.close()


@pytest.mark.browser
def test_without_scripts_the_commands_are_plain_lines(workplace, browser):
    rows = [row("a.jpg", item="met:1")]
    write_board(rows, replace(INTRO, take=TAKE), workplace=workplace, target=workplace / "board.html")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((workplace / "board.html").as_uri())
    assert page.locator(".take code").inner_text() == TAKE.replace("{}", "met:1")
    assert not page.get_by_label("take it").is_visible()
    context.close()

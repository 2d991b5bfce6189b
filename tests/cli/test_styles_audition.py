"""An audition from the command line to the board, with the networks that ship."""

import json
import re
import shutil
from functools import partial
from pathlib import Path

import pytest
from fixtures.images import gradient, quarters
from pelican.plugins.stylize.cli import styles_audition
from pelican.plugins.stylize.cli.styles_audition import AuditionRequest, audition
from pelican.plugins.stylize.engine.evaluation import evaluate
from pelican.plugins.stylize.engine.stylizer import Stylizer
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.model.training_config import Hyperparameters
from PIL import ImageOps

ROOT = Path(__file__).parents[2]


@pytest.fixture
def site(wall, monkeypatch):
    """A blog with two styles, one photo on its panel and an artwork on the wall."""
    place = wall.parent
    for slug in ("harvesters", "overprint"):
        shutil.copytree(ROOT / "styles" / slug, place / "styles" / slug)
        (place / "styles" / slug / "scores.json").unlink(missing_ok=True)
    (place / "styles" / "_panel").mkdir()
    gradient(300, 200).save(place / "styles" / "_panel" / "sky.jpg")
    quarters(200, 150).save(wall / "fields.png")
    (wall / "torn.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    (place / "pelicanconf.py").write_text("STYLIZE = {'device': 'cpu'}\nPATH = 'content'\n")
    (place / "content").mkdir()
    return place


def go(**request) -> list[str]:
    return [
        line.text for line in audition("pelicanconf.py", AuditionRequest(**request)) if not line.transient
    ]


def refused(**request) -> str:
    with pytest.raises(UserError) as raised:
        go(**request)
    return str(raised.value)


def test_artworks_are_drawn_measured_and_put_on_a_board_once(site):
    lines = go(places=["wall", "styles"], strengths=[0.5, 1.0])
    assert lines[0] == "4 artworks, 1 photo of styles/_panel; Ctrl-C keeps what is done."
    assert lines[1].startswith("wall/torn.jpg: the file is damaged or cut off")
    assert lines[2:4] == [
        "styles/harvesters/scores.json: written",
        "styles/overprint/scores.json: written",
    ]
    assert lines[-1] == (
        "Open .stylize/audition/board.html in a browser."
        " .stylize/audition/board.json is the same for programs."
    )
    assert [line[:4] for line in lines[-4:-1]] == ["  1.", "  2.", "  3."]
    facts = json.loads((site / ".stylize/audition/board.json").read_text("utf-8"))
    assert sorted(one["rank"] for one in facts["candidates"]) == [0, 1, 2, 3]
    fits = [one["scores"]["fit relu1_2"] for one in facts["candidates"][:3]]
    assert fits == sorted(fits)
    journal = site / ".stylize/audition/pictures/entries.jsonl"
    before = journal.read_bytes()
    assert "styles/harvesters/scores.json: written" not in go(places=["wall", "styles"], strengths=[0.5, 1.0])
    assert journal.read_bytes() == before


def test_without_places_the_styles_of_the_library_are_auditioned(site):
    go(to="mine.html")
    facts = json.loads((site / "mine.json").read_text("utf-8"))
    assert {one["style"] for one in facts["candidates"]} == {"harvesters", "overprint"}
    assert (site / "styles/overprint/scores.json").is_file()


def test_a_board_to_hand_on_does_not_say_where_its_files_lie_on_this_machine(site, tmp_path_factory):
    away = tmp_path_factory.mktemp("home-of-ana") / "museum"
    away.mkdir()
    quarters(200, 150).save(away / "fields.png")
    (away / "torn.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    (away / "torn.toml").write_text("title = 3\n")
    shutil.copy(away / "fields.png", away / "twice.png")
    go(places=[str(away)], to="mine.html")
    facts = json.loads((site / "mine.json").read_text("utf-8"))
    assert sorted(one["artwork"] for one in facts["candidates"]) == ["museum/fields.png", "museum/torn.jpg"]
    for board in (site / "mine.html", site / "mine.json"):
        text = board.read_text("utf-8")
        assert "home-of-ana" not in text and str(site) not in text
    assert "museum/twice.png is museum/fields.png" in (site / "mine.html").read_text("utf-8")


def test_a_photo_that_cannot_be_read_is_named(site):
    (site / "mine").mkdir()
    (site / "mine" / "pier.jpg").write_bytes(b"")
    assert refused(places=["wall"], photos="mine") == (
        "mine/pier.jpg: the file is empty (0 bytes). Copy the photo again from where it came from."
    )


def test_without_styles_there_is_nothing_to_audition(site):
    for slug in ("harvesters", "overprint"):
        shutil.rmtree(site / "styles" / slug)
    assert refused() == (
        "styles: there are no styles to audition. Name pictures, or a folder of them:"
        " pelican-stylize style.audition FOLDER"
    )


def test_all_mistakes_are_reported_together(site):
    assert refused(strengths=[0.0, 0.5, float("nan")], tuned=21, painted=-1, to="board.png") == (
        "--strengths holds 0, but runs from above 0 to 1, as in --strengths 0.5,1\n"
        "--strengths holds nan, but runs from above 0 to 1, as in --strengths 0.5,1\n"
        "--tuned is 21, but runs from 0 to 20: each takes some 30 s.\n"
        "--painted is -1, but runs from 0 to 20: each takes up to a minute.\n"
        "--to is 'board.png', but must be a page such as board.html"
    )


def test_a_folder_is_no_page_to_write(site):
    (site / "shown.html").mkdir()
    assert refused(places=["wall"], to="shown.html") == (
        "--to is 'shown.html', which is a folder; name a page in it: shown.html/board.html"
    )


def test_two_auditions_cannot_use_one_folder_together(site):
    first = audition("pelicanconf.py", AuditionRequest(places=["wall"]))
    next(first)
    assert refused(places=["wall"]) == (
        ".stylize/audition: another audition is running here. Wait until it ends, or stop it."
    )
    first.close()
    assert next(audition("pelicanconf.py", AuditionRequest(places=["wall"]))).text.startswith(
        "2 artworks, 1 photo"
    )


def test_a_folder_of_photos_that_does_not_exist_is_reported(site):
    assert refused(places=["wall"], photos="attic") == (
        "attic: there is no such folder. Name one with photos: --photos FOLDER"
    )


def test_an_artwork_that_is_too_small_to_be_tuned_says_so_on_the_board(site):
    quarters(100, 80).save(site / "small.png")
    go(places=["small.png"], tuned=1)
    (one,) = json.loads((site / ".stylize/audition/board.json").read_text("utf-8"))["candidates"]
    assert one["tuned_problem"] == (
        "the artwork is 100x80 pixels, and tuning needs 128 on the shorter side; fetch a larger picture of it."
    )


@pytest.fixture
def painted(monkeypatch):
    """Has pictures painted by inverting the photo; returns the sizes of what was painted."""
    painted = []

    def optimize(self, photo, *, artworks, small, **_):
        ((artwork, _share),) = artworks
        painted.append((photo.size, artwork.size, small))
        yield ImageOps.invert(photo)

    monkeypatch.setattr(Stylizer, "optimize", optimize)
    return painted


def test_the_first_artworks_are_painted_once_and_shown_beside_the_quick_pictures(site, painted):
    lines = go(places=["wall/fields.png", "styles"], painted=2)
    assert any(re.fullmatch(r"The first 2 are painted, about \d+ s each\.", line) for line in lines)
    assert [(photo, small) for photo, _, small in painted] == [((384, 256), True)] * 2
    board = site / ".stylize/audition/board.html"
    page = board.read_text("utf-8")
    assert page.count("<figcaption>painted, as Quality: good does</figcaption>") == 2
    assert page.count("<figcaption>quick, strength 1</figcaption>") == 3
    facts = json.loads(board.with_suffix(".json").read_text("utf-8"))["candidates"]
    assert ["painted" in one for one in facts] == [True, True, False]
    assert facts[0]["painted"]["effect"] > facts[0]["scores"]["effect"]
    go(places=["wall/fields.png", "styles"], painted=2)
    assert len(painted) == 2


def test_a_style_that_is_tuned_again_keeps_what_was_painted(site, painted):
    go(places=["styles/overprint"], painted=1)
    (site / "styles/overprint/style.safetensors").touch()
    go(places=["styles/overprint"], painted=1)
    assert len(painted) == 1


def test_an_artwork_that_cannot_be_painted_says_so_on_the_board(site, monkeypatch):
    def optimize(self, photo, **_):
        raise UserError("the pixels are no longer finite.")
        yield

    monkeypatch.setattr(Stylizer, "optimize", optimize)
    go(places=["wall/fields.png"], painted=1)
    board = site / ".stylize/audition/board.html"
    assert "<li>It cannot be painted: the pixels are no longer finite.</li>" in board.read_text("utf-8")
    (one,) = json.loads(board.with_suffix(".json").read_text("utf-8"))["candidates"]
    assert (one["painted"], one["painted_problem"]) == ({}, "the pixels are no longer finite.")


def test_a_short_tuning_is_kept_until_the_hyperparameters_changes(site, monkeypatch):
    tuned = []

    def tune(self, artwork, target):
        tuned.append(artwork.size)
        shutil.copyfile(ROOT / "styles" / "overprint" / "style.safetensors", target)

    monkeypatch.setattr(evaluate.Evaluator, "tune", tune)
    go(places=["wall/fields.png"], tuned=1)
    go(places=["wall/fields.png"], tuned=1)
    assert tuned == [(200, 150)]
    monkeypatch.setattr(styles_audition, "Hyperparameters", partial(Hyperparameters, artwork_side=200))
    go(places=["wall/fields.png"], tuned=1)
    assert tuned == [(200, 150)] * 2

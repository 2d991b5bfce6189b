"""Each candidate is evaluated once, even if a run is interrupted; one that fails has a result that says why."""

import errno
import json
import math
import zipfile
from dataclasses import replace

import pytest
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.storage.atomic_files import DiskError
from pelican.plugins.stylize.styles.audition.candidates import find_candidates
from pelican.plugins.stylize.styles.audition.evaluation import (
    EvaluatedArtwork,
    Similarity,
    compute_similarity,
    evaluate_artworks,
)
from PIL import Image

PHOTOS = {"photos": ["a" * 64], "networks": {}}
COLORS = {"a.png": (200, 30, 30), "b.png": (30, 200, 30), "c.png": (30, 30, 200)}


@pytest.fixture
def three(hang):
    for name, color in COLORS.items():
        hang(name, color)


@pytest.fixture
def run(wall, evaluator):
    """Evaluate the artworks of the wall; returns the results by name."""

    def run(*, strengths=(1.0,), made_with=PHOTOS) -> dict[str, EvaluatedArtwork]:
        pairs = evaluate_artworks(
            find_candidates(["wall"]).candidates,
            load=evaluator.load,
            workplace=wall.parent / "kept",
            strengths=strengths,
            made_with=made_with,
        )
        return {candidate.path.name: result for candidate, result in pairs}

    return run


def test_every_artwork_is_drawn_and_its_pictures_are_kept(three, run, evaluator, wall):
    results = run(strengths=(0.5, 1.0))
    assert list(results) == ["a.png", "b.png", "c.png"]
    result = results["b.png"]
    assert (result.scores, result.problem, result.vector) == ({"fit relu3_3": 0.25}, "", (1.0, 0.0))
    assert list(result.sheets) == ["0.5", "1"]
    with Image.open(wall.parent / "kept" / result.sheets["0.5"]) as sheet:
        assert sheet.size == (192, 64)
    with Image.open(wall.parent / "kept" / result.portrait) as portrait:
        assert portrait.size == (96, 72)
    assert evaluator.loaded == 1
    assert evaluator.seen == [((96, 72), (0.5, 1.0), None)] * 3


def test_a_run_that_was_ended_goes_on_where_it_was_and_draws_nothing_again(three, run, evaluator):
    evaluator.ends_after = 2
    with pytest.raises(KeyboardInterrupt):
        run()
    evaluator.ends_after = 0
    assert len(run()) == 3
    assert len(evaluator.seen) == 3


def test_what_is_evaluated_already_needs_no_evaluator(three, run, evaluator):
    before = run()
    assert run() == before
    assert evaluator.loaded == 1


@pytest.mark.parametrize(
    "tail",
    [
        '{"name": "torn',
        '{"name": "x", "faults": []}',
        '{"name": "x", "faults": [], "cautions": [], "vector": [], "digest": "", "scores": {}, "sheets": []}',
        "12",
        "[]",
        "[" * 100_000,
        "\udcff",
    ],
)
def test_an_incomplete_line_is_the_only_one_that_is_evaluated_again(three, run, evaluator, wall, tail):
    run()
    journal = wall.parent / "kept" / "entries.jsonl"
    header, first, second, _ = journal.read_text("utf-8").splitlines()
    journal.write_bytes("\n".join([header, first, second, tail]).encode("utf-8", "surrogateescape"))
    assert len(run()) == 3
    assert len(evaluator.seen) == 4
    run()
    assert len(evaluator.seen) == 4
    assert json.loads(journal.read_text("utf-8", "replace").splitlines()[-1])["facts"]["scores"] == {
        "fit relu3_3": 0.25
    }


def test_an_artwork_whose_picture_was_deleted_is_drawn_again(three, run, evaluator, wall):
    (wall.parent / "kept" / run()["a.png"].sheets["1"]).unlink()
    run()
    assert len(evaluator.seen) == 4


@pytest.mark.parametrize("other", [{"strengths": (0.5,)}, {"made_with": {**PHOTOS, "photos": ["b" * 64]}}])
def test_other_photos_or_strengths_start_over(three, run, evaluator, wall, other):
    run()
    (wall.parent / "kept" / "left.jpg").write_bytes(b"")
    run(**other)
    assert len(evaluator.seen) == 6
    assert not (wall.parent / "kept" / "left.jpg").exists()


def test_an_artwork_that_is_removed_in_the_meantime_does_not_stop_the_others(three, evaluator, wall):
    with zipfile.ZipFile(wall.parent / "p.zip", "w") as package:
        package.write(wall / "b.png", "b.png")
    (wall / "b.png").unlink()
    found = find_candidates(["wall", "p.zip"]).candidates
    (wall / "a.png").unlink()
    (wall.parent / "p.zip").write_bytes(b"PK")
    pairs = evaluate_artworks(
        found, load=evaluator.load, workplace=wall.parent / "kept", strengths=(1.0,), made_with=PHOTOS
    )
    assert {candidate.display_path: result.problem for candidate, result in pairs} == {
        "wall/a.png": "there is no such file. Put the photo there.",
        "wall/c.png": "",
        "p.zip: b.png": "its package can no longer be read: File is not a zip file",
    }


def test_a_style_that_is_removed_in_the_meantime_says_so(evaluator, wall, hang):
    (numbers := wall / "style.safetensors").write_bytes(b"")
    candidate = replace(find_candidates([str(hang("a.png"))]).candidates[0], weights=numbers)
    numbers.unlink()
    ((_, result),) = evaluate_artworks(
        [candidate], load=evaluator.load, workplace=wall.parent / "kept", strengths=(1.0,), made_with=PHOTOS
    )
    assert (result.problem, evaluator.seen) == ("the style was removed in the meantime.", [])


def test_a_style_that_was_tuned_in_between_is_drawn_again(run, evaluator, wall, hang):
    numbers = wall.parent / "style.safetensors"
    numbers.write_bytes(b"numbers")
    (candidate,) = find_candidates([str(hang("a.png"))]).candidates
    candidate = replace(candidate, weights=numbers)

    def go():
        return list(
            evaluate_artworks(
                [candidate], load=evaluator.load, workplace=wall.parent / "kept", strengths=[1], made_with={}
            )
        )

    go()
    go()
    assert len(evaluator.seen) == 1
    numbers.write_bytes(b"other numbers")
    go()
    assert [numbers for *_, numbers in evaluator.seen] == [numbers, numbers]


def test_a_picture_that_cannot_be_read_says_why_and_does_not_stop_the_others(run, evaluator, wall, hang):
    path = hang("a.jpg")
    path.write_bytes(path.read_bytes()[:600])
    (wall / "b.jpg").write_text("no picture")
    (wall / "c.jpg").write_bytes(b"")
    Image.new("RGB", (30, 200)).save(wall / "d.png")
    hang("e.png")
    results = run()
    assert results["a.jpg"].problem.startswith("the file is damaged or cut off (")
    assert results["b.jpg"].problem == "this is a text file, not a photo. Save the photo as JPEG or PNG."
    assert (
        results["c.jpg"].problem
        == "the file is empty (0 bytes). Copy the photo again from where it came from."
    )
    assert results["d.png"].problem == (
        "it is 30 x 200 pixels small, but a photo needs 64 on its shorter side. Use a larger one."
    )
    assert [name for name, result in results.items() if not result.problem] == ["e.png"]
    assert len(evaluator.seen) == 1


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_scores_that_are_not_finite_are_a_problem(run, evaluator, hang, number):
    hang("a.png")
    evaluator.scores = {"fit relu3_3": number}
    result = run()["a.png"]
    assert result.problem == "it cannot be measured; the picture may be of one flat color."
    assert (result.scores, result.portrait) == ({}, "")


def test_what_the_evaluator_refuses_is_reported_with_its_artwork(run, evaluator, hang, monkeypatch):
    def refuse(artwork, **_):
        raise UserError("it is of one flat color, which has no style.")

    hang("a.png")
    monkeypatch.setattr(evaluator, "audition", refuse)
    assert run()["a.png"].problem == "it is of one flat color, which has no style."


def test_a_full_disk_is_reported(run, evaluator, hang, wall, monkeypatch):
    def fill(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    hang("a.png")
    monkeypatch.setattr(type(wall), "write_bytes", fill)
    with pytest.raises(DiskError) as raised:
        run()
    assert str(raised.value) == (
        "kept: the disk is full while keeping an audition; what was finished is kept."
        " Free some space and build again."
    )


def test_an_artwork_is_most_like_the_style_that_leans_the_same_way():
    result = EvaluatedArtwork(digest="a", scores={}, vector=(9.0, 1.0))
    others = {"warm": (8.0, 2.0), "cold": (2.0, 8.0)}
    assert compute_similarity(result, others) == Similarity(slug="warm", amount=pytest.approx(1.0))


def test_with_one_style_there_is_nothing_to_compare():
    result = EvaluatedArtwork(digest="a", scores={}, vector=(9.0, 1.0))
    assert compute_similarity(result, {"warm": (8.0, 2.0)}) is None
    assert compute_similarity(replace(result, vector=()), {"warm": (8.0, 2.0), "cold": (2.0, 8.0)}) is None

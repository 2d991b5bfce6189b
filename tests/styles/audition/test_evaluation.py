"""Each candidate is drawn once, whatever ends a run; what cannot be drawn has an entry that says why."""

import errno
import json
import math
import os
import zipfile
from dataclasses import replace

import pytest
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.storage.atomic_files import DiskError
from pelican.plugins.stylize.styles.audition.candidates import gather
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
def run(wall, stage):
    """Rehearse what hangs on the wall; returns the entries by name."""

    def run(*, strengths=(1.0,), made_with=PHOTOS) -> dict[str, EvaluatedArtwork]:
        went = evaluate_artworks(
            gather(["wall"]).candidates,
            load=stage.load,
            workplace=wall.parent / "kept",
            strengths=strengths,
            made_with=made_with,
        )
        return {candidate.path.name: entry for candidate, entry in went}

    return run


def test_every_artwork_is_drawn_and_its_pictures_are_kept(three, run, stage, wall):
    entries = run(strengths=(0.5, 1.0))
    assert list(entries) == ["a.png", "b.png", "c.png"]
    entry = entries["b.png"]
    assert (entry.scores, entry.problem, entry.vector) == ({"fit relu3_3": 0.25}, "", (1.0, 0.0))
    assert list(entry.sheets) == ["0.5", "1"]
    with Image.open(wall.parent / "kept" / entry.sheets["0.5"]) as sheet:
        assert sheet.size == (192, 64)
    with Image.open(wall.parent / "kept" / entry.portrait) as portrait:
        assert portrait.size == (96, 72)
    assert stage.loaded == 1
    assert stage.seen == [((96, 72), (0.5, 1.0), None)] * 3


def test_a_run_that_was_ended_goes_on_where_it_was_and_draws_nothing_again(three, run, stage):
    stage.ends_after = 2
    with pytest.raises(KeyboardInterrupt):
        run()
    stage.ends_after = 0
    assert len(run()) == 3
    assert len(stage.seen) == 3


def test_what_is_done_needs_no_stage(three, run, stage):
    before = run()
    assert run() == before
    assert stage.loaded == 1


@pytest.mark.parametrize(
    "tail",
    [
        '{"name": "torn',
        '{"name": "x", "faults": []}',
        '{"name": "x", "faults": [], "vector": [], "digest": "", "scores": {}, "sheets": []}',
        "12",
        "[]",
        "[" * 100_000,
        "\udcff",
    ],
)
def test_a_line_that_was_torn_off_costs_that_line_alone(three, run, stage, wall, tail):
    run()
    journal = wall.parent / "kept" / "entries.jsonl"
    header, first, second, _ = journal.read_text("utf-8").splitlines()
    journal.write_bytes("\n".join([header, first, second, tail]).encode("utf-8", "surrogateescape"))
    assert len(run()) == 3
    assert len(stage.seen) == 4
    run()
    assert len(stage.seen) == 4
    assert json.loads(journal.read_text("utf-8", "replace").splitlines()[-1])["scores"] == {
        "fit relu3_3": 0.25
    }


def test_an_artwork_whose_picture_was_deleted_is_drawn_again(three, run, stage, wall):
    (wall.parent / "kept" / run()["a.png"].sheets["1"]).unlink()
    run()
    assert len(stage.seen) == 4


@pytest.mark.parametrize("other", [{"strengths": (0.5,)}, {"made_with": {**PHOTOS, "photos": ["b" * 64]}}])
def test_other_photos_or_strengths_begin_anew(three, run, stage, wall, other):
    run()
    (wall.parent / "kept" / "left.jpg").write_bytes(b"")
    run(**other)
    assert len(stage.seen) == 6
    assert not (wall.parent / "kept" / "left.jpg").exists()


def test_an_artwork_that_goes_away_meanwhile_stops_no_other(three, stage, wall):
    with zipfile.ZipFile(wall.parent / "p.zip", "w") as package:
        package.write(wall / "b.png", "b.png")
    (wall / "b.png").unlink()
    found = gather(["wall", "p.zip"]).candidates
    (wall / "a.png").unlink()
    (wall.parent / "p.zip").write_bytes(b"PK")
    went = evaluate_artworks(
        found, load=stage.load, workplace=wall.parent / "kept", strengths=(1.0,), made_with=PHOTOS
    )
    assert {candidate.shown: entry.problem for candidate, entry in went} == {
        "wall/a.png": "there is no such file. Put the photo there.",
        "wall/c.png": "",
        "p.zip: b.png": "its package cannot be read any more: File is not a zip file",
    }


def test_a_style_that_goes_away_meanwhile_says_so(stage, wall, hang):
    (numbers := wall / "style.safetensors").write_bytes(b"")
    candidate = replace(gather([str(hang("a.png"))]).candidates[0], numbers=numbers)
    numbers.unlink()
    ((_, entry),) = evaluate_artworks(
        [candidate], load=stage.load, workplace=wall.parent / "kept", strengths=(1.0,), made_with=PHOTOS
    )
    assert (entry.problem, stage.seen) == ("it was there, and is gone.", [])


def test_a_style_that_was_tuned_in_between_is_drawn_again(run, stage, wall, hang):
    numbers = wall.parent / "style.safetensors"
    numbers.write_bytes(b"numbers")
    (candidate,) = gather([str(hang("a.png"))]).candidates
    candidate = replace(candidate, numbers=numbers)

    def go():
        return list(
            evaluate_artworks(
                [candidate], load=stage.load, workplace=wall.parent / "kept", strengths=[1], made_with={}
            )
        )

    go()
    go()
    assert len(stage.seen) == 1
    os.utime(numbers, ns=(1, 1))
    go()
    assert [numbers for *_, numbers in stage.seen] == [numbers, numbers]


def test_a_picture_that_cannot_be_read_says_why_and_stops_no_other(run, stage, wall, hang):
    path = hang("a.jpg")
    path.write_bytes(path.read_bytes()[:600])
    (wall / "b.jpg").write_text("no picture")
    (wall / "c.jpg").write_bytes(b"")
    Image.new("RGB", (30, 200)).save(wall / "d.png")
    hang("e.png")
    entries = run()
    assert entries["a.jpg"].problem.startswith("the file is damaged or cut off (")
    assert entries["b.jpg"].problem == "this is a text file, not a photo. Save the photo as JPEG or PNG."
    assert (
        entries["c.jpg"].problem
        == "the file is empty (0 bytes). Copy the photo again from where it came from."
    )
    assert entries["d.png"].problem == (
        "it is 30 x 200 pixels small, but a photo needs 64 on its shorter side. Use a larger one."
    )
    assert [name for name, entry in entries.items() if not entry.problem] == ["e.png"]
    assert len(stage.seen) == 1


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_scores_that_are_no_numbers_are_none(run, stage, hang, number):
    hang("a.png")
    stage.scores = {"fit relu3_3": number}
    entry = run()["a.png"]
    assert entry.problem == "its scores are no numbers; the picture may be of one flat color."
    assert (entry.scores, entry.portrait) == ({}, "")


def test_what_the_stage_refuses_is_told_at_its_artwork(run, stage, hang, monkeypatch):
    def refuse(artwork, **_):
        raise UserError("it is of one flat color, which has no style.")

    hang("a.png")
    monkeypatch.setattr(stage, "audition", refuse)
    assert run()["a.png"].problem == "it is of one flat color, which has no style."


def test_a_full_disk_is_told(run, stage, hang, wall, monkeypatch):
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
    entry = EvaluatedArtwork(digest="a", scores={}, vector=(9.0, 1.0))
    others = {"warm": (8.0, 2.0), "cold": (2.0, 8.0)}
    assert compute_similarity(entry, others) == Similarity(slug="warm", amount=pytest.approx(1.0))


def test_with_one_style_there_is_nothing_to_compare():
    entry = EvaluatedArtwork(digest="a", scores={}, vector=(9.0, 1.0))
    assert compute_similarity(entry, {"warm": (8.0, 2.0)}) is None
    assert compute_similarity(replace(entry, vector=()), {"warm": (8.0, 2.0), "cold": (2.0, 8.0)}) is None

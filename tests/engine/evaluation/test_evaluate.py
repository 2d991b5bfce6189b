"""An audition with the networks that ship: its pictures and scores."""

import numpy as np
import pytest
from fixtures.onnx_models import model, node, save
from pelican.plugins.stylize.engine.evaluation.evaluate import Evaluator, crop_to_shape
from pelican.plugins.stylize.engine.model_import.calibration import RequestedConvention
from pelican.plugins.stylize.engine.model_import.convert import convert_network, save_network
from pelican.plugins.stylize.model.errors import UserError
from PIL import Image

SCORES = {
    *("fit relu1_2", "fit relu2_2", "fit relu3_3", "fit relu4_1"),
    *("content kept", "edges kept", "effect", "palette gap", "repeatability"),
}


@pytest.fixture(scope="module")
def auditioner(photo):
    return Evaluator([photo, photo.rotate(90, expand=True)], device="cpu")


@pytest.fixture(scope="module")
def audition(auditioner, artwork):
    return auditioner.audition(artwork, strengths=(0.5, 1.0))


def test_each_photo_is_drawn_at_each_strength_in_one_size(audition):
    sizes = {at: [picture.size for picture in pictures] for at, pictures in audition.pictures.items()}
    assert sizes == {0.5: [(384, 256)] * 2, 1.0: [(384, 256)] * 2}


def test_all_scores_of_the_board_are_computed(audition):
    assert set(audition.scores) == SCORES
    assert len(audition.vector) == 100


def test_half_strength_is_between_the_photo_and_full_strength(audition, photo):
    shot = crop_to_shape(photo)
    half, full = (apart(audition.pictures[at][0], shot) for at in (0.5, 1.0))
    assert 2 < half < full
    assert apart(audition.pictures[0.5][0], audition.pictures[1.0][0]) < full


def test_the_same_artwork_has_the_same_audition(auditioner, audition, artwork):
    again = auditioner.audition(artwork)
    assert list(again.pictures) == [1.0]
    assert again.pictures[1.0] == audition.pictures[1.0]
    assert (again.scores, again.vector) == (audition.scores, audition.vector)


def test_an_artwork_that_is_black_but_for_points_of_light_is_said_to_be_difficult(auditioner, audition):
    night = Image.new("RGB", (320, 240), "black")
    night.paste("white", (20, 20, 60, 60))
    found = auditioner.audition(night)
    assert found.cautions == (
        "97% of it is black: every picture becomes a night,"
        " and tuning keeps the photo only by giving up most of the style.",
    )
    assert audition.cautions == ()


def test_an_existing_style_is_drawn_with_its_own_parameters(auditioner, audition, artwork, photo, style_file):
    own = auditioner.audition(photo.resize((240, 176)), numbers=style_file)
    assert apart(own.pictures[1.0][0], audition.pictures[1.0][0]) < 1
    assert own.scores["fit relu3_3"] != audition.scores["fit relu3_3"]  # of another artwork


def test_an_imported_style_is_drawn_by_its_own_network(auditioner, artwork, photo, tmp_path):
    halve = model([node("Mul", ["photo", "half"], "picture")], {"half": np.array(0.5, "f")})
    network = convert_network(save(halve, tmp_path), photo, requested=RequestedConvention(range="1")).network
    save_network(network, tmp_path / "style.safetensors")
    drawn = auditioner.audition(artwork, numbers=tmp_path / "style.safetensors")
    halved = crop_to_shape(photo).point(lambda level: level / 2)
    assert apart(drawn.pictures[1.0][0], halved) < 1
    assert set(drawn.scores) == SCORES


def test_a_damaged_style_file_is_refused(auditioner, artwork, tmp_path):
    (tmp_path / "style.safetensors").write_bytes(b"none")
    with pytest.raises(UserError, match=r"style.safetensors: not a safetensors file"):
        auditioner.audition(artwork, numbers=tmp_path / "style.safetensors")


@pytest.mark.parametrize("color", ["black", "white", "olive"])
def test_an_artwork_of_one_color_is_refused(auditioner, color):
    with pytest.raises(UserError) as raised:
        auditioner.audition(Image.new("RGB", (200, 150), color))
    assert str(raised.value) == "it is of one flat color, which has no style."


@pytest.mark.parametrize("size", [(64, 64), (1280, 64), (64, 1280)])
def test_small_and_narrow_artworks_are_scored(auditioner, artwork, size):
    scores = auditioner.audition(artwork.resize(size)).scores
    assert set(scores) == SCORES
    assert np.isfinite(list(scores.values())).all()


@pytest.mark.parametrize("size", [(96, 64), (64, 640), (3000, 200)])
def test_a_photo_is_cropped_to_the_shape_of_the_pictures(size):
    assert crop_to_shape(Image.new("RGB", size)).size == (384, 256)


def apart(one: Image.Image, other: Image.Image) -> float:
    """Return how far two pictures are apart, in gray levels."""
    return float(np.abs(np.asarray(one, dtype=float) - np.asarray(other, dtype=float)).mean())

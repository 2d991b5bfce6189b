import pytest
import torch
from pelican.plugins.stylize.engine.training.crops import artwork_to_tensor, draw_crops, make_panel
from pelican.plugins.stylize.model.errors import UserError
from PIL import Image


@pytest.fixture(scope="module")
def photos(photo):
    return [photo.resize((400, 300)), photo.resize((300, 500))]


def test_the_same_seed_cuts_the_same_squares(photos):
    assert torch.equal(
        draw_crops(photos, count=2, side=64, seed="0 7"), draw_crops(photos, count=2, side=64, seed="0 7")
    )


def test_another_step_cuts_other_squares(photos):
    assert not torch.equal(
        draw_crops(photos, count=2, side=64, seed="0 7"), draw_crops(photos, count=2, side=64, seed="0 8")
    )


@pytest.mark.parametrize("size", [(400, 300), (256, 256), (90, 40), (1, 1), (3000, 20)])
def test_a_square_is_cut_from_a_photo_of_any_size(photo, size):
    crops = draw_crops([photo.resize(size)], count=3, side=64, seed=0)
    assert crops.shape == (3, 3, 64, 64)
    assert 0 <= crops.min() <= crops.max() <= 1


def test_a_panel_shows_different_photos_while_there_are_enough(photos):
    assert make_panel(photos, count=3, side=64, seed=0).shape == (2, 3, 64, 64)
    assert not torch.equal(*make_panel(photos, count=2, side=64, seed=0))


def test_the_rim_of_an_artwork_is_no_style():
    framed = Image.new("RGB", (400, 300), "white")
    framed.paste(Image.effect_noise((386, 290), 60).convert("RGB"), (7, 5))
    assert (artwork_to_tensor(framed, side=288)[..., :20, :] == 1).float().mean() < 0.1


@pytest.mark.parametrize("size", [(320, 240), (3200, 2400), (240, 320)])
def test_an_artwork_is_read_at_one_size_whatever_its_own(artwork, size):
    assert min(artwork_to_tensor(artwork.resize(size), side=288).shape[-2:]) == 288


def test_an_artwork_that_is_too_small_is_reported(artwork):
    with pytest.raises(UserError) as error:
        artwork_to_tensor(artwork.resize((300, 90)), side=288)
    assert str(error.value) == (
        "the artwork is 300x90 pixels, and tuning needs 128 on the shorter side; fetch a larger picture of it."
    )


def test_an_artwork_of_one_color_is_reported():
    with pytest.raises(UserError) as error:
        artwork_to_tensor(Image.new("RGB", (300, 200), "tomato"), side=288)
    assert str(error.value) == "the artwork is of one flat color, from which no style can be learned."


def test_a_gray_artwork_can_be_learned_from(artwork):
    assert artwork_to_tensor(artwork.convert("L").convert("RGB"), side=288).shape[1] == 3

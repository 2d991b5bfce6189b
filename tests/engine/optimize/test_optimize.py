from itertools import takewhile

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from fixtures.scarce_memory import ScarceEncoder
from pelican.plugins.stylize.engine.image_tensors import to_tensor
from pelican.plugins.stylize.engine.losses.style_content import (
    STYLE_LAYERS,
    compute_style_statistics,
    style_distance,
)
from pelican.plugins.stylize.engine.networks.vgg_encoder import Encoder
from pelican.plugins.stylize.engine.networks.weight_files import load_weights
from pelican.plugins.stylize.engine.optimize.optimize import OptimizeProgress, add_mirrored_margin, optimize
from pelican.plugins.stylize.engine.optimize.scaling import scale_to_stroke
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.model.optimize_schedule import Scale
from PIL import Image, ImageOps


@pytest.fixture(scope="module")
def encoder():
    return load_weights(Encoder(), "encoder.safetensors")


@pytest.fixture(scope="module")
def small(photo):
    return photo.resize((48, 40))


@pytest.fixture(scope="module")
def tiles(artwork):
    return artwork.crop((0, 0, 96, 80))


@pytest.fixture(scope="module")
def whole(small, tiles, encoder):
    """A run from its first step to its picture."""
    return list(optimize(small, artworks=[(tiles, 1.0)], encoder=encoder))


def style_of(picture, artwork, encoder):
    maps = encoder(to_tensor(picture), layers=STYLE_LAYERS)
    return style_distance(maps, compute_style_statistics(to_tensor(artwork), encoder)).item()


def last(run):
    return list(run)[-1]


def difference(one, other):
    return np.abs(np.asarray(one, float) - np.asarray(other, float)).mean()


def test_every_step_is_yielded_and_then_the_picture(whole, small):
    *steps, picture = whole
    assert len(steps) == 36
    assert all(isinstance(step, OptimizeProgress) for step in steps)
    assert (steps[0].step, steps[17].step, steps[-1].step, steps[-1].steps) == (2, 50, 100, 100)
    assert (picture.size, picture.mode) == (small.size, "RGB")


def test_a_picture_is_much_closer_to_the_artwork_than_the_photo_was(photo, tiles, encoder):
    photo = photo.resize((96, 80))
    usual, free = (
        last(optimize(photo, artworks=[(tiles, 1.0)], encoder=encoder, content=content))
        for content in (0.5, 0.2)
    )
    assert style_of(usual, tiles, encoder) < 0.45 * style_of(photo, tiles, encoder)
    assert style_of(free, tiles, encoder) < 0.25 * style_of(photo, tiles, encoder)


def test_the_same_input_gives_the_same_picture(whole, small, tiles, encoder):
    again = last(optimize(small, artworks=[(tiles, 1.0)], encoder=encoder))
    assert again.tobytes() == whole[-1].tobytes()


def test_bfloat16_is_as_close_to_the_artwork_and_deterministic(whole, small, tiles, encoder):
    fast = load_weights(Encoder(), "encoder.safetensors").set_precision(torch.bfloat16)
    one, again = (last(optimize(small, artworks=[(tiles, 1.0)], encoder=fast)) for _ in range(2))
    assert one.tobytes() == again.tobytes()
    assert style_of(one, tiles, encoder) == pytest.approx(style_of(whole[-1], tiles, encoder), rel=0.25)


@pytest.mark.parametrize("size", [(48, 40), (8, 17)])
def test_the_margin_is_the_mirror_image(size):
    pixels = torch.rand(1, 3, *size)
    down, across = (min(8, side - 1) for side in size)
    assert torch.equal(
        add_mirrored_margin(pixels), F.pad(pixels, (across, across, down, down), mode="reflect")
    )


@pytest.mark.parametrize("steps", [18, 22])
def test_an_interrupted_run_ends_with_the_same_result(whole, small, tiles, encoder, tmp_path, steps):
    def run():
        return optimize(
            small, artworks=[(tiles, 1.0)], encoder=encoder, checkpoint=tmp_path / "run.safetensors"
        )

    interrupted = run()
    for _ in range(steps):
        next(interrupted)
    interrupted.close()
    rest = list(run())
    assert len(rest) == 36 - 18 + 1  # patches had last been matched after 18
    assert rest[-1].tobytes() == whole[-1].tobytes()


@pytest.mark.parametrize("damage", ["no checkpoint", "cut off", "another size", "flipped"])
def test_with_a_damaged_checkpoint_a_picture_is_painted_from_the_beginning(
    small, tiles, encoder, tmp_path, damage
):
    path, notes = tmp_path / "run.safetensors", []
    photo = small.resize((64, 48))
    run = optimize(
        small if damage == "another size" else photo,
        artworks=[(tiles, 1.0)],
        encoder=encoder,
        checkpoint=path,
    )
    for _ in range(21):
        next(run)
    data = bytearray(path.read_bytes())
    data[-100] ^= 0x10
    if damage != "another size":
        path.write_bytes({"no checkpoint": b"", "cut off": data[:-100], "flipped": data}[damage])
    run = optimize(photo, artworks=[(tiles, 1.0)], encoder=encoder, checkpoint=path, warn=notes.append)
    first = next(run)
    assert first.step <= next(optimize(photo, artworks=[(tiles, 1.0)], encoder=encoder)).step
    assert notes == ["its checkpoint is damaged, or of another version, so it is painted from the beginning."]


def test_pixels_that_are_not_finite_are_reported(small, tiles):
    broken = Encoder().requires_grad_(False)
    broken.conv1_1.weight.fill_(torch.nan)
    with pytest.raises(UserError) as error:
        last(optimize(small, artworks=[(tiles, 1.0)], encoder=broken))
    assert str(error.value) == ("the optimization failed: its pixels are not finite. Use quality=quick.")


@pytest.mark.parametrize("color", ["black", "white"])
def test_a_photo_or_an_artwork_of_one_color_can_be_optimized(small, tiles, encoder, color):
    flat = Image.new("RGB", (64, 48), color)
    for photo, artwork in ((flat, tiles), (small, flat)):
        assert next(optimize(photo, artworks=[(artwork, 1.0)], encoder=encoder)).step == 2


def test_more_content_keeps_more_of_the_photo(small, tiles, encoder):
    firm, loose = (
        last(optimize(small, artworks=[(tiles, 1.0)], encoder=encoder, content=content))
        for content in (1.0, 0.0)
    )
    shown = encoder(to_tensor(small))["relu4_1"]
    kept = [
        (encoder(to_tensor(picture))["relu4_1"] - shown).square().mean().item() for picture in (firm, loose)
    ]
    assert kept[0] < 0.8 * kept[1]


def test_at_strength_0_the_photo_hardly_changes(whole, small, tiles, encoder):
    picture = last(optimize(small, artworks=[(tiles, 1.0)], encoder=encoder, strength=0.0))
    assert difference(picture, small) < 0.2 * difference(whole[-1], small)


def test_a_blend_lies_between_its_artworks(small, tiles, encoder, whole):
    stripes = Image.linear_gradient("L").resize((8, 8)).resize((96, 80), Image.Resampling.NEAREST)
    other = ImageOps.colorize(stripes, "navy", "orange")
    blend = last(optimize(small, artworks=[(tiles, 0.5), (other, 0.5)], encoder=encoder))
    alone = last(optimize(small, artworks=[(other, 1.0)], encoder=encoder))
    assert style_of(whole[-1], tiles, encoder) < style_of(blend, tiles, encoder)
    assert style_of(blend, tiles, encoder) < style_of(alone, tiles, encoder)


@pytest.mark.parametrize("size", [(32, 32), (200, 32), (33, 61)])
def test_a_small_or_narrow_photo_can_be_optimized(photo, tiles, encoder, size):
    run = optimize(photo.resize(size), artworks=[(tiles, 1.0)], encoder=encoder)
    steps = list(takewhile(lambda progress: progress.step < 4, run))
    assert steps
    assert torch.isfinite(torch.tensor([float(step.seconds) for step in steps])).all()


@pytest.mark.parametrize(
    ("stroke", "expected"),
    [
        (1.0, (200, 100)),
        (0.5, (100, 50)),
        (0.1, (64, 32)),
        (4.0, (346, 174)),
    ],  # 0.1: no side below 32; 4: twice as many pixels as the picture
)
def test_an_artwork_is_scaled_to_the_stroke_and_keeps_its_shape(stroke, expected):
    artwork = Image.new("RGB", (1042, 522))  # 1000 x 502 without its rim
    assert scale_to_stroke(artwork, (200, 150), stroke=stroke).size == pytest.approx(expected, abs=1)


def test_a_small_artwork_is_not_enlarged():
    assert scale_to_stroke(Image.new("RGB", (50, 50)), (400, 300), stroke=1.0).size == (48, 48)


# Out of memory

SCALES = [
    Scale(size=(150, 120), steps=2, rate=0.02, matched=("relu4_1",)),
    Scale(size=(180, 130), steps=1, rate=0.01, matched=()),
]


@pytest.fixture
def paint(photo, tiles, monkeypatch):
    """Paint a picture of 180x130 pixels on a card that after a step takes only so many pixels at once."""
    monkeypatch.setattr(
        "pelican.plugins.stylize.engine.optimize.optimize.make_schedule", lambda *_, **__: SCALES
    )

    def paint(*, most: int):
        scarce = load_weights(ScarceEncoder(), "encoder.safetensors")
        scarce.most, warnings = 10**9, []
        run = optimize(
            photo.resize((180, 130)),
            artworks=[(tiles, 1.0)],
            encoder=scarce,
            strength=0.8,
            warn=warnings.append,
        )
        next(run)
        scarce.most = most
        return last(run), warnings

    return paint


def test_a_picture_too_large_for_the_memory_is_painted_in_tiles_and_is_the_same(paint):
    whole, quiet = paint(most=10**9)
    tiled, warnings = paint(most=20_500)  # a whole picture has 22,000 or more
    assert quiet == []
    assert warnings == ["the GPU has too little memory and paints tiles of 112 pixels; that takes longer."]
    assert difference(tiled, whole) < 0.5


def test_a_card_without_memory_for_the_smallest_tiles_is_reported(paint):
    with pytest.raises(UserError) as error:
        paint(most=500)
    assert str(error.value) == (
        "the GPU has no memory left, not even for tiles of 56 pixels. Close other programs that use it, or set"
        " STYLIZE['device'] to 'cpu'."
    )

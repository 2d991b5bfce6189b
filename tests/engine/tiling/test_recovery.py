"""Out of memory on a graphics card, for which a stand-in on the CPU refuses large inputs."""

import numpy as np
import pytest
import torch
from fixtures.scarce_memory import make_scarce
from pelican.plugins.stylize.engine.networks.style_file import load_style_file
from pelican.plugins.stylize.engine.networks.transformer import Transformer
from pelican.plugins.stylize.engine.networks.weight_files import load_weights
from pelican.plugins.stylize.engine.tiling.draw_picture import draw_on_device
from pelican.plugins.stylize.engine.tiling.recovery import do_within_memory
from pelican.plugins.stylize.model.errors import UserError

PLENTY = 8_000_000_000  # bytes for the feature maps in the processor's memory


def refuse(error: Exception):
    def attempt():
        raise error

    return attempt


FULL = [
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB."),
    RuntimeError("MPS backend out of memory (MPS allocated: 8.00 GB, max allowed: 9.07 GB)."),
]


@pytest.mark.parametrize("error", FULL)
def test_the_first_attempt_for_which_there_is_memory_counts(error):
    attempts = [refuse(error), refuse(error), lambda: "small", lambda: "smaller"]
    assert do_within_memory(attempts, device=torch.device("cpu"), smallest="a dot") == "small"


def test_another_error_is_no_reason_to_try_again():
    attempts = [refuse(RuntimeError("the shapes do not match")), lambda: "small"]
    with pytest.raises(RuntimeError, match="the shapes do not match"):
        do_within_memory(attempts, device=torch.device("cpu"), smallest="a dot")


def test_no_memory_for_the_smallest_piece_says_what_to_do():
    with pytest.raises(UserError) as caught:
        do_within_memory([refuse(FULL[0])], device=torch.device("cpu"), smallest="tiles of 56 pixels")
    assert str(caught.value) == (
        "the GPU has no memory left, not even for tiles of 56 pixels. Close other programs that use it, or set"
        " STYLIZE['device'] to 'cpu'."
    )


@pytest.fixture(scope="module")
def draw(photo, style_file):
    """Draw a photo on a card whose convolutions may read so many numbers; returns picture and warnings."""

    def draw(most: int):
        transformer = load_weights(Transformer(), "transformer.safetensors")
        warnings = []
        with torch.inference_mode():
            picture = draw_on_device(
                transformer,
                photo.resize((157, 212)),
                load_style_file(style_file).parameters,
                weights={
                    name: make_scarce(weight, most=most) for name, weight in transformer.named_parameters()
                },
                memory_limit=PLENTY,
                warn=warnings.append,
            )
        return picture, warnings

    return draw


def test_a_picture_that_fits_is_drawn_whole(draw):
    picture, warnings = draw(10**9)
    assert picture.size == (157, 212)
    assert warnings == []


@pytest.mark.parametrize(("most", "rows"), [(200_000, 53), (60_000, 13), (20_000, 4)])
def test_a_picture_that_does_not_fit_is_drawn_in_strips_and_is_the_same(draw, most, rows):
    whole, _ = draw(10**9)
    picture, warnings = draw(most)
    assert np.abs(np.asarray(picture, int) - np.asarray(whole)).max() <= 1
    assert warnings == [
        f"the GPU has too little memory for 157 x 212 pixels at once and draws strips of {rows} rows."
    ]


def test_a_card_without_memory_for_four_rows_is_reported(draw):
    with pytest.raises(UserError) as caught:
        draw(10_000)
    assert str(caught.value) == (
        "the GPU has no memory left, not even for strips of 4 rows of 157 x 212 pixels. Close other programs"
        " that use it, or set STYLIZE['device'] to 'cpu'."
    )

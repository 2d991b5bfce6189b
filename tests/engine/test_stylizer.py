import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from pelican.plugins.stylize.engine.networks.style_file import load_style_file
from pelican.plugins.stylize.engine.networks.style_parameters import SHAPES, save_parameters
from pelican.plugins.stylize.engine.networks.style_predictor import Predictor
from pelican.plugins.stylize.engine.stylizer import Stylizer
from pelican.plugins.stylize.model.errors import UserError
from PIL import Image


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (2, 5), (20, 20), (101, 67), (64, 48)])
@pytest.mark.parametrize("strength", [1.0, 0.5])
def test_a_picture_has_its_photo_s_size(stylizer, photo, style_file, size, strength):
    picture = stylizer.stylize(photo.resize(size), blend=[(style_file, 1.0)], strength=strength)
    assert picture.size == size
    assert picture.mode == "RGB"


def test_a_picture_is_not_the_photo(stylizer, photo, style_file):
    picture = np.asarray(stylizer.stylize(photo, blend=[(style_file, 1.0)], strength=1.0), dtype=float)
    assert np.abs(picture - np.asarray(photo)).mean() > 20


@pytest.mark.parametrize("color", ["black", "white", "#7f8a20"])
def test_a_photo_of_one_color_becomes_one_color(stylizer, style_file, color):
    picture = stylizer.stylize(Image.new("RGB", (32, 32), color), blend=[(style_file, 1.0)], strength=1.0)
    assert np.ptp(np.asarray(picture), axis=(0, 1)).max() <= 1


def test_the_right_edge_of_an_odd_size_is_no_different_from_the_rest(stylizer, photo, style_file):
    even = np.asarray(stylizer.stylize(photo, blend=[(style_file, 1.0)], strength=1.0), dtype=float)
    odd = photo.crop((0, 0, photo.width - 1, photo.height - 1))
    picture = np.asarray(stylizer.stylize(odd, blend=[(style_file, 1.0)], strength=1.0), dtype=float)
    assert np.abs(picture - even[:-1, :-1]).mean() < 4
    assert np.abs(picture - even[:-1, :-1])[:, -4:].mean() < 20


@pytest.mark.parametrize("stroke", [1.0, 2.0])
def test_strokes_are_the_same_share_of_a_small_and_a_large_picture(
    stylizer, photo, style_file, monkeypatch, stroke
):
    monkeypatch.setattr("pelican.plugins.stylize.engine.stylizer.STROKE_EDGE", 96)
    large = photo.resize((600, 440), Image.Resampling.LANCZOS)
    pictures = [
        stylizer.stylize(each, blend=[(style_file, 1.0)], strength=1.0, stroke=stroke)
        for each in (photo, large)
    ]
    reduced = pictures[1].resize(photo.size, Image.Resampling.LANCZOS)
    difference = np.abs(np.asarray(pictures[0], float) - np.asarray(reduced, float)).mean()
    assert difference < 4


def test_at_strength_0_the_artwork_does_not_matter(stylizer, photo, style_file, tmp_path):
    other = tmp_path / "other.safetensors"
    save_parameters({name: torch.ones(shape) for name, shape in SHAPES.items()}, other)
    pictures = [stylizer.stylize(photo, blend=[(path, 1.0)], strength=0.0) for path in (style_file, other)]
    assert pictures[0].tobytes() == pictures[1].tobytes()


def test_strength_leads_evenly_from_the_photo_s_style_to_the_artwork_s(stylizer, photo, style_file):
    start, middle, end = (
        np.asarray(stylizer.stylize(photo, blend=[(style_file, 1.0)], strength=strength), dtype=float)
        for strength in (0.0, 0.5, 1.0)
    )
    whole_way = np.abs(end - start).mean()
    assert np.abs(middle - start).mean() < whole_way
    assert np.abs(end - middle).mean() < whole_way


def test_a_blend_draws_a_picture_between_those_of_its_styles(stylizer, photo, style_file, tmp_path):
    other = tmp_path / "other.safetensors"
    tensors = load_style_file(style_file).parameters
    save_parameters({name: tensors[name].roll(1) for name in SHAPES}, other)
    one, blend, two = (
        np.asarray(stylizer.stylize(photo, blend=blend, strength=1.0), dtype=float)
        for blend in ([(style_file, 1.0)], [(style_file, 0.7), (other, 0.3)], [(other, 1.0)])
    )
    whole_way = np.abs(two - one).mean()
    assert 0 < np.abs(blend - one).mean() < whole_way
    assert 0 < np.abs(blend - two).mean() < whole_way


def test_at_strength_1_the_predictor_does_not_run(photo, style_file):
    ran = {}
    for strength in (1.0, 0.5):
        ran[strength] = []
        note = ran[strength].append
        hook = torch.nn.modules.module.register_module_forward_hook(lambda module, *_: note(type(module)))  # noqa: B023
        try:
            Stylizer("cpu").stylize(photo, blend=[(style_file, 1.0)], strength=strength)
        finally:
            hook.remove()
    assert Predictor not in ran[1.0]
    assert Predictor in ran[0.5]


def test_a_changed_style_file_is_loaded_again(stylizer, photo, style_file, tmp_path):
    path = tmp_path / "style.safetensors"
    path.write_bytes(style_file.read_bytes())
    before = stylizer.stylize(photo, blend=[(path, 1.0)], strength=1.0)
    save_parameters({name: tensor * 0 for name, tensor in load_style_file(path).parameters.items()}, path)
    os.utime(path, ns=(1, 1))
    after = stylizer.stylize(photo, blend=[(path, 1.0)], strength=1.0)
    assert before.tobytes() != after.tobytes()
    assert set(after.get_flattened_data()) == {(128, 128, 128)}  # no gain and no bias: half of everything


def test_predicted_parameters_can_be_tuned(stylizer, artwork):
    parameters = stylizer.predict(artwork)
    tuned = parameters["expand1.gain"].requires_grad_()
    tuned.sum().backward()
    assert tuned.grad.tolist() == [1.0] * 16


def test_an_artwork_s_style_does_not_depend_on_how_large_its_scan_is(stylizer, artwork):
    small, large = stylizer.predict(artwork), stylizer.predict(artwork.resize((1280, 960)))
    assert all((small[name] - large[name]).abs().max() < 0.3 for name in SHAPES)


def test_a_missing_style_file_is_reported(stylizer, photo, tmp_path):
    with pytest.raises(UserError) as error:
        stylizer.stylize(photo, blend=[(tmp_path / "no.safetensors", 1.0)], strength=1.0)
    assert (
        str(error.value) == f"{tmp_path}/no.safetensors: no such file; predict the style again to create it."
    )


def test_the_device_is_reported(stylizer):
    assert stylizer.device_name == "cpu"


PROBE = """
import hashlib, sys
from pathlib import Path
from PIL import Image
from pelican.plugins.stylize.engine.stylizer import Stylizer
photo = Image.open(sys.argv[1])
for strength in (1.0, 0.6):
    picture = Stylizer("cpu").stylize(photo, blend=[(Path(sys.argv[2]), 1.0)], strength=strength)
    print(hashlib.sha256(picture.tobytes()).hexdigest())
"""


def test_another_process_makes_the_same_bytes(stylizer, photo, style_file, tmp_path):
    photo.save(tmp_path / "photo.png")
    command = [sys.executable, "-c", PROBE, str(tmp_path / "photo.png"), str(style_file)]
    there = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    here = [stylizer.stylize(photo, blend=[(style_file, 1.0)], strength=strength) for strength in (1.0, 0.6)]
    assert there == [hashlib.sha256(picture.tobytes()).hexdigest() for picture in here]

"""A picture that is drawn in strips is the one that the network draws in one piece."""

import copy
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pelican.plugins.stylize.engine.image_tensors import mirror_to_fit, to_picture, to_tensor
from pelican.plugins.stylize.engine.networks.shared_moments import SharedMoments
from pelican.plugins.stylize.engine.networks.style_file import load_style_file
from pelican.plugins.stylize.engine.networks.transformer import Transformer, compute_moments
from pelican.plugins.stylize.engine.networks.weight_files import load_weights
from pelican.plugins.stylize.engine.tiling.draw_picture import (
    StripPlan,
    draw_picture,
    draw_strips,
    plan_strips,
)
from pelican.plugins.stylize.engine.tiling.feature_maps import find_scratch_folder
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.storage.atomic_files import DiskError
from PIL import Image

GB = 10**9


@pytest.fixture(scope="module")
def transformer():
    return load_weights(Transformer(), "transformer.safetensors")


@pytest.fixture(scope="module")
def style(style_file):
    return load_style_file(style_file).parameters


def textured(width: int, height: int) -> Image.Image:
    """A photo with forms of many sizes in every part of it."""
    noise = np.random.default_rng(7)
    sizes = [(max(1, width // factor), max(1, height // factor)) for factor in (1, 5, 40)]
    layers = [
        Image.fromarray(noise.integers(0, 256, (h, w, 3), dtype=np.uint8)).resize((width, height))
        for w, h in sizes
    ]
    return Image.blend(Image.blend(layers[0], layers[1], 0.6), layers[2], 0.5)


def draw_whole(transformer, photo, style):
    """Return the picture of the whole network at once, (1, 3, H, W), at a size that it takes."""
    with torch.inference_mode():
        return transformer(mirror_to_fit(to_tensor(photo)), style)


def draw_exactly(transformer, photo, style):
    """Return the same in double precision; the network enlarges rounding where it has few pixels to measure."""
    exact = copy.deepcopy(transformer).double()
    pixels = mirror_to_fit(to_tensor(photo)).double()
    style = {name: tensor.double() for name, tensor in style.items()}
    with torch.inference_mode():
        return exact(pixels, style, moments=compute_exact_moments).float()


def compute_exact_moments(layer, features):
    return features.mean(dim=(2, 3)), features.var(dim=(2, 3), correction=0)


def draw_in_strips(transformer, photo, style, **plan):
    with torch.inference_mode():
        weights = dict(transformer.named_parameters())
        strips = list(draw_strips(weights, photo, style, plan=StripPlan(**plan)))
    return torch.cat(strips).permute(2, 0, 1)[None]


def difference(one, other):
    assert one.shape == other.shape
    return (one - other).abs().max().item()


def to_bytes(picture):
    return np.asarray(picture, dtype=int)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    width=st.integers(16, 120),
    height=st.integers(16, 120),
    rows=st.integers(1, 160),
    threads=st.integers(1, 3),
    keeps_last_map=st.booleans(),
    on_disk=st.booleans(),
)
def test_strips_of_any_height_give_the_whole_picture(
    transformer, style, tmp_path, width, height, rows, threads, keeps_last_map, on_disk
):
    photo = textured(width, height)
    picture = draw_in_strips(
        transformer,
        photo,
        style,
        rows=rows,
        threads=threads,
        scratch=tmp_path if on_disk else None,
        keeps_last_map=keeps_last_map,
    )
    assert difference(picture, draw_exactly(transformer, photo, style)) < 1e-4
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("width", "height"), [(911, 1337), (4093, 257), (30_000, 20)])
def test_large_pictures_of_odd_sizes_are_the_whole_picture(transformer, style, tmp_path, width, height):
    photo = textured(width, height)
    whole = draw_whole(transformer, photo, style)
    for rows in (28, 333):
        picture = draw_in_strips(transformer, photo, style, rows=rows, threads=2, scratch=tmp_path)
        assert difference(picture, whole) < 1e-4


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 400), (400, 1), (7, 9), (161, 94)])
def test_a_picture_has_the_photo_s_size_and_the_whole_picture_s_bytes(transformer, style, width, height):
    photo = textured(width, height)
    with torch.inference_mode():
        picture = draw_picture(transformer, photo, style, weights={}, memory_limit=8 * GB)
    assert picture.size == (width, height)
    whole = to_picture(draw_exactly(transformer, photo, style)[:, :, :height, :width])
    assert np.abs(to_bytes(picture) - to_bytes(whole)).max() <= 1


def test_where_a_strip_ends_is_not_seen_in_the_dithering(transformer, style):
    ramp = np.linspace(100, 140, 600).astype(np.uint8).repeat(300 * 3).reshape(600, 300, 3)
    photo = Image.fromarray(ramp)
    with torch.inference_mode():
        picture = draw_picture(transformer, photo, style, weights={}, memory_limit=8 * GB)
    whole = to_picture(draw_exactly(transformer, photo, style))
    differs = (to_bytes(picture) != to_bytes(whole)).mean()
    assert differs < 0.01  # where rounding decides whether a row is smooth enough


def test_a_series_is_drawn_with_the_moments_that_it_shares(transformer, style):
    photo, other = textured(60, 40), textured(40, 60)
    layers = {}

    def record(layer, features):
        layers[layer] = compute_moments(layer, features)
        return layers[layer]

    with torch.inference_mode():
        transformer(to_tensor(other), style, moments=record)
        shared = SharedMoments(layers=layers, start=None)
        whole = transformer(to_tensor(photo), style, moments=shared.compute)
        picture = draw_picture(transformer, photo, style, weights={}, memory_limit=8 * GB, shared=shared)
    assert np.abs(to_bytes(picture) - to_bytes(to_picture(whole))).max() <= 1


def test_the_same_photo_gives_the_same_bytes_with_other_threads(transformer, style):
    photo = textured(300, 200)
    one, three = (draw_in_strips(transformer, photo, style, rows=24, threads=n) for n in (1, 3))
    assert torch.equal(one, three)


def test_weights_of_a_style_replace_those_of_the_network(transformer, style):
    photo = textured(40, 40)
    with torch.inference_mode():
        usual, other = (
            draw_picture(transformer, photo, style, weights=weights, memory_limit=8 * GB)
            for weights in ({}, {"expand3.weight": transformer.expand3.weight.flip(0)})
        )
    assert np.abs(to_bytes(usual) - to_bytes(other)).max() > 20


def test_torch_s_own_threads_are_left_as_they_were(transformer, style):
    before = torch.get_num_threads()
    draw_in_strips(transformer, textured(40, 40), style, rows=8, threads=2)
    assert torch.get_num_threads() == before


def test_with_memory_to_spare_the_maps_stay_in_it():
    plan = plan_strips(1600, 1067, memory_limit=4 * GB, used=GB // 2, threads=2)
    assert plan == StripPlan(rows=81, threads=2, scratch=None, keeps_last_map=True)


def test_with_less_memory_the_last_map_is_computed_twice():
    plan = plan_strips(6000, 4000, memory_limit=1_800_000_000, used=GB // 2, threads=2)
    assert plan == StripPlan(rows=32, threads=2, scratch=None, keeps_last_map=False)


def test_with_little_memory_the_maps_go_to_a_file():
    plan = plan_strips(12_000, 8000, memory_limit=2 * GB, used=GB, threads=2)
    assert plan == StripPlan(rows=32, threads=2, scratch=find_scratch_folder(), keeps_last_map=False)


def test_with_very_little_memory_strips_are_lower_and_threads_fewer():
    plan = plan_strips(12_000, 8000, memory_limit=1_500_000_000, used=GB, threads=16)
    assert plan == StripPlan(rows=16, threads=1, scratch=find_scratch_folder(), keeps_last_map=False)


def test_too_little_memory_is_refused_with_the_least_that_works():
    with pytest.raises(UserError) as refused:
        plan_strips(12_000, 8000, memory_limit=GB, used=600_000_000, threads=2)
    assert str(refused.value) == (
        "memory_limit is 1000 MB, but drawing 12000 x 8000 pixels takes at least 1032 MB. "
        "Raise STYLIZE['memory_limit'] or lower STYLIZE['long_edge']."
    )
    plan = plan_strips(12_000, 8000, memory_limit=1_032_000_000, used=600_000_000, threads=2)
    assert plan.rows == 4


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit of the size of files")
def test_a_disk_that_refuses_the_scratch_file_is_reported(tmp_path):
    program = (
        "import resource, sys; from pathlib import Path\n"
        "from pelican.plugins.stylize.engine.tiling.feature_maps import FeatureMap\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))\n"
        "FeatureMap(1000, 1000, 32, scratch=Path(sys.argv[1]))\n"
    )
    run = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True)
    assert "the system refuses a file of this size while drawing a large picture" in run.stderr
    assert DiskError.__name__ in run.stderr
    assert list(tmp_path.iterdir()) == []


def test_scratch_files_go_where_tmpdir_says(monkeypatch, tmp_path):
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert find_scratch_folder() == tmp_path


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux to tell its memory")
def test_a_picture_is_drawn_within_its_limit(style_file, tmp_path):
    """Twelve megapixels, whose maps alone would take 576 MB."""
    program = (
        "import sys; from pathlib import Path; from PIL import Image\n"
        "from pelican.plugins.stylize.engine.stylizer import Stylizer\n"
        "from pelican.plugins.stylize.model.memory_limit import find_own_memory\n"
        "photo = Image.effect_noise((4000, 3000), 60).convert('RGB')\n"
        "limit = find_own_memory() + 330_000_000\n"
        "stylizer = Stylizer('cpu', memory_limit=limit)\n"
        "stylizer.stylize(photo, blend=[(Path(sys.argv[1]), 1.0)], strength=1.0)\n"
        "peak = Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0]\n"
        "print(limit - 1024 * int(peak))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(style_file)],
        env=os.environ | {"OMP_NUM_THREADS": "2"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(run.stdout) > 0

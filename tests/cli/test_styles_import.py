"""The command `style.import` gives a style a network that was trained elsewhere."""

import os
import shutil
import sys
import tomllib
from pathlib import Path

import pytest
import torch
from fixtures.onnx_models import TransformerNet, model, node, save
from pelican.plugins.stylize.cli.styles_check import panel
from pelican.plugins.stylize.cli.styles_import import import_style
from pelican.plugins.stylize.cli.styles_library import pack, unpack
from pelican.plugins.stylize.executors.local import LocalExecutor
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.storage.atomic_files import sha256_of
from pelican.plugins.stylize.storage.safetensors_header import digest_tensors
from pelican.plugins.stylize.styles.library import load_style
from pelican.plugins.stylize.styles.train import predict_style

ROOT = Path(__file__).parents[2]


@pytest.fixture
def site(tmp_path, monkeypatch) -> Path:
    """A blog with one style, predicted."""
    shutil.copytree(ROOT / "styles" / "harvesters", tmp_path / "styles" / "harvesters")
    (tmp_path / "styles" / "harvesters" / "panel.jpg").unlink()
    (tmp_path / "pelicanconf.py").write_text('PATH = "content"\nSTYLIZE = {"device": "cpu"}\n')
    (tmp_path / "content").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def weights(tmp_path) -> Path:
    torch.save(TransformerNet().saved(), tmp_path / "mosaic.pth")
    return tmp_path / "mosaic.pth"


def imported(file: Path, slug: str = "harvesters", **options) -> list[str]:
    return list(import_style("pelicanconf.py", file, slug, **options))


def refusal(file: Path, slug: str = "harvesters", **options) -> str:
    with pytest.raises(UserError) as error:
        imported(file, slug, **options)
    return str(error.value)


def test_the_command_reports_what_the_trials_found(site, weights):
    lines = imported(weights)
    digest = digest_tensors(site / "styles/harvesters/style.safetensors", where="")
    assert lines[:2] == [
        "mosaic.pth: fast_neural_style of PyTorch's examples, 18,655 weights.",
        "It takes photos of any size in steps of 4 pixels, up to 15.4 megapixels (larger ones are"
        " scaled down and enlarged), RGB from 0 to 255, and gives 0 to 255 (found by trials).",
    ]
    assert lines[2] == f"styles/harvesters/style.safetensors: the network, 0.1 MB, digest {digest[:12]}…"
    assert lines[3] == (
        "Look at .stylize/imported/harvesters.png, the artwork redrawn. Wrong colors? See --range, --bgr and --mean."
    )
    assert (site / ".stylize/imported/harvesters.png").is_file()


def test_the_style_keeps_its_record_and_states_the_source_of_its_network(site, weights):
    path = site / "styles/harvesters/style.toml"
    head = path.read_text("utf-8").partition("[model]")[0]
    imported(weights, url="https://example.org/mosaic", license="BSD-3-Clause")
    digest = digest_tensors(site / "styles/harvesters/style.safetensors", where="")
    assert path.read_text("utf-8") == head + (
        "[model]\n"
        'method = "imported"\n'
        "level = 0\n"
        f'digest = "{digest}"\n'
        'how = "Drawn by a network of its own that was trained elsewhere: mosaic.pth, fast_neural_style of'
        " PyTorch's examples, https://example.org/mosaic, license BSD-3-Clause."
        ' Photos above 15.4 megapixels are drawn at that size and enlarged."\n'
        "\n"
        "[model.imported]\n"
        'file = "mosaic.pth"\n'
        f'sha256 = "{sha256_of(weights)}"\n'
        'kind = "fast_neural_style of PyTorch\'s examples"\n'
        'url = "https://example.org/mosaic"\n'
        'license = "BSD-3-Clause"\n'
    )
    assert load_style(site / "styles/harvesters").is_imported


def test_importing_twice_gives_the_same_bytes(site, weights):
    imported(weights)
    first = [(site / "styles/harvesters" / name).read_bytes() for name in ("style.toml", "style.safetensors")]
    imported(weights)
    assert first == [
        (site / "styles/harvesters" / name).read_bytes() for name in ("style.toml", "style.safetensors")
    ]


def test_a_worker_draws_an_imported_style(site, weights):
    imported(weights)
    folder = site / "styles/_panel"
    folder.mkdir()
    for name in ("face.jpg", "face.toml"):
        shutil.copy(ROOT / "styles/_panel" / name, folder / name)
    lines = [line.text for line in panel("pelicanconf.py", painted=False)]
    assert lines[1].split() == ["harvesters", "quick", "new,", "look", "at", "it"]
    assert (site / "styles/harvesters/panel.jpg").is_file()


def test_predicting_removes_the_imported_network(site, weights):
    folder = site / "styles/harvesters"
    imported(weights)
    predict_style(folder, LocalExecutor("cpu"), display_path="styles/harvesters")
    table = tomllib.loads((folder / "style.toml").read_text("utf-8"))["model"]
    assert (table["method"], "imported" in table) == ("feed-forward", False)
    assert not load_style(folder).is_imported


def test_an_imported_style_can_be_packed_and_unpacked(site, weights):
    imported(weights)
    list(pack("pelicanconf.py", ["harvesters"], to="old.zip"))
    unpack("pelicanconf.py", "old.zip", slug="mosaic")
    arrived, sent = (load_style(site / "styles" / slug).weights.digest for slug in ("mosaic", "harvesters"))
    assert arrived == sent
    assert load_style(site / "styles/mosaic").is_imported


class Bomb:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return os.mkdir, (str(self.mark),)


def test_a_refused_model_leaves_the_style_unchanged(site):
    folder = site / "styles/harvesters"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    torch.save({"conv1.conv2d.weight": Bomb(site / "mark")}, site / "bomb.pth")
    assert refusal(site / "bomb.pth") == (
        f"bomb.pth: reading this file would run code ({os.mkdir.__module__}.mkdir), so it was not read. Weights"
        " need none. Save the weights alone where the model runs: torch.save(model.state_dict(), FILE)"
    )
    assert not (site / "mark").exists()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_given_range_is_reported_as_given(site):
    lines = imported(save(model([node("Sigmoid", ["photo"], "picture")]), site), range="-1", out_range="1")
    assert lines[1].endswith("RGB from -1 to 1, and gives 0 to 1 (as you said).")


def test_without_the_library_onnx_only_onnx_files_are_refused(site, weights, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    file = save(model([node("Sigmoid", ["photo"], "picture")]), site)
    assert refusal(file) == (
        "old.onnx: reading ONNX files needs the package onnx. Install it: pip install 'pelican-stylize[import]'"
    )
    assert imported(weights)


@pytest.mark.parametrize(
    ("slug", "options", "message"),
    [
        (
            "mosaic",
            {},
            "styles/mosaic: there is no such style. A network needs the record of an artwork, as every style does."
            " Add the style first: pelican-stylize style.add ARTWORK --slug mosaic",
        ),
        ("harvesters", {"range": "256"}, "--range is '256'; write the network's value of white. Did you mean '255'?"),
        ("harvesters", {"mean": "1,2"}, "--mean is '1,2'; write three numbers in the network's order, as in --mean 123.68,116.78,103.94"),
        ("harvesters", {"pick": "first"}, "--pick is 'first'; write the number of a style, from 0 up."),
        ("harvesters", {"url": "example.org"}, "--url is 'example.org', but must begin with https:// or http://."),
        ("harvesters", {}, "nothing.pth: there is no such file. Name the model's file."),
    ],
)  # fmt: skip
def test_options_that_cannot_be_used_are_refused(site, slug, options, message):
    assert refusal(site / "nothing.pth", slug, **options) == message

from pathlib import Path

import numpy as np
import pytest
import torch
from fixtures.onnx_models import TransformerNet, save
from pelican.plugins.stylize.engine.graph_networks.interpreter import GraphNetwork
from pelican.plugins.stylize.engine.model_import.calibration import RequestedConvention
from pelican.plugins.stylize.engine.model_import.convert import convert_network
from pelican.plugins.stylize.engine.networks.style_parameters import save_parameters
from pelican.plugins.stylize.engine.networks.vgg_encoder import Encoder
from pelican.plugins.stylize.engine.networks.weight_files import load_weights
from pelican.plugins.stylize.engine.stylizer import Stylizer
from PIL import Image


def landscape(width: int, height: int) -> Image.Image:
    """A sky, a sun and striped fields: smooth, edged and textured places, as a photo has them."""
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    sky = np.stack([0.4 + 0.4 * y, 0.6 + 0.3 * y, 0.9 - 0.2 * y], axis=-1)
    stripes = 0.5 + 0.3 * np.sin(60 * x + 25 * y)
    field = np.stack([0.5 * stripes + 0.2, 0.6 * stripes, 0.2 + 0.1 * stripes], axis=-1)
    picture = np.where((y > 0.35 + 0.05 * np.sin(9 * x))[..., None], field, sky)
    picture[(x - 0.7) ** 2 + (y - 0.15) ** 2 < 0.004] = (1.0, 0.9, 0.5)
    return Image.fromarray((picture * 255).astype(np.uint8))


def mosaic(width: int, height: int) -> Image.Image:
    """Colored tiles with dark joints: a picture that has a style."""
    colors = np.random.default_rng(0).integers(
        30, 255, (height // 16 + 1, width // 16 + 1, 3), dtype=np.uint8
    )
    picture = colors.repeat(16, axis=0).repeat(16, axis=1)[:height, :width].copy()
    picture[::16], picture[:, ::16] = 20, 20
    return Image.fromarray(picture)


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(0)


@pytest.fixture(scope="session")
def photo():
    return landscape(120, 88)


@pytest.fixture(scope="session")
def artwork():
    return mosaic(320, 240)


@pytest.fixture(scope="session")
def stylizer():
    return Stylizer("cpu")


@pytest.fixture(scope="session")
def style_file(stylizer, artwork, tmp_path_factory):
    """The file of a style, read from the mosaic."""
    path = tmp_path_factory.mktemp("style") / "style.safetensors"
    save_parameters(stylizer.predict(artwork), path)
    return path


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The network that losses and scores look through."""
    return load_weights(Encoder(), "encoder.safetensors")


@pytest.fixture(scope="session")
def blobs() -> Image.Image:
    """A photo of soft blobs of color, 96x72: what imported networks are tried on."""
    colors = np.random.default_rng(1).integers(0, 256, (9, 12, 3), dtype=np.uint8)
    return Image.fromarray(colors).resize((96, 72), Image.Resampling.BICUBIC)


@pytest.fixture(scope="session")
def example() -> TransformerNet:
    """A narrow network of PyTorch's example."""
    return TransformerNet().eval()


@pytest.fixture
def weights(example, tmp_path) -> Path:
    """The example's weights as a file."""
    path = tmp_path / "mosaic.pth"
    torch.save(example.saved(), path)
    return path


@pytest.fixture
def convert(tmp_path, blobs):
    """Import an ONNX model, tried on the photo of blobs; returns its network."""

    def convert(proto, *, choice: int | None = None, **said) -> GraphNetwork:
        requested = RequestedConvention(**said)
        return convert_network(save(proto, tmp_path), blobs, requested=requested, choice=choice).network

    return convert


@pytest.fixture(scope="session")
def network(example, blobs, tmp_path_factory) -> GraphNetwork:
    """The example, imported."""
    path = tmp_path_factory.mktemp("weights") / "mosaic.pth"
    torch.save(example.saved(), path)
    return convert_network(path, blobs, requested=RequestedConvention()).network

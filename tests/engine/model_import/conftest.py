from pathlib import Path

import numpy as np
import pytest
import torch
from fixtures.onnx_models import TransformerNet
from PIL import Image


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    """Soft blobs of color, 96x72."""
    blobs = Image.fromarray(np.random.default_rng(1).integers(0, 256, (9, 12, 3), dtype=np.uint8))
    return blobs.resize((96, 72), Image.Resampling.BICUBIC)


@pytest.fixture(scope="module")
def example() -> TransformerNet:
    return TransformerNet().eval()


@pytest.fixture
def weights(example, tmp_path) -> Path:
    """The example's weights as a file."""
    path = tmp_path / "mosaic.pth"
    torch.save(example.saved(), path)
    return path

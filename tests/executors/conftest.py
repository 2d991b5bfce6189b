"""Tasks on tiny photos, and workers that draw them without torch."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fixtures import fake_worker
from pelican.plugins.stylize.executors.interface import StylizeTask, make_stylize_task
from pelican.plugins.stylize.executors.local import LocalExecutor
from pelican.plugins.stylize.model.entities import StyleShare, StyleWeights
from pelican.plugins.stylize.storage.atomic_files import sha256_of
from pelican.plugins.stylize.storage.safetensors_header import digest_tensors
from PIL import Image


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """The folder in which each fake worker leaves its process id."""
    folder = tmp_path / "notes"
    folder.mkdir()
    return folder


@pytest.fixture
def executor(notes: Path) -> LocalExecutor:
    """An executor whose one worker inverts colors."""
    return LocalExecutor(str(notes), command=fake_worker.COMMAND)


@pytest.fixture
def task(tmp_path: Path, stylization) -> Callable[..., StylizeTask]:
    """Make a task on a photo of one color, 80x64 pixels; its job is its name."""
    numbers = tmp_path / "style.safetensors"
    numbers.write_bytes((2).to_bytes(8, "little") + b"{}")
    (share,) = stylization.blend
    digest = digest_tensors(numbers, where="style")
    style = replace(share.style, weights=StyleWeights(path=numbers, digest=digest))

    def make(name: str, color: tuple[int, int, int] = (200, 100, 50)) -> StylizeTask:
        path = tmp_path / f"{name}.png"
        Image.new("RGB", (80, 64), color).save(path)
        photo = replace(stylization.photo, path=path, digest=sha256_of(path), width=80, height=64)
        target = tmp_path / "incoming" / f"{name}.png"
        target.parent.mkdir(exist_ok=True)
        wanted = replace(stylization, photo=photo, blend=(StyleShare(style=style),))
        return make_stylize_task(wanted, target, job=name)

    return make

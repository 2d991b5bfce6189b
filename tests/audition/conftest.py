"""Artworks on a wall, and a stage that draws without networks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image, ImageOps

RECORD = """\
title = "Irises"
creator = "Vincent van Gogh"
date = "1890"
institution = "Metropolitan Museum of Art, New York, NY"
source_url = "https://met.example/436528"
license = "CC0-1.0"
"""


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What came of one artwork, as `engine.auditioning.Audition` has it."""

    pictures: dict[float, list[Image.Image]]
    scores: dict[str, float]
    faults: tuple[str, ...] = ()
    vector: tuple[float, ...] = (1.0, 0.0)


@dataclass
class FakeStage:
    """Turns artworks around instead of drawing after them."""

    loaded: int = 0
    seen: list[tuple[tuple[int, int], tuple[float, ...], Path | None]] = field(default_factory=list)
    scores: dict[str, float] = field(default_factory=lambda: {"fit relu3_3": 0.25})
    ends_after: int = 0  # artworks; 0 for never

    def load(self) -> "FakeStage":
        self.loaded += 1
        return self

    def audition(self, artwork, *, strengths, numbers) -> Drawn:
        if self.ends_after and len(self.seen) == self.ends_after:
            raise KeyboardInterrupt
        self.seen.append((artwork.size, tuple(strengths), numbers))
        picture = ImageOps.mirror(artwork).resize((96, 64))
        return Drawn(pictures={at: [picture, picture] for at in strengths}, scores=self.scores)


@pytest.fixture
def stage() -> FakeStage:
    return FakeStage()


@pytest.fixture
def wall(tmp_path, monkeypatch) -> Path:
    """An empty folder for artworks, from which one looks."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wall").mkdir()
    return tmp_path / "wall"


@pytest.fixture
def hang(wall: Path) -> Callable[..., Path]:
    """Hang an artwork of a color, with its record beside it where there is one."""

    def hang(name: str, color: tuple[int, int, int] = (200, 30, 30), record: str = "") -> Path:
        path = wall / name
        picture = Image.linear_gradient("L").resize((96, 72))
        ImageOps.colorize(picture, "black", color).save(path)
        if record:
            path.with_suffix(".toml").write_text(record, "utf-8")
        return path

    return hang

"""How a style is to be tuned, and how it was."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig:
    """How a style is to be tuned."""

    level: int = 2  # 1 moves the style's numbers, 2 the network's weights as well
    steps: int = 250
    seed: int = 0
    budget: float = 0.0  # seconds; 0 sets none
    style_weight: float = 10.0  # of the artwork's look, beside 1 for what the photo shows


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingResult:
    """How a style was tuned: the table [model.training] of its style.toml."""

    level: int  # stated in [model]
    steps: int  # that were done
    best: int  # the one that was kept
    seed: int
    seconds: float
    device: str
    style_before: float  # on the panel; 0 is the artwork's look, 1 as far from it as black
    style_after: float
    content_before: float  # on the panel; 0 is the photo itself
    content_after: float
    network: str  # sha256 of the network that was tuned
    loss_network: str  # name and digest of the one that measured
    photos: int
    photos_digest: str
    versions: Mapping[str, str]
    stopped: str = ""  # why it ended before its time
    style_weight: float | None = None  # as in Course; None before it was recorded
    artwork_side: int | None = None  # pixels of its shorter side: how large a stroke was
    energy: float | None = None  # watt-hours, where the machine has a meter that can be read
    energy_known: str | None = None  # how: "read from RAPL"
    made: str | None = None  # ISO 8601, UTC; None before it was recorded

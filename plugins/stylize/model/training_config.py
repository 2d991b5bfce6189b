"""How a style is trained: what a user configures, the hyperparameters, and what came out."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig:
    """What a user configures about a training."""

    level: int = 2  # 1 trains the style parameters, 2 the network's weights as well
    steps: int = 250
    seed: int = 0
    budget: float = 0.0  # seconds; 0 is no budget
    style_weight: float = 10.0  # of the style distance, in proportion to 1 for the content distance
    search_weight: bool = True  # the first half of the steps searches the weight, from style_weight on


@dataclass(frozen=True, slots=True, kw_only=True)
class Hyperparameters:
    """How a training runs; the values were chosen by looking at the results.

    Checkpoints and cached auditions are valid for equal hyperparameters only, under these names.
    """

    side: int = 256  # pixels of the square crops of photos
    artwork_side: int = 384  # pixels of the artwork's shorter side: sets the size of a stroke
    batch: int = 1  # crops per step: on two cores, more steps achieve more than larger batches
    panel: int = 3  # crops on which the best step is chosen

    numbers: float = 0.05  # Adam's learning rate for the style parameters
    weights: float = 3e-4  # the same for the network's weights; 1e-3 blurs the drawing, 2e-3 destroys it
    warm_up: int = 10  # steps
    panel_every: int = 25  # steps between two evaluations of the panel
    timed: int = 5  # steps after which a budget is converted to a number of steps
    patience: int = 4  # evaluations without improvement after which the training ends
    lowest_weight: float = 1.0  # of the style distance, in a search
    highest_weight: float = 20.0
    form_ratio: float = (
        1.05  # the distance of form that a search aims at, in proportion to the predicted style's
    )
    gain: float = 12.0  # by which a search changes the logarithm of the weight for each share of distance
    largest_change: float = 0.5  # of that logarithm, in one evaluation of the panel
    search_from: int = 50  # steps; before, the form is not yet what the weight makes of it


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingResult:
    """How a style was trained: the table [model.training] of its style.toml."""

    level: int  # stated in [model]
    steps: int  # steps done
    best: int  # the step that was kept
    seed: int
    seconds: float
    device: str
    style_before: float  # style distance on the panel: 0 is the artwork's style, 1 as far from it as black
    style_after: float
    content_before: float  # content distance on the panel: 0 is the photo itself
    content_after: float
    network: str  # sha256 of the shared network
    loss_network: str  # name and digest of the network that measures distances
    photos: int
    photos_digest: str
    versions: Mapping[str, str]
    stopped: str = ""  # why the training ended early
    style_weight: float | None = None  # with which the last steps were done; None in files without it
    search_weight: bool | None = None  # whether the training searched that weight
    artwork_side: int | None = None  # pixels of its shorter side: sets the size of a stroke
    energy: float | None = None  # watt-hours, if the machine has a meter that can be read
    energy_known: str | None = None  # source of the energy: "read from RAPL"
    made: str | None = None  # ISO 8601, UTC; None in files that do not state it

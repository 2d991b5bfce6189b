"""How a tuning is done, in numbers that were chosen by looking at what came out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Hyperparameters:
    """How a tuning is done: at what sizes, how fast, and how often one looks where it is."""

    side: int = 256  # pixels of the squares that are cut from photos
    artwork_side: int = 384  # pixels of the artwork's shorter side: sets the size of a stroke
    batch: int = 1  # squares a step: on two cores more steps do more than larger ones
    panel: int = 3  # squares that the best step is judged by

    numbers: float = 0.05  # Adam's rate
    weights: float = 3e-4  # Adam's rate; 1e-3 loses the drawing, 2e-3 wrecks the picture
    warm_up: int = 10  # steps
    panel_every: int = 25  # steps
    timed: int = 5  # steps after which a budget is turned into a number of steps
    patience: int = 4  # panels without a better one end the run


RECIPE = Hyperparameters()

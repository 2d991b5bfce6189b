"""The methods of stylizing that this version knows, by quality. A plan can be made without torch."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from .entities import Method, Parameters, StyleShare, digest_of
from .errors import UserError
from .qualities import Quality

# sha256 of the files in engine/networks/weights. The predictor is part of the method too: at a strength
# below 1 it reads the photo's own style, which changes pixels.
NETWORK_FILES = {
    "transformer.safetensors": "d6b29674f28b5fa07d8a942f85955d8f129b1818f5752ec19641afc06129ace5",
    "predictor.safetensors": "569cfb47cfb41bc47efe37b17660e5a0bf3f36108f1b4ff79a55cbfde6b3e8da",
}

# Measures how far a picture is from photo and artwork: in training, which changes no picture by itself,
# and in optimizing, where it decides every pixel.
ENCODER_FILES = {
    "encoder.safetensors": "e32a0494b63a6c289788fc3c1cbd105cc2011c937b8c13a9de90d6913516c69b",
}

FEED_FORWARD = Method(name="feed-forward", version=2, network=digest_of(NETWORK_FILES))
OPTIMIZE_SMALL = Method(name="optimize-small", version=3, network=digest_of(ENCODER_FILES))
OPTIMIZE = Method(name="optimize", version=5, network=digest_of(ENCODER_FILES))
IMPORTED = Method(name="imported", version=2, network=digest_of({}))  # each style brings its own network

METHODS = (FEED_FORWARD, OPTIMIZE_SMALL, OPTIMIZE, IMPORTED)

# The methods that use a parameter; all use those that are not listed. In the others it has its default.
USED_BY: Mapping[str, tuple[Method, ...]] = {
    "stroke": (FEED_FORWARD, OPTIMIZE_SMALL, OPTIMIZE),
    "content": (OPTIMIZE_SMALL, OPTIMIZE),
}

CONTENT = 0.5  # the default for painted pictures
OPTIMIZE_SIDE = 128  # pixels; with a shorter side the encoder's deepest layer is too small to hold forms


def choose_method(quality: Quality, blend: Iterable[StyleShare]) -> Method:
    """Return the method that makes pictures of a quality; an imported style has a network of its own."""
    if quality is Quality.GOOD:
        return OPTIMIZE_SMALL
    if quality is Quality.BEST:
        return OPTIMIZE
    return IMPORTED if any(share.style.is_imported for share in blend) else FEED_FORWARD


def uses(method: Method, parameter: str) -> bool:
    """Return whether a parameter changes the pictures of a method."""
    return method in USED_BY.get(parameter, METHODS)


def fit_parameters(parameters: Parameters, method: Method) -> Parameters:
    """Return the parameters with defaults for what the method does not use."""
    content = CONTENT if parameters.content is None else parameters.content
    return replace(
        parameters,
        stroke=parameters.stroke if uses(method, "stroke") else 1.0,
        content=content if uses(method, "content") else None,
    )


def check_method(method: Method) -> None:
    """Raise UserError if this worker does not know a method in this version."""
    if method not in METHODS:
        known = ", ".join(f"{each.name} {each.version}" for each in METHODS)
        asked = f"{method.name} {method.version}"
        raise UserError(
            f"this worker draws with {known}, not with {asked}. Install the same pelican-stylize."
        )

"""The methods of stylizing that this version knows. A plan can be made without torch."""

from collections.abc import Iterable

from .entities import Method, StyleShare, digest_of
from .errors import UserError, suggestion

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

FEED_FORWARD = Method(name="feed-forward", version=1, network=digest_of(NETWORK_FILES))
OPTIMIZE = Method(name="optimize", version=2, network=digest_of(ENCODER_FILES))
IMPORTED = Method(name="imported", version=1, network=digest_of({}))  # each style brings its own network

METHODS = {method.name: method for method in (FEED_FORWARD, OPTIMIZE)}  # for authors
DRAWN = (*METHODS.values(), IMPORTED)  # for workers

CONTENT = 0.5  # the default for optimized pictures
OPTIMIZE_SIDE = 128  # pixels; with a shorter side the encoder's deepest layer is too small to hold forms


def find_method(name: str) -> Method:
    """Return the method of this name; raises UserError if there is none."""
    try:
        return METHODS[name]
    except KeyError:
        near = suggestion(name, METHODS, many="methods")
        raise UserError(f"there is no method {name!r}.{near}") from None


def quick_method(blend: Iterable[StyleShare]) -> Method:
    """Return the method that draws a blend in seconds: `IMPORTED` if one of its styles is imported."""
    return IMPORTED if any(share.style.is_imported for share in blend) else FEED_FORWARD


def check_method(method: Method) -> None:
    """Raise UserError if this worker does not know a method in this version."""
    if method not in DRAWN:
        known = ", ".join(f"{each.name} {each.version}" for each in DRAWN)
        asked = f"{method.name} {method.version}"
        raise UserError(
            f"this worker draws with {known}, not with {asked}. Install the same pelican-stylize."
        )

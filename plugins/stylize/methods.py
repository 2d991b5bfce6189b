"""The ways to stylize that this version knows. Pure: the worker's torch is not needed to make a plan."""

from .model import Method, digest_of

# sha256 of the files in engine/weights. The predictor belongs to the method as well: at a strength
# below 1 it reads the photo's own style, and that moves pixels.
NETWORK_FILES = {
    "transformer.safetensors": "d6b29674f28b5fa07d8a942f85955d8f129b1818f5752ec19641afc06129ace5",
    "predictor.safetensors": "569cfb47cfb41bc47efe37b17660e5a0bf3f36108f1b4ff79a55cbfde6b3e8da",
}

FEED_FORWARD = Method(name="feed-forward", version=1, network=digest_of(NETWORK_FILES))

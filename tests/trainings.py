"""A tuning as a worker reports it, for tests of what is done with the report."""

from pelican.plugins.stylize.courses import Training
from pelican.plugins.stylize.methods import NETWORK_FILES

TRAINING = Training(
    level=2,
    steps=250,
    best=225,
    seed=0,
    seconds=231.5,
    device="cpu",
    style_before=0.1928,
    style_after=0.0312,
    content_before=1.4036,
    content_after=0.6512,
    network=NETWORK_FILES["transformer.safetensors"],
    loss_network="VGG-19",
    photos=8,
    photos_digest="d" * 64,
    versions={"torch": "2.14.1", "pillow": "13.0.0"},
)

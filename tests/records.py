"""A photo, an artwork and the record of the picture made from them, as several tests need them."""

from pelican.plugins.stylize.model import Credit
from pelican.plugins.stylize.provenance.record import LABEL, Debt, Drawing, Maker, Record
from pelican.plugins.stylize.statements import LICENSES

PHOTO = Credit(
    title="Mont Saint-Michel",
    creator="Ali Sabbagh",
    license=LICENSES["CC-BY-SA-4.0"],
    date="2019",
    institution="Wikimedia Commons",
    source_url="https://commons.example/mont",
)
ARTWORK = Credit(
    title="The Harvesters",
    creator="Pieter Bruegel the Elder",
    license=LICENSES["CC0-1.0"],
    date="1565",
    institution="Metropolitan Museum of Art, New York, NY",
    accession="19.164",
    source_url="https://met.example/435809",
)
DEBT = Debt(
    slug="harvesters",
    title="The Harvesters",
    part=1.0,
    artwork=ARTWORK,
    artwork_sha256="a" * 64,
    numbers="b" * 64,
    how_made="Predicted from the artwork.",
)
DRAWING = Drawing(
    method="feed-forward",
    method_version=1,
    network="c" * 64,
    strength=1.0,
    long_edge=1600,
    content=None,
    made="2026-11-22T10:00:00+00:00",
    seconds=4.1,
    device="cpu",
    versions={"torch": "2.14.1"},
)
RECORD = Record(
    photo=PHOTO,
    photo_sha256="d" * 64,
    debts=(DEBT,),
    drawing=DRAWING,
    key="e" * 64,
    alt="An island abbey at low tide",
    label=LABEL,
    license=LICENSES["CC-BY-SA-4.0"],
    maker=Maker(name="Ana Sol", url="https://ana.example"),
    site="https://pier.example",
)
PLAIN = Record(photo=PHOTO, photo_sha256="d" * 64, license=PHOTO.license)

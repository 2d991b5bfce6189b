"""A record with every field, as several tests need it."""

from dataclasses import replace

from pelican.plugins.stylize.model import Credit
from pelican.plugins.stylize.provenance.record import LABEL, Debt, Drawing, Maker, Record
from pelican.plugins.stylize.statements import LICENSES

SIDECAR = "https://pier.example/pictures/mont-harvesters-0123456789ab/provenance.jsonld"
RECORD = Record(
    photo=Credit(
        title="Mont Saint-Michel",
        creator="Ali Sabbagh",
        license=LICENSES["CC-BY-4.0"],
        institution="Wikimedia Commons",
        source_url="https://commons.example/wiki/File:Mont.jpg",
    ),
    photo_sha256="d" * 64,
    debts=(
        Debt(
            slug="harvesters",
            title="The Harvesters",
            part=1.0,
            artwork=Credit(
                title="The Harvesters",
                creator="Pieter Bruegel the Elder",
                license=LICENSES["CC0-1.0"],
                date="1565",
                institution="Metropolitan Museum of Art, New York, NY",
                accession="19.164",
                source_url="https://met.example/435809",
            ),
            artwork_sha256="a" * 64,
            numbers="b" * 64,
            how_made="Predicted from the artwork.",
        ),
    ),
    drawing=Drawing(
        method="feed-forward",
        method_version=1,
        network="c" * 64,
        strength=0.7,
        long_edge=1600,
        content=None,
        made="2026-11-22T10:00:00+00:00",
        seconds=4.1,
        device="cpu",
    ),
    key="e" * 64,
    alt="An island abbey at low tide",
    caption="The abbey at harvest time",
    label=LABEL,
    license=LICENSES["CC-BY-4.0"],
    maker=Maker(name="Ana Sol", url="https://ana.example"),
    site="https://pier.example",
)
PLAIN = Record(photo=RECORD.photo, photo_sha256="d" * 64, license=RECORD.photo.license, alt="An abbey")
BLEND = replace(RECORD, debts=tuple(replace(RECORD.debts[0], slug=slug, part=0.25) for slug in "abcd"))


def with_texts(record: Record, text: str, *, link: str = "") -> Record:
    """Return a record in which everything that an author or a collection types is this text."""

    def filled(credit: Credit) -> Credit:
        return replace(
            credit,
            title=text,
            creator=text,
            institution=text,
            accession=text,
            date=text,
            source_url=link or credit.source_url,
        )

    return replace(
        record,
        photo=filled(record.photo),
        debts=tuple(replace(debt, artwork=filled(debt.artwork)) for debt in record.debts),
        alt=text,
        caption=text,
        maker=Maker(name=text, url=link or "https://ana.example"),
    )

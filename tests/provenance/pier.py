"""The record as the tests of files want it: half strength and a caption, and every typed text at will."""

from dataclasses import replace

import records
from pelican.plugins.stylize.model import Credit
from pelican.plugins.stylize.provenance.record import Maker, Record
from pelican.plugins.stylize.statements import LICENSES

SIDECAR = "https://pier.example/pictures/mont-harvesters-0123456789ab/provenance.jsonld"
RECORD = replace(
    records.RECORD,
    photo=replace(
        records.PHOTO,
        license=LICENSES["CC-BY-4.0"],
        date="",
        source_url="https://commons.example/wiki/File:Mont.jpg",
    ),
    drawing=replace(records.DRAWING, strength=0.7, versions=None),
    caption="The abbey at harvest time",
    license=LICENSES["CC-BY-4.0"],
)
PLAIN = replace(records.PLAIN, photo=RECORD.photo, license=RECORD.photo.license, alt="An abbey")
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

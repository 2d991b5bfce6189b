"""The records of whole collections, as museums publish them in tables; pictures are not in them.

Columns as named in the museums' public repositories: https://github.com/metmuseum/openaccess (MetObjects.csv,
its columns as quoted by others in 2026) and https://github.com/ClevelandMuseumArt/openaccess (data.csv, its
columns as db_import/psql.load lists them). Neither file was at hand when this was written.
"""

import csv
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ...model.errors import UserError
from ...storage.atomic_files import display_path
from ..importers.cleveland import MUSEUM as CLEVELAND
from ..importers.dates import make_span, read_span
from ..importers.met import MUSEUM as MET
from ..importers.met import PAGE, POLICY
from ..importers.plain_texts import clean_text, strip_html
from ..importers.statements import state
from ..record import Creator, ImageFile, MuseumRecord, Span

LONGEST_FIELD = 1_000_000  # characters; provenances and citations are long
MET_COLUMNS = ("Object ID", "Is Public Domain", "Title", "Object Date")
CLEVELAND_COLUMNS = ("id", "accession_number", "share_license_status", "title", "creation_date")
POINTER = "version https://git-lfs.github.com/spec/"  # what git leaves where Git LFS is not installed


def read_dump(path: Path, *, only_open: bool = True) -> Iterator[MuseumRecord]:
    """Yield the records of MetObjects.csv or of Cleveland's data.csv; raises UserError for another file.

    only_open: leave out works that the museum does not release; of those it has no pictures to give.
    """
    where = display_path(path)
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            if file.read(len(POINTER)) == POINTER:
                raise UserError(
                    f"{where}: this is a pointer of Git LFS, not the table. Fetch the table: git lfs pull"
                )
            file.seek(0)
            csv.field_size_limit(min(LONGEST_FIELD, sys.maxsize))
            rows = csv.DictReader(file)
            columns = {name.strip() for name in rows.fieldnames or ()}
            if columns.issuperset(MET_COLUMNS):
                read = _read_met
            elif columns.issuperset(CLEVELAND_COLUMNS):
                read = _read_cleveland
            else:
                raise UserError(
                    f"{where}: its columns are neither those of the Met's MetObjects.csv"
                    f" ({', '.join(MET_COLUMNS)}) nor those of Cleveland's data.csv"
                    f" ({', '.join(CLEVELAND_COLUMNS)})."
                )
            for row in rows:
                record = read({str(name).strip(): value or "" for name, value in row.items() if name})
                if record and (not only_open or record.rights.license.family == "PD"):
                    yield record
    except FileNotFoundError:
        raise UserError(f"{where}: there is no such file.") from None
    except csv.Error as error:
        raise UserError(f"{where}: line {rows.line_num} is not CSV: {error}.") from None


def _read_met(row: Mapping[str, str]) -> MuseumRecord | None:
    """Read a row of the Met's table; several values of a field are separated by bars."""
    item = row["Object ID"].strip()
    if not item.isdigit():
        return None
    names, roles, lives, ulan, wikidata = (
        [clean_text(part) for part in row.get(column, "").split("|")]
        for column in (
            "Artist Display Name",
            "Artist Role",
            "Artist Display Bio",
            "Artist ULAN URL",
            "Artist Wikidata URL",
        )
    )
    creators = tuple(
        Creator(
            name=name,
            role="" if (role := _at(roles, index)) == "Artist" else role,
            dates=_at(lives, index),
            uris=tuple(
                uri for uris in (ulan, wikidata) if (uri := _at(uris, index)).startswith(("http:", "https:"))
            ),
        )
        for index, name in enumerate(names)
        if name
    )
    if not creators and (culture := clean_text(row.get("Culture", ""))):
        creators = (Creator(name=culture),)
    is_free = row["Is Public Domain"].strip().lower() == "true"
    date = clean_text(row["Object Date"])
    return MuseumRecord(
        museum=MET.name,
        item=item,
        title=clean_text(row["Title"]) or clean_text(row.get("Object Name", "")),
        page=PAGE.format(item),
        rights=state(
            f"Is Public Domain: {row['Is Public Domain'].strip() or 'not said'}",
            field="Is Public Domain",
            license="CC0-1.0" if is_free else "ALL-RIGHTS-RESERVED",
            reason=POLICY if is_free else "",
        ),
        creators=creators,
        date=date,
        span=_read_years(row, "Object Begin Date", "Object End Date") or read_span(date),
        institution=clean_text(row.get("Repository", "")) or MET.title,
        accession=clean_text(row.get("Object Number", "")),
        medium=clean_text(row.get("Medium", "")),
        description=clean_text(row.get("Tags", "").replace("|", ", ")),
        credit_line=clean_text(row.get("Credit Line", "")),
    )


def _read_cleveland(row: Mapping[str, str]) -> MuseumRecord | None:
    """Read a row of Cleveland's table; its creators stay one text, as the museum writes them."""
    accession, status = clean_text(row["accession_number"]), row["share_license_status"].strip()
    item = accession or row["id"].strip()  # as the importer calls it
    if not item:
        return None
    date = clean_text(row["creation_date"])
    images = [url for name in ("image_print", "image_web") if (url := row.get(name, "").strip())]
    rights = state(status, field="share_license_status", license="CC0-1.0" if status == "CC0" else "")
    record = MuseumRecord(
        museum=CLEVELAND.name,
        item=item,
        title=strip_html(row["title"]),
        page=row.get("url", "").strip() or f"https://clevelandart.org/art/{item}",
        rights=rights,
        date=date,
        span=_read_years(row, "creation_date_earliest", "creation_date_latest") or read_span(date),
        institution="Cleveland Museum of Art",
        accession=accession,
        medium=clean_text(row.get("technique", "")),
        description=strip_html(row.get("digital_description", "") or row.get("wall_description", "")),
        images=tuple(ImageFile(url=url) for url in images),
        thumbnail=row.get("image_web", "").strip(),
        credit_line=clean_text(row.get("creditline", "")),
    )
    creator = clean_text(row.get("creators", "")) or clean_text(row.get("culture", ""))
    return replace(record, creators=(Creator(name=creator),)) if creator else record


def _read_years(row: Mapping[str, str], first: str, last: str) -> Span | None:
    try:
        return make_span(int(float(row.get(first) or 0)), int(float(row.get(last) or 0)))
    except ValueError:
        return None


def _at(values: list[str], index: int) -> str:
    return values[index] if index < len(values) else ""

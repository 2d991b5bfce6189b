"""What is done to pictures on their way out: each gets its record, in its files and beside them."""

from functools import cache
from pathlib import Path

from ..errors import UserError
from ..provenance.record import Record, document_of, read_document
from ..provenance.sidecar import sidecar_of
from ..publications import Publication
from ..publishing import publish
from .run import Run


def publish_pictures(run: Run) -> None:
    """Publish every picture of a run that is not there yet; raises UserError where the disk refuses it."""
    records = [record for drawn in run.all_drawn() for record in drawn.records]
    for record in records:
        run.store.keep_record(record.digest, document_of(record))

    @cache
    def record_of(digest: str) -> Record:
        document = run.store.record(digest)
        try:
            return read_document(document or {})
        except ValueError as error:
            raise UserError(
                f"{run.store.root}: the record {digest[:12]} of a picture cannot be read: {error}. "
                f"Delete {run.store.root}/posts.jsonl and build again."
            ) from error

    def sidecars(publication: Publication) -> str:
        return sidecar_of(record_of(publication.record))

    def finish(publication: Publication, file: Path, data: bytes) -> tuple[bytes, bool]:
        return data, False

    publish(
        run.publications,
        store=run.store,
        output=run.output,
        folder=run.settings.folder,
        site=run.imprint.site,
        sidecars=sidecars,
        finish=finish,
        originals=run.originals(),
    )

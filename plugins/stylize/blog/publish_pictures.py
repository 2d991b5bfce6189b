"""What is done to pictures on their way out: each gets its record, in its files and beside them.

The writers are imported with the first picture that goes out; in most builds none does.
"""

import shutil
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from ..model.errors import UserError
from ..pipeline.publication import SIDECAR, Publication
from ..pipeline.publish import TYPES, publish
from ..provenance.record import Record, make_document, read_document
from ..storage.atomic_files import OUTPUT, display_path, explain_refusals, write_if_new
from .build import Run
from .pages.credits_pages import ROOT

AT_HAND = 16  # records; the files of a picture follow one another


def publish_pictures(run: Run) -> None:
    """Publish every picture of a run that is not there yet; raises UserError where the disk refuses it."""
    records = [record for drawn in run.all_drawn() for record in drawn.records]
    for record in records:
        run.store.keep_record(record.digest, make_document(record))

    @lru_cache(AT_HAND)
    def record_of(digest: str) -> Record:
        document = run.store.record(digest)
        try:
            return read_document(document or {})
        except ValueError as error:
            # It is not there any more, so the next build does not believe the post that was remembered.
            reason = str(error) if document else "it was damaged, or is gone"
            raise UserError(
                f"{display_path(run.store.root)}: the record {digest[:12]} of a picture cannot be used: "
                f"{reason}. "
                "Build again; it is written anew."
            ) from error

    @lru_cache(AT_HAND)
    def make_sidecar(digest: str) -> tuple[str, str]:
        from ..provenance.sidecar import make_sidecar

        text = make_sidecar(record_of(digest))
        return text, sha256(text.encode()).hexdigest()

    def sidecar_url(name: str) -> str:
        return f"{run.imprint.site}/{run.settings.folder}/{name}/{SIDECAR}" if run.imprint.site else ""

    @lru_cache(AT_HAND)
    def packets(digest: str, name: str, is_full: bool) -> bytes:
        from ..provenance.xmp import make_packet

        # The sidecar lies in the same folder, wherever that is copied to.
        return make_packet(record_of(digest), full=is_full, sidecar=sidecar_url(name) or SIDECAR)

    def finish(publication: Publication, file: Path, data: bytes) -> tuple[bytes, bool]:
        from ..images.metadata_embedding import embed
        from ..provenance.exif import make_exif
        from ..provenance.xmp import FULL_WIDTH

        record = record_of(publication.record)
        xmp = packets(publication.record, publication.name, int(file.stem) >= FULL_WIDTH)
        try:
            data = embed(data, xmp=xmp, exif=make_exif(record))
        except ValueError as error:
            shutil.rmtree(file.parent, ignore_errors=True)
            raise UserError(
                f"{display_path(file)}: the rendition is damaged and is removed: {error}. "
                "Build again; it is made anew."
            ) from error
        if run.signer is None:
            return data, False
        from ..provenance.c2pa.signed_files import sign_cached

        sidecar = sidecar_url(publication.name)
        signed = sign_cached(
            data,
            mime=TYPES[file.suffix],
            record=record,
            sidecar=sidecar,
            sidecar_sha256=make_sidecar(publication.record)[1] if sidecar else "",
            signer=run.signer,
            store=run.store,
        )
        return signed, True

    publish(
        run.publications,
        store=run.store,
        output=run.output,
        folder=run.settings.folder,
        site=run.imprint.site,
        sidecars=lambda publication: make_sidecar(publication.record)[0],
        finish=finish,
        originals=run.originals(),
    )
    if run.signer and run.signer.keys.root.is_file():  # there is none with a certificate that was bought
        with explain_refusals(run.output, doing="publishing the root certificate", setting=OUTPUT):
            write_if_new(run.output / ROOT, run.signer.keys.root.read_text("ascii"))

"""Publishes the pictures, each with its record: embedded in the files, and as a sidecar in their folder.

The modules that write records are imported with the first picture to publish; most builds publish none.
"""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from ..pipeline.publication import SIDECAR, Publication, Stale
from ..pipeline.publish import TYPES, has_published, prune, publish
from ..provenance.record import Record, make_document, read_document
from ..storage.atomic_files import OUTPUT, explain_refusals, write_if_new
from ..storage.checked_files import DamagedError
from .build_state import BuildState

ROOT = "provenance/root.pem"  # in output/
CACHED = 16  # records; the files of a picture follow one another


def withdraw_pictures(state: BuildState) -> None:
    """Remove the pictures of earlier builds from a site in which no post asks for one any more."""
    if not has_published(state.output):
        return
    publish((), store=state.store, output=state.output, folder=state.settings.folder)
    prune(state.pictures, keep=())


def publish_pictures(state: BuildState) -> Stale:
    """Publish every picture of a run that is not published yet; raises UserError if the disk refuses it.

    Returns what could not be published, see `pipeline.publish.publish`.
    """
    urls = state.place.urls
    records = {record.digest: record for rendered in state.all_rendered for record in rendered.records}
    for record in records.values():
        state.store.keep_record(record.digest, make_document(record))

    @lru_cache(CACHED)
    def load_record(digest: str) -> Record:
        document = state.store.record(digest)
        if document is None and digest in records:
            document = make_document(records[digest])
            state.store.keep_record(digest, document)
        if document is None:
            raise DamagedError("the record is missing or damaged")
        try:
            return read_document(document)
        except ValueError as error:
            raise DamagedError(f"the record cannot be used: {error}") from error

    @lru_cache(CACHED)
    def make_sidecar(digest: str) -> tuple[str, str]:
        from ..provenance.sidecar import make_sidecar

        text = make_sidecar(
            load_record(digest),
            style_url=urls.of_style,
            networks_url=f"{urls.provenance}#networks" if urls.provenance else "",
        )
        return text, sha256(text.encode()).hexdigest()

    def sidecar_url(name: str) -> str:
        return (
            f"{state.identity.site}/{state.settings.folder}/{name}/{SIDECAR}" if state.identity.site else ""
        )

    @lru_cache(CACHED)
    def make_xmp(digest: str, name: str, is_full: bool) -> bytes:
        from ..provenance.xmp import make_packet

        # The sidecar is in the same folder, wherever the folder is copied to.
        return make_packet(load_record(digest), full=is_full, sidecar=sidecar_url(name) or SIDECAR)

    def finish(publication: Publication, name: str, data: bytes) -> tuple[bytes, bool]:
        from ..images.metadata_embedding import embed
        from ..provenance.exif import make_exif
        from ..provenance.xmp import FULL_WIDTH

        record = load_record(publication.record)
        file = Path(name)
        xmp = make_xmp(publication.record, publication.name, int(file.stem) >= FULL_WIDTH)
        data = embed(data, xmp=xmp, exif=make_exif(record))
        if state.signer is None:
            return data, False
        from ..provenance.c2pa.signed_files import sign_cached

        sidecar = sidecar_url(publication.name)
        signed = sign_cached(
            data,
            mime=TYPES[file.suffix],
            record=record,
            sidecar=sidecar,
            sidecar_sha256=make_sidecar(publication.record)[1] if sidecar else "",
            signer=state.signer,
            store=state.store,
        )
        return signed, True

    stale = publish(
        state.shown,
        store=state.store,
        output=state.output,
        folder=state.settings.folder,
        site=state.identity.site,
        sidecars=lambda publication: make_sidecar(publication.record)[0],
        finish=finish,
        originals=state.originals,
        unlisted=state.unlisted,
        static=state.static_pictures,
    )
    if state.signer and state.signer.keys.root.is_file():  # missing if the certificate was bought
        with explain_refusals(state.output, doing="publishing the root certificate", setting=OUTPUT):
            write_if_new(state.output / ROOT, state.signer.keys.root.read_text("ascii"))
    return stale

"""Sign each file once: a signature contains random numbers, so it would change with every build."""

import hashlib
from pathlib import Path
from typing import Protocol

from ...model.entities import digest_of
from ..record import Record
from .signer import Signer


class SignedFiles(Protocol):
    """Keeps signed files between builds; the store is one."""

    def signed(self, name: str) -> Path | None:
        """Return the signed file of that name, or None if there is none."""

    def adopt_signed(self, name: str, data: bytes, *, photo: str) -> Path:
        """Keep a signed file; returns the path of the kept one."""


def sign_cached(
    data: bytes,
    *,
    mime: str,
    record: Record,
    sidecar: str = "",
    sidecar_sha256: str = "",
    signer: Signer,
    store: SignedFiles,
) -> bytes:
    """Return a signed file, from the store if it was signed before. Nothing may change a file afterwards.

    data: with its metadata in it. sidecar: URL of the record as JSON-LD; sidecar_sha256: of its bytes.
    Raises UserError if the key cannot sign or the disk refuses the file.
    """
    name = digest_of(
        {
            "file": hashlib.sha256(data).hexdigest(),
            "mime": mime,
            "record": record.digest,
            "sidecar": [sidecar, sidecar_sha256],
            "signer": signer.digest,
        }
    )
    path = store.signed(name)
    if path is None:
        signed = signer.sign(data, mime=mime, record=record, sidecar=sidecar, sidecar_sha256=sidecar_sha256)
        path = store.adopt_signed(name, signed, photo=record.photo.title or "picture")
    return path.read_bytes()

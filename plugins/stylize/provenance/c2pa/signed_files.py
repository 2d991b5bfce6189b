"""Each file is signed once: a signature holds random numbers, and would change with every build."""

import hashlib
from pathlib import Path
from typing import Protocol

from ...model.entities import digest_of
from ..record import Record
from .signer import Signer


class SignedFiles(Protocol):
    """Where signed files rest between builds; the store is one."""

    def signed(self, name: str) -> Path | None:
        """Return the signed file of that name, or None where there is none."""

    def adopt_signed(self, name: str, data: bytes, *, photo: str) -> Path:
        """Keep a signed file for good; returns where the one lies that is kept."""


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
    """Return a file signed, out of the store where this was done before; the last thing done to a file.

    data: with its metadata in it. sidecar: URL of the record as JSON-LD; sidecar_sha256: of its bytes.
    Raises UserError where the key cannot sign or the disk refuses what was signed.
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

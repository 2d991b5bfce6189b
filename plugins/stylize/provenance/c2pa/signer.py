"""Content Credentials: the author signs each published file, as the very last thing that happens to it.

A signature proves that a file is as its signer left it, and nothing about who that is: the root of the key is
the author's own, so readers say "valid, issuer unknown". Whatever touches a file afterwards breaks it.
"""

import io
import logging
from collections.abc import Iterable
from functools import cached_property
from importlib import util
from pathlib import Path
from typing import Any

from ...model.entities import digest_of
from ...model.errors import UserError
from ...model.version import SOFTWARE, installed_version
from ...storage.atomic_files import display_path
from ..record import Record
from .certificates import MISSING, PURPOSES
from .keys import NEW_KEY, Keys, read_keys
from .manifest import SPECIFICATION, VERSION, make_manifest

logger = logging.getLogger(__name__)

OFF, IF_KEY, REQUIRED = "off", "if-key", "required"

SETTINGS = {
    "version": 1,
    # A thumbnail would carry the photo itself, as it was before, in 10 to 600 % more bytes.
    "builder": {"thumbnail": {"enabled": False}},
    "verify": {"verify_after_sign": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
    "trust": {"trust_config": "\n".join(PURPOSES)},
}


def open_signer(mode: str, folder: Path, *, outside: Iterable[Path] = ()) -> "Signer | None":
    """Return who signs the pictures of this build, or None where they stay unsigned; asked first of all.

    mode: "off", "if-key" or "required". folder: where the key lies. outside: folders of the site, in which it
    may not lie. Raises UserError where a key is there and may not be used, and where "required" finds none.
    """
    if mode == OFF:
        return None
    keys = read_keys(folder, outside=outside)
    if keys is None:
        if mode == REQUIRED:
            raise UserError(
                f"STYLIZE['c2pa'] is 'required', but there is no key in {display_path(folder)}. Make "
                f"one: {NEW_KEY}"
            )
        return None
    if not _is_installed():
        if mode == REQUIRED:
            raise UserError(f"STYLIZE['c2pa'] is 'required', but signing {MISSING}")
        logger.warning(
            "%s: there is a key, but signing %s. Pictures stay unsigned.", display_path(folder), MISSING
        )
        return None
    return Signer(keys)


class Signer:
    """The author, with the key at hand, which is read with the first file; threads may share one."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys

    @cached_property
    def digest(self) -> str:
        """The sha256 of all that decides a signature beside the file and its record."""
        return digest_of({"certificate": self._certificate.decode(), "manifest": VERSION})

    def sign(
        self, data: bytes, *, mime: str, record: Record, sidecar: str = "", sidecar_sha256: str = ""
    ) -> bytes:
        """Return a file with its manifest in it: the same pixels and the same XMP, other bytes every time.

        data: a finished JPEG, PNG, WebP or AVIF. sidecar and its digest: see `manifests.manifest_of`.
        Raises UserError where the key cannot sign.
        """
        manifest = make_manifest(
            record,
            mime=mime,
            version=installed_version(),
            sidecar=sidecar,
            sidecar_sha256=sidecar_sha256,
        )
        return self._signed(data, manifest, mime=mime)

    def check(self) -> None:
        """Sign a pixel for nobody; raises UserError where the key does not fit its certificate.

        It loads the library, 40 ms: for builds that are going to draw, and should not find out at the end.
        """
        self._signed(bytes.fromhex(_PIXEL), _NOTHING_DONE, mime="image/png")

    def _signed(self, data: bytes, manifest: dict[str, Any], *, mime: str) -> bytes:
        import c2pa

        signed = io.BytesIO()
        try:
            with c2pa.Builder(manifest, self._context) as builder:
                builder.sign(mime, io.BytesIO(data), signed)
        except c2pa.C2paError.Signature as error:
            raise self._refusal(error) from None
        return signed.getvalue()

    @cached_property
    def _certificate(self) -> bytes:
        return self.keys.certificate.read_bytes()

    @cached_property
    def _context(self) -> Any:
        import c2pa

        try:
            info = c2pa.C2paSignerInfo("es256", self._certificate, self.keys.private_key.read_bytes(), None)
            return c2pa.Context.from_dict(SETTINGS, signer=c2pa.Signer.from_info(info))
        except c2pa.C2paError as error:
            raise self._refusal(error) from None

    def _refusal(self, error: Exception) -> UserError:
        """Say that this key cannot sign. The library's words name what is wrong, never the key itself."""
        return UserError(
            f"{display_path(self.keys.folder)}: this key cannot sign ({error}). Key and certificate "
            "must belong"
            f" together, on the curve P-256. Bring them back from your copy, or make new ones: {NEW_KEY}"
        )


def _is_installed() -> bool:
    try:
        return util.find_spec("c2pa") is not None
    except (ImportError, ValueError):
        return False


_NOTHING_DONE = {
    "claim_generator_info": [{"name": SOFTWARE, "specVersion": SPECIFICATION}],
    "assertions": [
        {
            "label": "c2pa.actions.v2",
            "created": True,
            "data": {
                "actions": [
                    {
                        "action": "c2pa.created",
                        "digitalSourceType": "http://c2pa.org/digitalsourcetype/empty",
                    }
                ]
            },
        }
    ],
}
_PIXEL = (  # a PNG of one black pixel
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a4944415478da6360"
    "000000020001e527defc0000000049454e44ae426082"
)

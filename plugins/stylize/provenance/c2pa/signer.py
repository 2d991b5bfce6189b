"""Content Credentials: the author signs each published file, as the last step.

A signature proves that a file is as its signer left it, but not who the signer is: the root of the key is the
author's own, so readers report "valid, issuer unknown". Any later change of the file breaks the signature.
"""

import io
import logging
from collections.abc import Iterable
from functools import cached_property
from importlib import util
from pathlib import Path
from typing import Any

from ...model.command_name import command
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
    # A thumbnail would contain the original photo, and add 10 to 600 % of bytes.
    "builder": {"thumbnail": {"enabled": False}},
    "verify": {"verify_after_sign": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
    "trust": {"trust_config": "\n".join(PURPOSES)},
}


def open_signer(mode: str, folder: Path, *, outside: Iterable[Path] = ()) -> "Signer | None":
    """Return the signer of this build's pictures, or None if they stay unsigned; called first.

    mode: "off", "if-key" or "required". folder: of the key. outside: folders of the site; the key must not
    lie in them. Raises UserError if a key must not be used, or if "required" finds none.
    """
    if mode == OFF:
        return None
    keys = read_keys(folder, outside=outside)
    if keys is None:
        if mode == REQUIRED:
            raise UserError(
                f"STYLIZE['c2pa'] is 'required', but there is no key in {display_path(folder)}."
                f" Make one: {command(NEW_KEY)}"
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
    """Signs with the author's key, which is loaded with the first file; threads may share a signer."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys

    @cached_property
    def digest(self) -> str:
        """The sha256 of what decides a signature, besides the file and its record."""
        return digest_of({"certificate": self._certificate.decode(), "manifest": VERSION})

    def sign(
        self, data: bytes, *, mime: str, record: Record, sidecar: str = "", sidecar_sha256: str = ""
    ) -> bytes:
        """Return a file with its manifest: the same pixels and the same XMP, but other bytes every time.

        data: a finished JPEG, PNG, WebP or AVIF. sidecar and its digest: see `make_manifest`.
        Raises UserError if the key cannot sign.
        """
        manifest = make_manifest(
            record,
            mime=mime,
            version=installed_version(),
            sidecar=sidecar,
            sidecar_sha256=sidecar_sha256,
        )
        return self._sign(data, manifest, mime=mime)

    def check(self) -> None:
        """Sign a test image; raises UserError if the key does not fit its certificate.

        Loading the library takes 40 ms: for builds that make pictures, which should fail at the start.
        """
        self._sign(bytes.fromhex(_TEST_IMAGE), _TEST_MANIFEST, mime="image/png")

    def _sign(self, data: bytes, manifest: dict[str, Any], *, mime: str) -> bytes:
        import c2pa

        signed = io.BytesIO()
        try:
            with c2pa.Builder(manifest, self._context) as builder:
                builder.sign(mime, io.BytesIO(data), signed)
        except c2pa.C2paError.Signature as error:
            raise self._make_error(error) from None
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
            raise self._make_error(error) from None

    def _make_error(self, error: Exception) -> UserError:
        """Return the error for a key that cannot sign. The library never names the key itself."""
        return UserError(
            f"{display_path(self.keys.folder)}: this key cannot sign ({error}). Key and certificate must"
            " belong together, on the curve P-256."
            f" Bring them back from your copy, or make new ones: {command(NEW_KEY)}"
        )


def _is_installed() -> bool:
    try:
        return util.find_spec("c2pa") is not None
    except (ImportError, ValueError):
        return False


_TEST_MANIFEST = {
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
_TEST_IMAGE = (  # a PNG of one black pixel
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a4944415478da6360"
    "000000020001e527defc0000000049454e44ae426082"
)

"""The author's own key: made once, kept outside the site, and checked before anything is signed.

    <folder>/signing.key      the private key, readable by its owner only
             certificate.pem  says whose key it is; travels in every signed file
             root.pem         signed the certificate; published, so that anyone can check

The root's own private key signs one certificate and is discarded without being saved: nobody can make a
second certificate in the author's name. The price is that a new key comes with a new root.
"""

import os
import shlex
import stat
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ...model.command_name import command
from ...model.errors import UserError
from ...storage.atomic_files import display_path
from .certificates import make_certificates, read_validity

PRIVATE_KEY = "signing.key"
CERTIFICATE = "certificate.pem"
ROOT = "root.pem"

NEW_KEY = 'provenance.keygen --name "Your Name"'

# Without a time stamp of an authority, readers call a picture invalid once its certificate has expired
# (c2pa-rs 0.91), and a blog may live long. The profile of C2PA sets no limit (2.4, section 14.5.1).
YEARS = 25
LONGEST_NAME = 50  # bytes; a certificate has room for 64 (RFC 5280, appendix A.1), and the root adds a word


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The paths of a key and its certificates; never the key itself."""

    folder: Path
    expires: datetime  # UTC

    @property
    def private_key(self) -> Path:
        """The file of the private key."""
        return self.folder / PRIVATE_KEY

    @property
    def certificate(self) -> Path:
        """The file of the certificate, with intermediate certificates, if any."""
        return self.folder / CERTIFICATE

    @property
    def root(self) -> Path:
        """The file of the root; it may be missing if the certificate was bought."""
        return self.folder / ROOT


def make_keys(folder: Path, *, name: str, outside: Iterable[Path] = ()) -> Keys:
    """Make a key, its certificate and a root in a folder, which need not exist.

    name: whose pictures it will sign, as readers will see it. outside: folders of the site; a key must not
    lie in them. Raises UserError if there is a key already or the extra [c2pa] is missing.
    """
    name = " ".join(name.split())
    if not name or not name.isprintable():
        raise UserError('--name is empty, but says whose pictures the key signs. Write: --name "Your Name"')
    if len(name.encode()) > LONGEST_NAME:
        raise UserError(
            f"--name has {len(name.encode())} bytes, but a certificate has room for {LONGEST_NAME}."
            " Shorten it."
        )
    _refuse_inside(folder, outside=outside)
    for parent in (folder.resolve(), *folder.resolve().parents):
        if (parent / ".git").exists():
            raise UserError(
                f"{display_path(folder)}: this is inside a Git repository ({display_path(parent)}), where a"
                " private key gets committed sooner or later. Name a folder outside of it."
            )
    for file in (PRIVATE_KEY, CERTIFICATE, ROOT):
        if os.path.lexists(folder / file):
            raise UserError(
                f"{display_path(folder / file)}: there is a key already, and none is overwritten."
                " Name another folder, or move this one away."
            )
    made = make_certificates(name, years=YEARS)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        if not folder.is_dir():
            folder.mkdir(mode=0o700)
        _write_new(folder / ROOT, made.root, mode=0o644)
        _write_new(folder / CERTIFICATE, made.certificate, mode=0o644)
        _write_new(folder / PRIVATE_KEY, made.private_key, mode=0o600)
    except OSError as error:
        raise UserError(f"{display_path(folder)}: the key cannot be written: {error.strerror}.") from error
    return Keys(folder=folder, expires=made.expires)


def read_keys(folder: Path, *, outside: Iterable[Path] = ()) -> Keys | None:
    """Return the key of a folder, or None if there is none.

    Raises UserError if it must not be used: others can read it, it lies inside the site, or its certificate
    is missing, unreadable or not valid now. The private key itself is not read.
    """
    key, certificate = folder / PRIVATE_KEY, folder / CERTIFICATE
    try:
        mode = stat.S_IMODE(key.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UserError(f"{display_path(key)}: the key cannot be reached: {error.strerror}.") from error
    _refuse_inside(folder, outside=outside)
    if mode & 0o077 and sys.platform != "win32":  # where the mode says nothing about who can read a file
        raise UserError(
            f"{display_path(key)}: others on this machine can read this private key (its mode is {mode:04o})."
            f" Type: chmod 600 {shlex.quote(str(key))}"
        )
    try:
        begins, expires = read_validity(certificate.read_text("ascii"))
    except OSError as error:
        raise UserError(
            f"{display_path(certificate)}: the certificate of the key cannot be read: {error.strerror}."
            " Bring it back from your copy of this folder."
        ) from error
    except ValueError:
        raise UserError(
            f"{display_path(certificate)}: this is not a certificate in PEM."
            " Bring it back from your copy of this folder."
        ) from None
    now = datetime.now(UTC)
    if now >= expires:
        raise UserError(
            f"{display_path(certificate)}: this certificate expired on {expires:%Y-%m-%d}, and readers would"
            " call every picture invalid."
            f" Move the folder away, make a new key ({command(NEW_KEY)}), and publish again."
        )
    if now < begins:
        raise UserError(
            f"{display_path(certificate)}: this certificate is valid from {begins:%Y-%m-%d} on."
            " Is the clock of this machine right?"
        )
    return Keys(folder=folder, expires=expires)


def _refuse_inside(folder: Path, *, outside: Iterable[Path]) -> None:
    real = folder.resolve()
    for place in outside:
        if real.is_relative_to(place.resolve()):
            raise UserError(
                f"{display_path(folder)}: this is inside the site ({display_path(place)}), where a private"
                " key gets published or committed sooner or later. Name a folder outside of it."
            )


def _write_new(path: Path, data: bytes, *, mode: int) -> None:
    """Create a file, with its mode from the first byte on."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)

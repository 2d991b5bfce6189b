"""From an artwork to a style: the numbers that make the network paint like it."""

import hashlib
import re
from pathlib import Path
from typing import Protocol

from .disk import explain_refusals
from .errors import UserError
from .library import digest_of_numbers, read_record


class Predictor(Protocol):
    """Whoever reads a style from a picture: `executors.local.LocalExecutor`."""

    def predict(self, artwork: Path, target: Path, *, digest: str) -> None: ...


def predict_style(folder: Path, predictor: Predictor, *, shown: str) -> str:
    """Write a style's numbers and name them in its style.toml; returns their digest.

    shown: the folder as the author knows it. Raises UserError where the record is not whole.
    """
    if not folder.is_dir():
        raise UserError(f"{shown}: there is no such style. Make the folder, with style.toml and artwork.jpg.")
    read_record(folder, shown=shown)
    artwork = folder / "artwork.jpg"
    coming = folder / ".style.safetensors"
    with explain_refusals(folder, doing="storing the numbers of a style"):
        try:
            predictor.predict(artwork, coming, digest=hashlib.sha256(artwork.read_bytes()).hexdigest())
            digest = digest_of_numbers(coming, shown=f"{shown}/style.safetensors")
            _name_digest(folder / "style.toml", digest, shown=shown)
            coming.chmod(0o644)  # safetensors writes for its owner alone; a style is for everyone
            coming.replace(folder / "style.safetensors")
        finally:
            coming.unlink(missing_ok=True)
    return digest


_DIGEST_LINE = re.compile(r'^(digest\s*=\s*)"[^"\n]*"', re.MULTILINE)


def _name_digest(path: Path, digest: str, *, shown: str) -> None:
    """Put the digest into the [model] table and leave every other line, comments too, as it is."""
    text = path.read_text("utf-8")
    head, table, rest = text.partition("[model]")
    if _DIGEST_LINE.search(rest):
        rest = _DIGEST_LINE.sub(rf'\1"{digest}"', rest, count=1)
    elif table:
        rest = f'\ndigest = "{digest}"{rest}'
    coming = path.with_name(".style.toml")
    coming.write_text(head + table + rest, "utf-8")
    coming.replace(path)

"""The cost of signing: the first build of a site, one with nothing new, and one into an empty output.

Prints a Markdown table: seconds of wall time, how many files were signed and how many were published. A post
is as in bench/warm.py, with two small pictures; each is published with the photo it was made from. Needs the
extra c2pa, and `cryptography` to make a key.

    python bench/signed.py [PICTURES]      default: 1000
"""

import json
import shutil
import sys
import tempfile
import time
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from _machine import machine
from pelican.plugins.stylize.provenance.c2pa.keys import keygen
from warm import CONFIGURATION, FILLING, WITH, build, make_blog


def main(pictures: int) -> None:
    """Measure a blog of this many stylized pictures and print the table."""
    if not (find_spec("c2pa") and find_spec("cryptography")):
        print("Not measured: it takes pip install 'pelican-stylize[c2pa]'")
        return
    print(f"{machine()}\n")
    print("| build | seconds | files signed | files published | files that differ |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as keys:
        blog = Path(folder)
        make_blog(blog, pictures // 2)
        keygen(Path(keys) / "blog", name="Bench")
        signing = f'STYLIZE |= {{"c2pa": "required", "c2pa_folder": {str(Path(keys) / "blog")!r}}}\n'
        (blog / "with" / "fill.py").write_text(CONFIGURATION + WITH + FILLING + signing)
        output = blog / "with" / "output"
        signed: set[str] = set()
        before: dict[str, str] = {}
        for name in ("first", "nothing new", "into an empty output"):
            if name == "into an empty output":
                shutil.rmtree(output)
            begun = time.perf_counter()
            build(blog, "with/fill.py")
            seconds = time.perf_counter() - begun
            entries = {path.name for path in (blog / "with" / ".stylize" / "signed").glob("*/*")}
            after = everything(output)
            differ = len(dict(before.items() ^ after.items())) if before else ""
            cells = (name, f"{seconds:.1f}", len(entries - signed), files_in(output), differ)
            print("|", " | ".join(map(str, cells)), "|", flush=True)
            signed, before = entries, after


def everything(output: Path) -> dict[str, str]:
    """Return the digest of each published picture file."""
    files = (path for path in (output / "pictures").rglob("*") if path.is_file())
    return {str(path): sha256(path.read_bytes()).hexdigest() for path in files}


def files_in(output: Path) -> int:
    """Return how many files the index of a site names."""
    index = json.loads((output / "provenance" / "index.json").read_text("utf-8"))
    return sum(len(picture["files"]) for picture in index["pictures"])


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1000)

"""Signs pictures for readers that are not ours: samples.py FOLDER, with tests/ on the path."""

import sys
from pathlib import Path

import records
import signing
from pelican.plugins.stylize.provenance.content_credentials import open_signer
from pelican.plugins.stylize.provenance.keys import keygen

folder = Path(sys.argv[1])
signer = open_signer("required", keygen(folder / "key", name="Ana Sol").folder)
assert signer is not None
for name in ("whole", "touched"):
    (folder / name).mkdir()
for format, mime in signing.MIMES.items():
    for name, record in (("stylized", records.RECORD), ("plain", records.PLAIN)):
        signed = signer.sign(
            signing.sample(format),
            mime=mime,
            record=record,
            sidecar="https://pier.example/mont.jsonld",
            sidecar_sha256="f" * 64,
        )
        file = f"{name}{signing.SUFFIXES[format]}"
        (folder / "whole" / file).write_bytes(signed)
        (folder / "touched" / file).write_bytes(signed.replace(b"after Bruegel", b"after Brueghe"))

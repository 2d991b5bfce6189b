"""The check of a signature: valid, invalid, or not possible without the extra."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from fixtures.built_site import STYLIZED, build, make_index
from fixtures.pier_record import RECORD
from pelican.plugins.stylize.provenance.c2pa.keys import make_keys
from pelican.plugins.stylize.provenance.c2pa.signer import open_signer
from pelican.plugins.stylize.provenance.verify.site_check import verify_files

pytest.importorskip("c2pa", reason="the extra [c2pa] is not installed")
pytest.importorskip("cryptography", reason="the extra [c2pa] is not installed")

NAME = f"{STYLIZED}/480.jpg"


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """A site with one signed file."""
    site = build(tmp_path_factory.mktemp("signed") / "output")
    keys = make_keys(tmp_path_factory.mktemp("home") / "keys", name="Ana Sol")
    signer = open_signer("required", keys.folder)
    data = (site / NAME).read_bytes()
    publish(site, signer.sign(data, mime="image/jpeg", record=RECORD))
    return site


def publish(site: Path, data: bytes) -> None:
    """Put the bytes of the file into the site, and what an index says of them."""
    (site / NAME).write_bytes(data)
    index = json.loads((site / "provenance" / "index.json").read_text())
    for file in index["pictures"][0]["files"]:
        if file["path"] == NAME:
            file |= {"sha256": sha256(data).hexdigest(), "signed": True}
    (site / "provenance" / "index.json").write_bytes(make_index(index["pictures"]))


def test_a_signature_that_holds_is_valid(site):
    (row,) = verify_files(site, site / NAME)
    assert (row.faults, row.results["signature"]) == ([], "valid")


def test_a_picture_changed_after_it_was_signed_is_reported_even_if_the_index_was_changed_too(site):
    data = (site / NAME).read_bytes()
    at = len(data) - 20
    publish(site, data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    (row,) = verify_files(site, site / NAME)
    assert row.faults == ["its signature is not valid: assertion.dataHash.mismatch"]
    assert row.results["signature"] == "FAULT"

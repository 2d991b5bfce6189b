"""A site whose author has a key: every file is signed once, last of all, and stays as it is."""

import hashlib
import json
import shutil

import pytest

pytest.importorskip("c2pa", reason="needs the extra c2pa")
pytest.importorskip("cryptography", reason="needs the extra c2pa")

from pelican.plugins.stylize.provenance.c2pa.keys import make_keys
from pelican.plugins.stylize.provenance.verify.site_check import verify_files

PIER = "pier.jpg | A wooden pier"


def everything(built):
    files = (path for path in built.output.rglob("*") if path.is_file())
    return {str(path.relative_to(built.output)): hashlib.sha256(path.read_bytes()).digest() for path in files}


@pytest.fixture
def signed(blog, tmp_path_factory):
    keys = tmp_path_factory.mktemp("keys") / "pier"
    make_keys(keys, name="Ana Sol")
    blog.stylize.update(c2pa="required", c2pa_folder=str(keys))
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    return blog


def test_every_file_of_a_site_is_signed_and_holds_against_the_root_that_the_site_publishes(signed):
    built = signed.build()
    assert built.code == 0, built.printed
    files = [f for p in json.loads(built.page("provenance/index.json"))["pictures"] for f in p["files"]]
    assert len(files) >= 8 and all(file["signed"] for file in files)
    rows = list(verify_files(built.output, built.output))
    assert {row.results["signature"] for row in rows if row.kind == "picture"} == {"valid"}
    assert [fault for row in rows for fault in row.faults] == []
    page = built.page("provenance/index.html")
    assert 'href="/provenance/root.pem"' in page and "SHA-256 fingerprint is <code>" in page
    assert "Its files are signed" in built.page("pier.html")


def test_a_rebuild_from_nothing_signs_nothing_and_changes_no_byte(signed):
    first = everything(signed.build())
    kept = sorted((signed.root / ".stylize/signed").rglob("*"))
    shutil.rmtree(signed.root / "output")
    assert everything(signed.build()) == first
    assert sorted((signed.root / ".stylize/signed").rglob("*")) == kept


def test_a_picture_that_was_edited_after_the_build_is_named(signed):
    built = signed.build()
    (path,) = built.output.glob("pictures/pier-harvesters-*/300.jpg")
    data = bytearray(path.read_bytes())
    data[-100] ^= 1
    path.write_bytes(data)
    faulty = [row for row in verify_files(built.output, built.output) if row.faults]
    assert [row.path for row in faulty] == [str(path.relative_to(built.output))]


def test_turning_signing_on_signs_what_was_published_before(signed):
    signed.stylize.update(c2pa="off")
    signed.build()
    signed.stylize.update(c2pa="required")
    rows = list(verify_files(signed.root / "output", signed.build().output))
    assert {row.results["signature"] for row in rows if row.kind == "picture"} == {"valid"}


def test_a_build_that_must_sign_and_has_no_key_ends_before_any_picture_is_made(blog, tmp_path_factory):
    blog.stylize.update(c2pa="required", c2pa_folder=str(tmp_path_factory.mktemp("none") / "keys"))
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    built = blog.build()
    assert built.code == 2
    assert "STYLIZE['c2pa'] is 'required', but there is no key in " in built.printed
    assert "Traceback" not in built.printed
    assert not (blog.root / "drawn.log").exists()

"""Signed files, read by the library that signs and by one that shares no code with it."""

import hashlib
import io
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest
from fixtures import c2pa_keys, records
from fixtures.program import run_python
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.provenance.c2pa.keys import make_keys
from pelican.plugins.stylize.provenance.c2pa.manifest import make_manifest
from pelican.plugins.stylize.provenance.c2pa.signed_files import sign_cached
from pelican.plugins.stylize.provenance.c2pa.signer import open_signer
from pelican.plugins.stylize.provenance.verify.c2pa_check import SignatureReport, check_signature
from pelican.plugins.stylize.storage.store import Store
from PIL import Image

ROOT = Path(__file__).parents[3]
FORMATS = list(c2pa_keys.MIMES)
SIDECAR = {
    "sidecar": "https://pier.example/pictures/mont.jsonld",
    "sidecar_sha256": hashlib.sha256(b"{}").hexdigest(),
}

pytest.importorskip("c2pa", reason="the extra [c2pa] is not installed")
pytest.importorskip("cryptography", reason="the extra [c2pa] is not installed")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A folder with Ana's key."""
    return make_keys(tmp_path_factory.mktemp("home") / "keys", name="Ana Sol").folder


@pytest.fixture(scope="module")
def root(folder) -> str:
    return (folder / "root.pem").read_text()


@pytest.fixture(scope="module")
def signer(folder):
    return open_signer("required", folder)


@pytest.fixture(scope="module")
def files(signer) -> dict[str, bytes]:
    """A signed file of each format."""
    return {
        format: signer.sign(c2pa_keys.sample(format), mime=mime, record=records.RECORD, **SIDECAR)
        for format, mime in c2pa_keys.MIMES.items()
    }


@pytest.mark.parametrize("format", FORMATS)
def test_two_readers_find_a_signed_file_whole(files, root, format):
    mime = c2pa_keys.MIMES[format]
    assert c2pa_keys.read_by_sdk(files[format], mime) == ("Valid", {"signingCredential.untrusted"})
    assert c2pa_keys.read_by_sdk(files[format], mime, anchors=root) == ("Trusted", set())
    report = c2pa_keys.read_by_encypher(files[format], mime, anchors=root)
    assert (report["integrity"], report["signature"], report["hard_binding"]) == ("valid", "valid", "match")
    assert report["trust"]["status"] == "valid_for_supplied_material"
    assert c2pa_keys.failures_of(report) == set()


@pytest.mark.parametrize("format", FORMATS)
def test_signing_moves_no_pixel_and_leaves_the_metadata_as_it_is(files, format):
    assert c2pa_keys.pixels(files[format]) == c2pa_keys.pixels(c2pa_keys.sample(format))
    assert c2pa_keys.XMP in files[format]


@pytest.mark.parametrize("format", FORMATS)
def test_a_signature_weighs_less_than_8_kilobytes(signer, files, format):
    assert len(files[format]) - len(c2pa_keys.sample(format)) < 6_000
    long = "Чайка над молом <&\"'> 😀 " * 100
    page = f"https://commons.example/{'p' * 270}"
    ingredients = (
        replace(records.INGREDIENT, artwork=replace(records.ARTWORK, title=long, source_url=page)),
    ) * 4
    wordy = replace(
        records.RECORD, photo=replace(records.PHOTO, title=long, source_url=page), ingredients=ingredients
    )
    data, mime = c2pa_keys.sample(format), c2pa_keys.MIMES[format]
    assert len(signer.sign(data, mime=mime, record=wordy, **SIDECAR)) - len(data) < 8_000


@pytest.mark.parametrize("format", FORMATS)
def test_a_signed_file_keeps_to_every_rule_of_conformance(files, format):
    assert c2pa_keys.faults_in(c2pa_keys.manifest_in(files[format], c2pa_keys.MIMES[format])) == set()


def test_the_manifest_says_what_the_record_says(files):
    manifest = c2pa_keys.manifest_in(files["JPEG"], "image/jpeg")
    photo, artwork, model = (manifest["assertions"][f"c2pa.ingredient.v3{n}"] for n in ("", "__1", "__2"))
    assert photo == {
        "relationship": "parentOf",
        "dc:title": "Mont Saint-Michel",
        "instanceID": f"nih:sha-256;{'d' * 64}",
        "informationalURI": "https://commons.example/mont",
    }
    assert artwork["dc:title"] == "The Harvesters"
    assert artwork["informationalURI"] == "https://met.example/435809"
    assert model["dataTypes"] == [{"type": "c2pa.types.model.pytorch"}]
    edited = manifest["assertions"]["c2pa.actions.v2"]["actions"][1]
    assert edited["when"] == "2026-11-22T10:00:00+00:00"
    assert edited["description"] == "redrawn by a neural network in the style of The Harvesters"
    assert edited["softwareAgent"]["name"] == "pelican-stylize"
    assert manifest["assertions"]["c2pa.ai-disclosure"] == {
        "modelType": "c2pa.types.model.pytorch",
        "modelName": "feed-forward 1",
        "modelIdentifier": f"nih:sha-256;{'c' * 64}",
        "contentProfile": {"humanOversightLevel": "human_validated"},
    }
    location = manifest["assertions"]["c2pa.external-reference"]["location"]
    assert location["url"] == "https://pier.example/pictures/mont.jsonld"
    assert manifest["claim.v2"]["dc:title"] == "Mont Saint-Michel, after The Harvesters"


def test_a_blend_names_every_artwork_as_an_input(signer):
    other = replace(records.INGREDIENT, part=0.3, artwork=replace(records.ARTWORK, title="M51"))
    blend = replace(records.RECORD, ingredients=(replace(records.INGREDIENT, part=0.7), other))
    manifest = c2pa_keys.manifest_in(
        signer.sign(c2pa_keys.sample("JPEG"), mime="image/jpeg", record=blend), "image/jpeg"
    )
    assert c2pa_keys.faults_in(manifest) == set()
    assert manifest["assertions"]["c2pa.actions.v2"]["actions"][1]["description"] == (
        "redrawn by a neural network, 70% in the style of The Harvesters, 30% in the style of M51"
    )


@pytest.mark.parametrize("format", FORMATS)
def test_a_photo_shown_as_it_is_claims_nothing_about_machines(signer, root, format):
    mime = c2pa_keys.MIMES[format]
    signed = signer.sign(c2pa_keys.sample(format), mime=mime, record=records.PLAIN)
    assert c2pa_keys.failures_of(c2pa_keys.read_by_encypher(signed, mime, anchors=root)) == set()
    assertions = c2pa_keys.manifest_in(signed, mime)["assertions"]
    assert [action["action"] for action in assertions["c2pa.actions.v2"]["actions"]] == [
        "c2pa.opened",
        "c2pa.resized.proportional",
    ]
    assert "c2pa.ai-disclosure" not in assertions
    assert "digitalSourceType" not in json.dumps(assertions)


def flipped(data: bytes, at: int) -> bytes:
    """The file with one bit changed."""
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def tampered(data: bytes, what: str, *, format: str, folder: Path) -> bytes:
    if what == "pixels":
        plain = c2pa_keys.sample(format)
        middle = plain[len(plain) // 2 :][:32]
        return flipped(data, data.index(middle) + 16)
    if what == "assertion":
        return flipped(data, data.index(b"human_validated"))
    if what == "certificate":
        # The name in it; the file's own signature covers the certificate.
        from cryptography import x509
        from cryptography.hazmat.primitives.serialization import Encoding

        text = (folder / "certificate.pem").read_bytes()
        der = x509.load_pem_x509_certificate(text).public_bytes(Encoding.DER)
        return flipped(data, data.index(der) + der.rindex(b"Ana Sol"))
    assert data.count(b"after Bruegel") == 1
    return data.replace(b"after Bruegel", b"after Brueghe")


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("pixels", {"assertion.dataHash.mismatch", "assertion.bmffHash.mismatch"}),
        ("assertion", {"assertion.hashedURI.mismatch"}),
        ("certificate", {"claimSignature.mismatch"}),
        ("metadata", {"assertion.dataHash.mismatch", "assertion.bmffHash.mismatch"}),
    ],
)
def test_any_change_of_a_signed_file_is_found(files, folder, tmp_path, format, what, message):
    mime, touched = c2pa_keys.MIMES[format], tampered(files[format], what, format=format, folder=folder)
    state, codes = c2pa_keys.read_by_sdk(touched, mime)
    assert state == "Invalid"
    assert codes & message
    report = c2pa_keys.read_by_encypher(touched, mime)
    assert (report["integrity"], bool(c2pa_keys.failures_of(report) & message)) == ("invalid", True)
    path = tmp_path / f"pier{c2pa_keys.SUFFIXES[format]}"
    path.write_bytes(touched)
    assert check_signature(path).state == "invalid"
    assert set(check_signature(path).codes) & message


def test_the_rules_catch_manifests_that_are_wrong(folder):
    good = make_manifest(records.RECORD, mime="image/jpeg", version="1", **SIDECAR)

    def faults(change) -> set[str]:
        manifest = deepcopy(good)
        change(manifest, manifest["assertions"][0], manifest["assertions"][0]["data"]["actions"])
        signed = c2pa_keys.sign_manifest(c2pa_keys.sample("JPEG"), manifest, folder=folder, mime="image/jpeg")
        return c2pa_keys.faults_in(c2pa_keys.manifest_in(signed, "image/jpeg"))

    iptc = "http://cv.iptc.org/newscodes/digitalsourcetype/"
    assert faults(lambda manifest, claim, actions: None) == set()
    assert faults(lambda manifest, claim, actions: actions[1].pop("digitalSourceType")) == {
        "says that the edit is generative",
        "a visible change has a source type",
    }
    assert faults(
        lambda manifest, claim, actions: actions[1].update(digitalSourceType=f"{iptc}algorithmicallyEnhanced")
    ) == {"says that the edit is generative"}
    assert faults(lambda manifest, claim, actions: actions[2].update(action="c2pa.resized")) == {
        "a visible change has a source type"
    }
    assert faults(lambda manifest, claim, actions: claim["data"].pop("allActionsIncluded")) == {
        "says that all actions are listed"
    }
    assert faults(lambda manifest, claim, actions: claim.pop("created")) == {
        "the actions are the signer's own"
    }
    assert faults(
        lambda manifest, claim, actions: manifest["claim_generator_info"][0].pop("specVersion")
    ) == {"names its specification"}
    assert faults(
        lambda manifest, claim, actions: manifest["ingredients"][1].update(relationship="componentOf")
    ) == {"artworks and models are inputs"}
    assert faults(
        lambda manifest, claim, actions: manifest["assertions"].append(
            {"label": "stds.schema-org.CreativeWork", "data": {"@type": "CreativeWork"}}
        )
    ) == {"uses no label that is given up"}
    assert faults(lambda manifest, claim, actions: manifest["assertions"][2].update(created=True)) == {
        "a link is nobody's creation"
    }


@pytest.mark.parametrize("format", FORMATS)
def test_a_signature_gives_nothing_away(files, folder, format):
    data = files[format]
    key = (folder / "signing.key").read_text().splitlines()[1]
    for secret in ("c2pa.thumbnail", str(folder), str(Path.home()), str(ROOT), "PRIVATE KEY", key):
        assert secret.encode() not in data
    with Image.open(io.BytesIO(data)) as image:
        assert not image.getexif()
    assert "GPS" not in json.dumps(c2pa_keys.manifest_in(data, c2pa_keys.MIMES[format])["assertions"])


def test_the_key_is_in_no_log_no_name_and_no_message(folder, tmp_path, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    signer = open_signer("required", folder)
    signer.sign(c2pa_keys.sample("JPEG"), mime="image/jpeg", record=records.RECORD)
    foreign = make_keys(tmp_path / "other", name="Ana Sol")
    foreign.private_key.write_bytes((folder / "signing.key").read_bytes())
    with pytest.raises(UserError) as caught:
        open_signer("required", foreign.folder).check()
    captured = capfd.readouterr()
    message = (
        f"{signer!r}{signer.keys!r}{vars(signer)!r}{caught.value}{caplog.text}{captured.out}{captured.err}"
    )
    lines = (folder / "signing.key").read_text().splitlines()[1:-1]
    assert [line for line in lines if line in message] == []


@pytest.mark.parametrize("what", ["another's", "no key", "nothing"])
def test_a_key_that_does_not_fit_its_certificate_is_reported_before_anything_is_drawn(folder, tmp_path, what):
    foreign = make_keys(tmp_path / "other", name="Ana Sol")
    text = {"another's": (folder / "signing.key").read_bytes(), "no key": b"a key\0", "nothing": b""}[what]
    foreign.private_key.write_bytes(text)
    with pytest.raises(UserError) as caught:
        open_signer("required", foreign.folder).check()
    assert str(caught.value).startswith(f"{foreign.folder}: this key cannot sign (")
    assert str(caught.value).endswith(
        "Key and certificate must belong together, on the curve P-256. Bring them back from your copy, or make"
        ' new ones: pelican-stylize provenance.keygen --name "Your Name"'
    )


def test_a_key_that_fits_passes_the_check(signer):
    signer.check()


def test_pictures_stay_unsigned_where_nobody_asks_or_nobody_has_a_key(folder, tmp_path, caplog):
    assert open_signer("off", folder) is None
    assert open_signer("if-key", tmp_path / "nothing") is None
    assert caplog.text == ""


def test_a_required_key_that_is_not_there_ends_the_build(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError) as caught:
        open_signer("required", tmp_path / "keys")
    assert caught.value.problems == (
        "STYLIZE['c2pa'] is 'required', but there is no key in keys. Make one: pelican-stylize provenance.keygen --name"
        ' "Your Name"',
    )


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        (
            "required",
            "UserError: STYLIZE['c2pa'] is 'required', but signing needs one more package. Install it: pip "
            "install 'pelican-stylize[c2pa]'",
        ),
        (
            "if-key",
            "WARNING: keys: there is a key, but signing needs one more package. Install it: pip install "
            "'pelican-stylize[c2pa]'. Pictures stay unsigned.\nNone",
        ),
        ("off", "None"),
    ],
)
def test_a_key_without_the_extra_is_reported(folder, mode, message):
    program = (
        "sys.modules['c2pa'] = sys.modules['cryptography'] = None  # as where they are not installed\n"
        "import logging; logging.basicConfig(format='%(levelname)s: %(message)s', stream=sys.stdout)\n"
        "from pelican.plugins.stylize.provenance.c2pa.signer import open_signer\n"
        "try: print(open_signer(sys.argv[1], Path(sys.argv[2])))\n"
        "except Exception as error: print(f'{type(error).__name__}: {error}')\n"
    )
    assert run_python(program, mode, folder, cwd=folder.parent) == message


def test_opening_the_key_loads_nothing_that_takes_time(folder):
    program = (
        "from pelican.plugins.stylize.provenance.c2pa.signer import open_signer\n"
        "from pelican.plugins.stylize.provenance.c2pa.signed_files import sign_cached\n"
        "open_signer('required', Path(sys.argv[1])).digest\n"
        "print(*sys.modules)"
    )
    assert not {"c2pa", "cryptography", "numpy", "torch"} & set(run_python(program, folder).split())


def test_a_file_is_signed_once(signer, tmp_path):
    store, data = Store(tmp_path / ".stylize"), c2pa_keys.sample("AVIF")

    def publish(**changed):
        facts = {"mime": "image/avif", "record": records.RECORD, "signer": signer, **SIDECAR} | changed
        return sign_cached(data, store=store, **facts)

    first = publish()
    assert c2pa_keys.read_by_sdk(first, "image/avif")[0] == "Valid"
    assert publish() == first
    for changed in (
        {"record": replace(records.RECORD, alt="Another")},
        {"sidecar_sha256": "0" * 64},
        {"sidecar": "https://pier.example/other.jsonld"},
    ):
        assert publish(**changed) != first
    assert publish() == first
    assert len(list((tmp_path / ".stylize" / "signed").glob("*/*/image"))) == 4


def test_threads_share_a_signer(folder):
    signer, data = open_signer("required", folder), c2pa_keys.sample("JPEG")

    def sign(number: int) -> bytes:
        return signer.sign(data, mime="image/jpeg", record=replace(records.RECORD, alt=str(number)))

    with ThreadPoolExecutor(max_workers=4) as pool:
        states = {c2pa_keys.read_by_sdk(signed, "image/jpeg")[0] for signed in pool.map(sign, range(12))}
    assert states == {"Valid"}


def test_another_key_signs_again(signer, tmp_path):
    store, data = Store(tmp_path / ".stylize"), c2pa_keys.sample("JPEG")
    other = open_signer("required", make_keys(tmp_path / "other", name="Ana Sol").folder)
    facts = {"mime": "image/jpeg", "record": records.RECORD, "store": store}
    assert sign_cached(data, signer=signer, **facts) != sign_cached(data, signer=other, **facts)


def test_of_two_builds_that_sign_the_same_file_one_wins_for_both(tmp_path):
    store = Store(tmp_path / ".stylize")
    path = store.adopt_signed("ab12", b"first", photo="pier.jpg")
    assert store.adopt_signed("ab12", b"second", photo="pier.jpg") == path == store.signed("ab12")
    assert path.read_bytes() == b"first"
    assert store.signed("cd34") is None


def test_a_check_tells_signed_from_unsigned_and_known_from_unknown(files, root, tmp_path):
    path = tmp_path / "pier.jpg"
    path.write_bytes(c2pa_keys.sample("JPEG"))
    assert check_signature(path) == SignatureReport(state="none")
    path.write_bytes(files["JPEG"])
    assert check_signature(path) == SignatureReport(state="valid")
    assert check_signature(path, anchors=root) == SignatureReport(state="valid", is_known=True)
    path.write_bytes(files["JPEG"][:3000])
    assert check_signature(path).state == "invalid"


def test_a_check_without_the_extra_says_that_it_cannot_tell(files, tmp_path):
    (tmp_path / "pier.jpg").write_bytes(files["JPEG"])
    program = (
        "sys.modules['c2pa'] = None  # as where it is not installed\n"
        "from pelican.plugins.stylize.provenance.verify.c2pa_check import check_signature\n"
        "print(check_signature(Path(sys.argv[1])).state)\n"
    )
    assert run_python(program, tmp_path / "pier.jpg") == "unreadable without the extra"

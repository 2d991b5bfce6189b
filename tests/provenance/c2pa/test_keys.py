"""The author's key: made whole, kept private, refused where it may not be used."""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fixtures.program import run_python
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.provenance.c2pa.certificates import (
    certificate_fingerprint,
    make_certificates,
    read_validity,
)
from pelican.plugins.stylize.provenance.c2pa.keys import Keys, make_keys, read_keys

x509 = pytest.importorskip("cryptography.x509", reason="the extra [c2pa] is not installed")

ROOT = Path(__file__).parents[3]


@pytest.fixture
def keys(tmp_path, monkeypatch) -> Keys:
    """Ana's key in keys/ of the current folder."""
    monkeypatch.chdir(tmp_path)
    return make_keys(tmp_path / "keys", name="Ana Sol")


def refusal(call, *arguments, **options) -> str:
    with pytest.raises(UserError) as caught:
        call(*arguments, **options)
    return str(caught.value)


def test_only_its_owner_can_read_a_new_key(keys):
    modes = {path.name: path.stat().st_mode & 0o777 for path in keys.folder.iterdir()}
    assert modes["signing.key"] == 0o600
    assert sorted(modes) == ["certificate.pem", "root.pem", "signing.key"]
    assert keys.folder.stat().st_mode & 0o777 == 0o700
    assert keys.private_key.read_text().count("PRIVATE KEY") == 2  # one key: that of the root is not kept


def test_a_key_comes_back_as_it_was_made_and_says_nothing_of_itself(keys):
    assert read_keys(keys.folder) == keys
    assert keys.expires - datetime.now(UTC) > timedelta(days=25 * 365)
    assert repr(keys).startswith("Keys(folder=PosixPath(") and "BEGIN" not in repr(keys)


def test_the_certificate_is_as_the_profile_of_content_credentials_asks(keys):
    leaf = x509.load_pem_x509_certificate(keys.certificate.read_bytes())
    root = x509.load_pem_x509_certificate(keys.root.read_bytes())
    leaf.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)

    def value(certificate, kind):
        return certificate.extensions.get_extension_for_class(kind)

    assert value(leaf, x509.BasicConstraints).value == x509.BasicConstraints(ca=False, path_length=None)
    assert value(leaf, x509.KeyUsage).critical
    assert value(leaf, x509.KeyUsage).value.digital_signature
    assert not value(leaf, x509.KeyUsage).value.key_cert_sign
    assert [purpose.dotted_string for purpose in value(leaf, x509.ExtendedKeyUsage).value] == [
        "1.3.6.1.5.5.7.3.4",
        "1.3.6.1.4.1.62558.2.1",
    ]
    assert (
        value(leaf, x509.AuthorityKeyIdentifier).value.key_identifier
        == value(root, x509.SubjectKeyIdentifier).value.digest
    )
    assert value(leaf, x509.SubjectKeyIdentifier).value.digest
    assert value(root, x509.BasicConstraints).value == x509.BasicConstraints(ca=True, path_length=0)
    assert leaf.public_key().curve.name == "secp256r1"
    assert leaf.subject.rfc4514_string() == "CN=Ana Sol,O=Ana Sol"
    assert leaf.issuer == root.subject
    assert leaf.version is x509.Version.v3


def test_what_is_read_of_a_certificate_is_what_is_written_in_it():
    for years in (10, 25):  # UTCTime ends with 2049
        text = make_certificates("Ana Sol", years=years).certificate.decode()
        certificate = x509.load_pem_x509_certificate(text.encode())
        begins, expires = read_validity(text)
        assert (begins, expires) == (certificate.not_valid_before_utc, certificate.not_valid_after_utc)
        from cryptography.hazmat.primitives import hashes

        assert certificate_fingerprint(text) == certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def test_no_key_is_no_mistake(tmp_path):
    assert read_keys(tmp_path / "nothing") is None
    assert read_keys(tmp_path) is None


def test_a_key_is_not_overwritten(keys, tmp_path):
    before = keys.private_key.read_bytes()
    assert refusal(make_keys, tmp_path / "keys", name="Ana Sol") == (
        "keys/signing.key: there is a key already, and none is overwritten. Name another folder, or move this one"
        " away."
    )
    assert keys.private_key.read_bytes() == before


def test_a_key_inside_the_site_is_refused(keys, tmp_path):
    message = (
        ": this is inside the site (.), where a private key gets published or committed sooner or later. Name a"
        " folder outside of it."
    )
    assert (
        refusal(make_keys, tmp_path / "content" / "k", name="Ana", outside=[tmp_path])
        == f"content/k{message}"
    )
    assert refusal(read_keys, keys.folder, outside=[tmp_path]) == f"keys{message}"
    (tmp_path / "elsewhere").symlink_to(tmp_path / "site")
    (tmp_path / "site").mkdir()
    assert "this is inside the site (site)" in refusal(
        make_keys, tmp_path / "elsewhere" / "k", name="Ana", outside=[tmp_path / "site"]
    )
    assert not (tmp_path / "site" / "k").exists()


def test_a_key_inside_a_repository_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "blog" / ".git").mkdir(parents=True)
    assert refusal(make_keys, tmp_path / "blog" / "private" / "k", name="Ana") == (
        "blog/private/k: this is inside a Git repository (blog), where a private key gets committed sooner or"
        " later. Name a folder outside of it."
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (" ", '--name is empty, but says whose pictures the key signs. Write: --name "Your Name"'),
        ("a" * 51, "--name has 51 bytes, but a certificate has room for 50. Shorten it."),
    ],
)
def test_a_name_must_fit(tmp_path, name, message):
    assert refusal(make_keys, tmp_path / "keys", name=name) == message
    assert not (tmp_path / "keys").exists()


def test_a_name_may_be_written_in_any_script(tmp_path):
    assert make_keys(tmp_path / "keys", name="عائشة 葛飾北斎 & <Sol>").private_key.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="modes say nothing there")
@pytest.mark.parametrize("mode", [0o604, 0o640, 0o644, 0o660])
def test_a_key_that_others_can_read_is_refused_with_what_to_type(keys, mode):
    keys.private_key.chmod(mode)
    assert refusal(read_keys, keys.folder) == (
        f"keys/signing.key: others on this machine can read this private key (its mode is {mode:04o})."
        f" Type: chmod 600 {keys.private_key}"
    )


def test_an_expired_certificate_is_refused_with_what_to_do(keys):
    keys.certificate.write_bytes(certificate(ends=datetime(2020, 5, 17, tzinfo=UTC)))
    assert refusal(read_keys, keys.folder) == (
        "keys/certificate.pem: this certificate expired on 2020-05-17, and readers would call every picture"
        ' invalid. Move the folder away, make a new key (pelican-stylize provenance.keygen --name "Your Name"), and publish'
        " again."
    )


def test_a_certificate_of_the_future_asks_for_the_clock(keys):
    keys.certificate.write_bytes(
        certificate(begins=datetime(2090, 1, 1, tzinfo=UTC), ends=datetime(2091, 1, 1, tzinfo=UTC))
    )
    assert refusal(read_keys, keys.folder) == (
        "keys/certificate.pem: this certificate is valid from 2090-01-01 on. Is the clock of this machine right?"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nMAIwAA==\n-----END CERTIFICATE-----",
        "schlüssel",
    ],
)
def test_what_is_no_certificate_is_reported(keys, text):
    keys.certificate.write_text(text, "utf-8")
    assert refusal(read_keys, keys.folder) == (
        "keys/certificate.pem: this is not a certificate in PEM. Bring it back from your copy of this folder."
    )


def test_a_key_without_its_certificate_is_reported(keys):
    keys.certificate.unlink()
    assert refusal(read_keys, keys.folder) == (
        "keys/certificate.pem: the certificate of the key cannot be read: No such file or directory. Bring it back"
        " from your copy of this folder."
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_reported(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "locked").mkdir(mode=0o500)
    message = refusal(make_keys, tmp_path / "locked" / "keys", name="Ana")
    assert message == "locked/keys: the key cannot be written: Permission denied."


def test_making_a_key_needs_the_extra(tmp_path):
    program = (
        "sys.modules['cryptography'] = None  # as where it is not installed\n"
        "from pelican.plugins.stylize.provenance.c2pa.keys import make_keys\n"
        "try: make_keys(Path(sys.argv[1]), name='Ana')\n"
        "except Exception as error: print(error)\n"
    )
    assert run_python(program, tmp_path / "keys") == (
        "making a key needs one more package. Install it: pip install 'pelican-stylize[c2pa]'"
    )
    assert not (tmp_path / "keys").exists()


def certificate(*, ends: datetime, begins: datetime = datetime(2019, 1, 1, tzinfo=UTC)) -> bytes:
    """Return a certificate with these dates; who signed it does not matter here."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Ana Sol")])
    begun = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = begun.serial_number(1).not_valid_before(begins).not_valid_after(ends)
    return dated.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

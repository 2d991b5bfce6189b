"""The two certificates behind a signature: makes them, and reads how long one is valid."""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ...model.errors import UserError

MISSING = "needs one more package. Install it: pip install 'pelican-stylize[c2pa]'"

C2PA_SIGNING = "1.3.6.1.4.1.62558.2.1"  # the purpose that the C2PA trust list demands
# The purposes that c2pa-rs accepts (sdk/src/crypto/cose/valid_eku_oids.cfg). Without configuration it accepts
# only the first, and reports files that were signed with another as invalid.
PURPOSES = (
    "1.3.6.1.5.5.7.3.4",  # e-mail protection
    "1.3.6.1.5.5.7.3.36",  # document signing
    "1.3.6.1.5.5.7.3.8",  # time stamping
    "1.3.6.1.5.5.7.3.9",  # OCSP signing
    C2PA_SIGNING,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCertificates:
    """A new key with its certificates, each as the bytes of a PEM file."""

    private_key: bytes = field(repr=False)
    certificate: bytes
    root: bytes
    expires: datetime  # UTC


def make_certificates(name: str, *, years: int) -> NewCertificates:
    """Make a key, a root, and the certificate that the root signs for the key (C2PA 2.4, section 14.5.1).

    The root's own key signs one certificate and is then discarded. Raises UserError if the extra [c2pa] is
    missing.
    """
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
    except ImportError:
        raise UserError(f"making a key {MISSING}") from None

    def subject(words: str) -> Any:
        parts = ((NameOID.ORGANIZATION_NAME, name), (NameOID.COMMON_NAME, words))
        return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts])

    def usage(*, signs: bool, certifies: bool) -> Any:
        return x509.KeyUsage(
            digital_signature=signs,
            key_cert_sign=certifies,
            crl_sign=certifies,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            encipher_only=False,
            decipher_only=False,
        )

    now = datetime.now(UTC).replace(microsecond=0)
    expires = now + timedelta(days=365.25 * years)
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))

    def sign(words: str, public_key: Any, extensions: Iterable[tuple[Any, bool]]) -> bytes:
        builder = (
            x509.CertificateBuilder()
            .issuer_name(subject(f"{name}, root"))
            .subject_name(subject(words))
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))  # the clock of another machine may be behind
            .not_valid_after(expires)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical=critical)
        return builder.sign(root_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    # With only one of the two purposes some readers refuse the certificate: c2pa-rs accepts the first by
    # default, the trust list demands the second.
    purposes = [ExtendedKeyUsageOID.EMAIL_PROTECTION, x509.ObjectIdentifier(C2PA_SIGNING)]
    root = sign(
        f"{name}, root",
        root_key.public_key(),
        [
            (x509.BasicConstraints(ca=True, path_length=0), True),
            (usage(signs=False, certifies=True), True),
        ],
    )
    certificate = sign(
        name,
        key.public_key(),
        [
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (usage(signs=True, certifies=False), True),
            (x509.ExtendedKeyUsage(purposes), False),
            (x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), False),
        ],
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return NewCertificates(private_key=private, certificate=certificate, root=root, expires=expires)


def certificate_fingerprint(certificate: str) -> str:
    """Return the SHA-256 of a certificate as browsers and openssl show it: "0A:1B:...".

    certificate: the text of a PEM file; raises ValueError if it has no certificate.
    """
    return hashlib.sha256(_decode_pem(certificate)).digest().hex(":").upper()


def read_validity(pem: str) -> tuple[datetime, datetime]:
    """Return the start and the end of a certificate's validity (RFC 5280, section 4.1).

    Parsed by hand, since every build does it, and importing `cryptography` takes 40 ms.
    """
    try:
        ((_, certificate),) = _parse_elements(_decode_pem(pem))
        fields = [*_parse_elements(next(_parse_elements(certificate))[1])]
        versioned = fields[0][0] == 0xA0
        begins, expires = (_parse_time(*element) for element in _parse_elements(fields[3 + versioned][1]))
    except (IndexError, StopIteration) as error:
        raise ValueError("not a certificate") from error
    return begins, expires


def _decode_pem(pem: str) -> bytes:
    """Return the bytes of the first certificate of a PEM file; raises ValueError if there is none."""
    found = re.search(r"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", pem, re.DOTALL)
    if not found:
        raise ValueError("no certificate in PEM")
    return base64.b64decode(found[1])


def _parse_elements(der: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield tag and content of the elements of a DER sequence; raises IndexError if it is cut off."""
    at = 0
    while at < len(der):
        tag, size = der[at], der[at + 1]
        at += 2
        if size & 0x80:
            width = size & 0x7F
            size, at = int.from_bytes(der[at : at + width], "big"), at + width
        if at + size > len(der):
            raise IndexError("the element ends too early")
        yield tag, der[at : at + size]
        at += size


def _parse_time(tag: int, content: bytes) -> datetime:
    text = content.decode("ascii")
    if tag == 0x17:  # UTCTime has a year of two digits: 50 to 99 mean 1950 to 1999
        text = ("19" if text >= "5" else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)

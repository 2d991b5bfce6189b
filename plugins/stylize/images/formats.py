"""Detect the format of a file by its first bytes."""

from ..model.errors import PhotoError

AVIF, BMP, GIF, HEIC, JPEG, PNG, TIFF, WEBP = "AVIF", "BMP", "GIF", "HEIC", "JPEG", "PNG", "TIFF", "WebP"
RAW = "raw"  # of many makers

HEAD = 4096  # bytes that are examined; an SVG may begin with a long comment


def detect_format(head: bytes) -> str:
    """Return the format of a file; raises PhotoError that names what it is, if it cannot be read as a photo.

    The file's name does not matter: a PNG may be called pier.jpg.
    """
    for offset, magic, name in _SIGNATURES:
        if head.startswith(magic, offset):
            return name
    if head[4:8] == b"ftyp":
        return _detect_brand(head)
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    for offset, magic, what in _FOREIGN:
        if head.startswith(magic, offset):
            raise PhotoError(f"this is {what}, not a photo. Save it as JPEG or PNG.")
    raise PhotoError(_explain_text(head) or _UNKNOWN)


_UNKNOWN = "this is not a photo in a known format. Save it as JPEG, PNG, WebP, AVIF, HEIC or TIFF."

_SIGNATURES = (
    (0, b"\xff\xd8\xff", JPEG),
    (0, b"\x89PNG\r\n\x1a\n", PNG),
    (0, b"GIF87a", GIF),
    (0, b"GIF89a", GIF),
    (0, b"BM", BMP),
    (8, b"CR\x02\x00", RAW),  # Canon's CR2 begins as TIFF does
    (0, b"II*\x00", TIFF),
    (0, b"MM\x00*", TIFF),
    (0, b"II+\x00", TIFF),  # BigTIFF
    (0, b"MM\x00+", TIFF),
    (0, b"FUJIFILMCCD-RAW", RAW),
    (0, b"IIRO", RAW),  # Olympus
    (0, b"IIU\x00", RAW),  # Panasonic
)

_FOREIGN = (
    (0, b"%PDF", "a PDF document"),
    (0, b"%!PS", "a PostScript document"),
    (0, b"8BPS", "a Photoshop document"),
    (0, b"gimp xcf", "a GIMP document"),
    (0, b"PK\x03\x04", "a zip archive or an office document"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
    (0, b"\xff\x0a", "a JPEG XL picture"),
    (0, b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture"),
    (0, b"\x00\x00\x01\x00", "an icon"),
    (0, b"\x1aE\xdf\xa3", "a film (Matroska or WebM)"),
)

# Major and compatible brands of the ISO base media format, as registered at https://mp4ra.org.
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"mif2"}


def _detect_brand(head: bytes) -> str:
    box = head[8 : max(16, min(int.from_bytes(head[:4], "big"), 256))]
    brands = {box[at : at + 4] for at in range(0, len(box), 4)}
    if brands & _AVIF_BRANDS:
        return AVIF
    if brands & _HEIC_BRANDS:
        return HEIC
    if b"crx " in brands:  # Canon's CR3
        return RAW
    raise PhotoError("this is a film, not a photo. Save one frame as JPEG or PNG.")


def _explain_text(head: bytes) -> str:
    """Return what kind of text file this is, as a message; "" if it is not text."""
    if b"\x00" in head:
        return ""
    text = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n").lower()
    if text[: len(text) - 4].count("\ufffd"):  # HEAD may cut the last letter
        return ""
    if text.startswith("version https://git-lfs"):
        return "this is a Git LFS pointer in place of the photo. Run git lfs pull."
    if "<svg" in text:
        return "this is a drawing (SVG), not a photo. Save it as JPEG or PNG."
    if text.startswith(("<!doctype html", "<html")):
        return "this is a web page, not a photo. Save the picture itself, not the page that shows it."
    return "this is a text file, not a photo. Save the photo as JPEG or PNG."

"""Photos for the tests, drawn when needed: of every kind that cameras, museums and accidents make."""

import io
import struct
import zlib
from pathlib import Path

from PIL import ExifTags, Image

RED, GREEN, BLUE, WHITE = (220, 40, 40), (40, 160, 60), (40, 60, 200), (245, 245, 245)


def quarters(width: int = 120, height: int = 80) -> Image.Image:
    """Four fields that tell every turn apart: red and green above, blue and white below."""
    picture = Image.new("RGB", (width, height), WHITE)
    picture.paste(RED, (0, 0, width // 2, height // 2))
    picture.paste(GREEN, (width // 2, 0, width, height // 2))
    picture.paste(BLUE, (0, height // 2, width // 2, height))
    return picture


def gradient(width: int = 120, height: int = 80) -> Image.Image:
    """A smooth picture without two equal corners."""
    ramp = Image.linear_gradient("L").resize((width, height))
    return Image.merge(
        "RGB", (ramp, ramp.transpose(Image.Transpose.ROTATE_180), Image.new("L", ramp.size, 90))
    )


def fields(picture: Image.Image) -> tuple[str, str, str, str]:
    """Name what is seen in the corners of a picture of `quarters`: left and right above, then below."""
    width, height = picture.size
    places = ((width // 4, height // 4), (width * 3 // 4, height // 4))
    places += tuple((x, height * 3 // 4) for x, _ in places)
    names = {"red": RED, "green": GREEN, "blue": BLUE, "white": WHITE}

    def nearest(pixel: tuple[int, int, int]) -> str:
        return min(names, key=lambda name: sum(abs(a - b) for a, b in zip(names[name], pixel, strict=True)))

    return tuple(nearest(picture.getpixel(place)) for place in places)


# What undoes each turn that EXIF may ask for, so that the file is turned and its photo upright.
UNDONE = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def save_turned(picture: Image.Image, path: Path, *, orientation: int, **options: object) -> Path:
    """Save a picture as a camera held sideways does: turned, with a note in EXIF how to turn it back."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    undo = UNDONE[orientation]
    (picture if undo is None else picture.transpose(undo)).save(path, exif=exif, **options)
    return path


def save_with_everything_a_camera_writes(picture: Image.Image, path: Path) -> Path:
    """Save a JPEG with GPS, a serial number, a comment and XMP."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Kodak"
    exif[ExifTags.Base.BodySerialNumber] = "1234567"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (48.0, 38.0, 10.0)
    picture.save(path, "JPEG", exif=exif, comment=b"taken at home", xmp=b"<x:xmpmeta/>", quality=95)
    return path


def animated(path: Path, **options: object) -> Path:
    """Save two frames as one file."""
    picture = quarters()
    turned = picture.transpose(Image.Transpose.ROTATE_180)
    picture.save(path, save_all=True, append_images=[turned], duration=100, **options)
    return path


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    """Return the bytes of a picture's file."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """Return a PNG whose header promises more pixels than the file could ever hold."""
    data = encoded(quarters(), "PNG")
    header = b"IHDR" + struct.pack(">II", width, height) + data[24:29]
    return data[:12] + header + struct.pack(">I", zlib.crc32(header)) + data[33:]


def jpeg_that_claims(width: int, height: int, **options: object) -> bytes:
    """Return a JPEG whose header promises more pixels than the file could ever hold."""
    data = encoded(quarters(), "JPEG", **options)
    frame = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2"))  # baseline, progressive
    return data[: frame + 5] + struct.pack(">HH", height, width) + data[frame + 9 :]


def jpeg_of_scans(scans: int) -> bytes:
    """Return a progressive JPEG that refines the same photo again and again."""
    data = encoded(quarters(), "JPEG", progressive=True)
    last = data.rfind(b"\xff\xda")
    return data[:-2] + data[last:-2] * scans + data[-2:]


def rgb_profile(
    *, red: tuple[float, float, float], green: tuple[float, float, float], blue: tuple[float, float, float]
) -> bytes:
    """Return an ICC profile of a screen with these primaries (XYZ under D50) and a gamma of 2.2."""
    curve = _curve(2.2)
    return _profile(
        b"mntr",
        b"RGB ",
        b"XYZ ",
        {b"rXYZ": _xyz(*red), b"gXYZ": _xyz(*green), b"bXYZ": _xyz(*blue)}
        | {b"rTRC": curve, b"gTRC": curve, b"bTRC": curve},
    )


def gray_profile(*, gamma: float) -> bytes:
    """Return an ICC profile of a gray scale."""
    return _profile(b"mntr", b"GRAY", b"XYZ ", {b"kTRC": _curve(gamma)})


def ink_profile() -> bytes:
    """Return an ICC profile of a press whose inks all print the same middle gray (L* 50)."""
    identity = b"".join(struct.pack(">i", 65_536 if i % 4 == 0 else 0) for i in range(9))
    ramp = bytes(range(256))
    table = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + identity + ramp * 4 + bytes([128] * 3) * 16 + ramp * 3
    return _profile(b"prtr", b"CMYK", b"Lab ", {b"A2B0": table})


# The primaries of sRGB and of Display P3, adapted to D50 (ICC's own profiles of those names).
SRGB = {"red": (0.4361, 0.2225, 0.0139), "green": (0.3851, 0.7169, 0.0971), "blue": (0.1431, 0.0606, 0.7141)}
DISPLAY_P3 = {
    "red": (0.5151, 0.2412, -0.0011),
    "green": (0.2920, 0.6922, 0.0419),
    "blue": (0.1571, 0.0666, 0.7841),
}


def _profile(kind: bytes, space: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    """Lay out an ICC profile of version 2 (ICC.1:2001-04, section 6)."""
    tags = {b"wtpt": _xyz(0.9642, 1.0, 0.8249), **tags}
    offset = 128 + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        padded = data + bytes(-len(data) % 4)
        table += struct.pack(">4sII", name, offset + len(body), len(data))
        body += padded
    header = struct.pack(">I4sI4s4s4s", offset + len(body), bytes(4), 0x02400000, kind, space, connection)
    header += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + bytes(28)
    header += struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D)
    return header + bytes(128 - len(header)) + table + body


def _xyz(*values: float) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(value * 65_536) for value in values))


def _curve(gamma: float) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256))

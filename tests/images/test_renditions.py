"""The published files of a picture: which, how large, and the same on every build."""

import os
import subprocess
import sys
from dataclasses import fields, replace
from hashlib import sha256
from pathlib import Path

import pytest
from fixtures import images
from pelican.plugins.stylize.images.encoder_settings import ENCODING, Encoding, choose_encoding
from pelican.plugins.stylize.images.renditions import read_png, write_png, write_renditions
from PIL import Image


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def sizes_in(folder: Path) -> dict[str, tuple[int, int]]:
    sizes = {}
    for path in folder.iterdir():
        with Image.open(path) as image:
            sizes[path.name] = image.size
    return sizes


def test_a_picture_is_published_as_avif_and_jpeg_up_to_its_own_width(tmp_path):
    write_renditions(images.gradient(1000, 500), tmp_path)
    assert sizes_in(tmp_path) == {
        "480.avif": (480, 240),
        "480.jpg": (480, 240),
        "800.avif": (800, 400),
        "800.jpg": (800, 400),
        "1000.avif": (1000, 500),
        "1000.jpg": (1000, 500),
    }


def test_a_small_picture_is_not_scaled_up(tmp_path):
    write_renditions(images.gradient(300, 200), tmp_path)
    assert sizes_in(tmp_path) == {"300.avif": (300, 200), "300.jpg": (300, 200)}


def test_each_file_is_of_the_kind_its_name_says(tmp_path):
    write_renditions(images.gradient(300, 200), tmp_path)
    with Image.open(tmp_path / "300.jpg") as jpeg, Image.open(tmp_path / "300.avif") as avif:
        assert (jpeg.format, avif.format) == ("JPEG", "AVIF")
        assert jpeg.info["progressive"] == 1


@pytest.mark.parametrize("suffix", ["avif", "jpg"])
def test_a_rendition_looks_like_the_picture(tmp_path, suffix):
    write_renditions(images.quarters(600, 400), tmp_path)
    with Image.open(tmp_path / f"480.{suffix}") as image:
        assert images.fields(image.convert("RGB")) == ("red", "green", "blue", "white")


@pytest.mark.parametrize("suffix", ["avif", "jpg"])
def test_nothing_but_pixels_goes_into_a_rendition(tmp_path, suffix):
    path = images.save_with_everything_a_camera_writes(images.quarters(600, 400), tmp_path / "pier.jpg")
    folder = tmp_path / "renditions"
    folder.mkdir()
    with Image.open(path) as picture:
        picture.info["icc_profile"] = images.rgb_profile(**images.DISPLAY_P3)
        write_renditions(picture, folder)
    data = (folder / f"480.{suffix}").read_bytes()
    assert not [word for word in (b"Kodak", b"1234567", b"at home", b"xmpmeta", b"acsp") if word in data]
    with Image.open(folder / f"480.{suffix}") as rendition:
        assert dict(rendition.getexif()) == {}


PROGRAM = """
import sys
from pathlib import Path
from PIL import Image
from pelican.plugins.stylize.images.renditions import write_renditions
folder = Path(sys.argv[1])
(folder / "again").mkdir()
with Image.open(folder / "picture.png") as picture:
    write_renditions(picture, folder / "again")
"""


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs Linux to take a core away")
def test_a_rebuild_gives_the_same_bytes_in_another_process_with_fewer_cores(tmp_path):
    picture = images.gradient(1000, 667)
    picture.paste(images.quarters(400, 300), (200, 200))
    picture.save(tmp_path / "picture.png")
    (tmp_path / "first").mkdir()
    write_renditions(picture, tmp_path / "first")
    subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        check=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}),
    )
    assert names_in(tmp_path / "first") == names_in(tmp_path / "again")
    for name in names_in(tmp_path / "first"):
        first, again = ((tmp_path / run / name).read_bytes() for run in ("first", "again"))
        assert sha256(first).hexdigest() == sha256(again).hexdigest(), name


def test_the_same_picture_written_many_times_is_always_the_same(tmp_path):
    picture = images.gradient(500, 333)
    seen = set()
    for run in range(10):
        folder = tmp_path / str(run)
        folder.mkdir()
        write_renditions(picture, folder)
        seen.add(b"".join((folder / name).read_bytes() for name in names_in(folder)))
    assert len(seen) == 1


OTHER = {
    "widths": (480,),
    "avif_quality": 61,
    "avif_speed": 7,
    "jpeg_quality": 79,
    "subsampling": "4:2:0",
    "resampling": "BICUBIC",
    "version": 2,
}


@pytest.mark.parametrize("name", [field.name for field in fields(Encoding)])
def test_everything_that_decides_a_byte_changes_the_address(name):
    assert replace(ENCODING, **{name: OTHER[name]}).digest != ENCODING.digest


def test_a_site_s_own_widths_are_written(tmp_path):
    write_renditions(images.gradient(1000, 500), tmp_path, encoding=choose_encoding((200, 900)))
    assert names_in(tmp_path) == ["200.avif", "200.jpg", "900.avif", "900.jpg"]


def test_a_stored_picture_is_read_as_it_was_written(tmp_path):
    picture = images.gradient(300, 200)
    digest = write_png(picture, tmp_path / "picture.png", photo="pier.jpg")
    assert digest == sha256((tmp_path / "picture.png").read_bytes()).hexdigest()
    assert read_png(tmp_path / "picture.png").tobytes() == picture.tobytes()


@pytest.mark.filterwarnings("error")
def test_a_stored_picture_may_have_more_pixels_than_pillow_takes_from_strangers(tmp_path, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    write_png(images.gradient(300, 200), tmp_path / "picture.png", photo="pier.jpg")
    assert read_png(tmp_path / "picture.png").size == (300, 200)


def test_a_full_disk_is_reported(tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("needs Linux's /dev/full")
    (tmp_path / "300.jpg").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left on device"):
        write_renditions(images.gradient(300, 200), tmp_path)


def test_how_pictures_are_encoded_is_known_without_loading_an_encoder():
    # docutils, which Pelican needs, loads Pillow's root itself, but none of its formats.
    probe = (
        "import sys, pelican.plugins.stylize.images.encoder_settings as _; "
        "sys.exit('PIL.AvifImagePlugin' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", probe]).returncode == 0

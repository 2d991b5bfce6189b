"""Photos of any kind are decoded upright and in sRGB, or refused with a reason."""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from fixtures import images
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pelican.plugins.stylize.images.decode import PhotoInfo, examine, open_photo
from pelican.plugins.stylize.model.errors import PhotoError
from PIL import ExifTags, Image, ImageCms


def refusal(path: Path) -> str:
    """Return why a photo is refused, by both doors the same, without the least memory that would do."""
    with pytest.raises(PhotoError) as examined:
        examine(path)
    with pytest.raises(PhotoError) as opened:
        open_photo(path, long_edge=1600)
    words = [re.sub(r" to \d+ MB at least\.$", "", str(error.value)) for error in (examined, opened)]
    assert words[0] == words[1]
    return words[0]


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["pier.jpg", "pier.png", "pier.webp", "pier.tif", "pier.avif"])
def test_a_photo_is_upright_however_the_camera_was_held(tmp_path, name, orientation):
    path = images.save_turned(images.quarters(), tmp_path / name, orientation=orientation)
    photo = open_photo(path)
    assert photo.size == (120, 80)
    assert images.fields(photo) == ("red", "green", "blue", "white")
    assert examine(path)[:2] == (120, 80)


@pytest.mark.parametrize("orientation", [6, 8])
def test_a_compressed_tiff_is_turned_once(tmp_path, orientation):
    path = tmp_path / "pier.tif"
    images.save_turned(images.quarters(), path, orientation=orientation, compression="tiff_lzw")
    assert images.fields(open_photo(path)) == ("red", "green", "blue", "white")
    assert examine(path) == PhotoInfo(120, 80, "TIFF")


def test_nothing_that_the_camera_wrote_is_carried_along(tmp_path):
    path = images.save_with_everything_a_camera_writes(images.quarters(), tmp_path / "pier.jpg")
    photo = open_photo(path)
    assert photo.info == {}
    assert dict(photo.getexif()) == {}
    assert images.encoded(photo, "JPEG", quality=90).find(b"Kodak") == -1


@pytest.mark.parametrize(
    ("mode", "name"),
    [
        ("RGB", "pier.bmp"),
        ("RGB", "pier.gif"),
        ("P", "pier.png"),
        ("RGBA", "pier.png"),
        ("CMYK", "pier.jpg"),
        ("CMYK", "pier.tif"),
    ],
)
def test_every_common_kind_of_color_is_read(tmp_path, mode, name):
    images.quarters().convert(mode).save(tmp_path / name)
    photo = open_photo(tmp_path / name)
    assert photo.mode == "RGB"
    assert images.fields(photo) == ("red", "green", "blue", "white")


def test_a_scan_in_cielab_is_read(tmp_path):
    lab = ImageCms.profileToProfile(
        images.quarters(), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    lab.save(tmp_path / "pier.tif")
    assert images.fields(open_photo(tmp_path / "pier.tif")) == ("red", "green", "blue", "white")


@pytest.mark.parametrize("mode", ["1", "L", "LA"])
def test_a_gray_photo_becomes_a_gray_rgb_photo(tmp_path, mode):
    Image.new("L", (80, 80), 255).convert(mode).save(tmp_path / "pier.png")
    assert open_photo(tmp_path / "pier.png").getpixel((40, 40)) == (255, 255, 255)


@pytest.mark.parametrize("name", ["pier.png", "pier.tif"])
def test_sixteen_bits_are_scaled_to_eight_and_not_clipped(tmp_path, name):
    ramp = np.linspace(0, 65_535, 256).astype(np.uint16)
    Image.fromarray(np.tile(ramp, (80, 1))).save(tmp_path / name)
    photo = open_photo(tmp_path / name)
    assert [photo.getpixel((x, 0))[0] for x in (0, 64, 128, 255)] == [0, 64, 128, 255]


def test_a_photo_of_floats_is_scaled_by_the_range_it_keeps_to(tmp_path):
    ramp = np.linspace(0, 1, 256).astype(np.float32)
    Image.fromarray(np.tile(ramp, (80, 1))).save(tmp_path / "pier.tif")
    photo = open_photo(tmp_path / "pier.tif")
    assert [photo.getpixel((x, 0))[0] for x in (0, 64, 128, 255)] == [0, 64, 128, 255]


def test_what_is_transparent_is_white(tmp_path):
    photo = images.quarters().convert("RGBA")
    photo.paste((0, 0, 0, 0), (0, 0, 60, 40))
    photo.save(tmp_path / "pier.png")
    assert open_photo(tmp_path / "pier.png").getpixel((10, 10)) == (255, 255, 255)


def test_a_palette_with_a_transparent_color_is_white_there(tmp_path):
    photo = images.quarters().quantize(4)
    photo.save(tmp_path / "pier.png", transparency=photo.getpixel((10, 10)))
    assert open_photo(tmp_path / "pier.png").getpixel((10, 10)) == (255, 255, 255)


def test_what_is_half_transparent_is_mixed_with_white(tmp_path):
    Image.new("RGBA", (80, 80), (200, 0, 0, 128)).save(tmp_path / "pier.png")
    assert open_photo(tmp_path / "pier.png").getpixel((10, 10)) == (227, 127, 127)


@pytest.mark.parametrize("name", ["pier.jpg", "pier.png", "pier.webp", "pier.tif", "pier.avif"])
def test_a_color_profile_is_obeyed(tmp_path, name):
    swapped = images.SRGB | {"red": images.SRGB["blue"], "blue": images.SRGB["red"]}
    images.quarters().save(tmp_path / name, icc_profile=images.rgb_profile(**swapped))
    assert images.fields(open_photo(tmp_path / name)) == ("blue", "green", "red", "white")


WIDE = [  # a brown of sRGB, (200, 90, 60), in levels of 16 bits
    (images.rgb_profile(**images.DISPLAY_P3), (47_530, 24_808, 18_025)),
    (images.rgb_profile(**images.ADOBE_RGB), (45_229, 23_241, 16_406)),
    (images.rgb_profile(**images.PROPHOTO, gamma=1.8), (36_333, 22_622, 13_842)),
]


@pytest.mark.parametrize(("profile", "brown"), WIDE)
def test_the_colors_of_a_wide_space_are_brought_to_srgb(tmp_path, profile, brown):
    wide = np.full((80, 80, 3), brown)
    Image.fromarray(np.round(wide / 257).astype(np.uint8)).save(tmp_path / "8.png", icc_profile=profile)
    (tmp_path / "16.png").write_bytes(images.png_of_sixteen_bits(wide, profile=profile))
    for name in ("8.png", "16.png"):
        assert open_photo(tmp_path / name).getpixel((10, 10)) == pytest.approx((200, 90, 60), abs=2)


def test_a_color_that_srgb_does_not_have_becomes_the_nearest_it_has(tmp_path):
    profile = images.rgb_profile(**images.DISPLAY_P3)
    Image.new("RGB", (80, 80), (255, 0, 0)).save(tmp_path / "pier.png", icc_profile=profile)
    assert open_photo(tmp_path / "pier.png").getpixel((10, 10)) == (255, 0, 0)


def test_sixteen_bits_of_color_are_rounded_to_eight(tmp_path):
    ramp = np.linspace(0, 65_535, 256)
    pixels = np.stack([ramp, ramp[::-1], ramp], axis=-1)[None].repeat(80, axis=0)
    (tmp_path / "pier.png").write_bytes(images.png_of_sixteen_bits(pixels))
    (tmp_path / "pier.tif").write_bytes(images.tiff_of_sixteen_bits(pixels))
    for name in ("pier.png", "pier.tif"):
        got = np.asarray(open_photo(tmp_path / name))[0]
        assert got.tolist() == [[level, 255 - level, level] for level in range(256)]


def test_a_gray_profile_is_obeyed(tmp_path):
    linear = images.gray_profile(gamma=1.0)
    Image.new("L", (80, 80), 55).save(tmp_path / "pier.png", icc_profile=linear)
    assert open_photo(tmp_path / "pier.png").getpixel((10, 10)) == (128, 128, 128)


def test_the_profile_of_a_press_is_obeyed(tmp_path):
    Image.new("CMYK", (80, 80), (10, 200, 30, 0)).save(
        tmp_path / "pier.jpg", icc_profile=images.ink_profile()
    )
    assert open_photo(tmp_path / "pier.jpg").getpixel((10, 10)) == (119, 119, 119)  # L* 50


@pytest.mark.parametrize("profile", [b"broken", images.gray_profile(gamma=1.0)])
def test_a_profile_that_cannot_be_used_is_passed_over(tmp_path, profile):
    images.quarters().save(tmp_path / "pier.png", icc_profile=profile)
    assert open_photo(tmp_path / "pier.png").getpixel((10, 10)) == images.RED


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")  # is what Pillow says
def test_broken_exif_is_passed_over(tmp_path):
    images.quarters().save(tmp_path / "pier.jpg", exif=b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x00\x00")
    assert open_photo(tmp_path / "pier.jpg").size == (120, 80)


@pytest.mark.parametrize("name", ["pier.jpg", "pier.png"])
def test_a_large_photo_is_scaled_to_the_long_edge(tmp_path, name):
    images.quarters(1200, 801).save(tmp_path / name)
    photo = open_photo(tmp_path / name, long_edge=100)
    assert photo.size == (100, 67)
    assert images.fields(photo) == ("red", "green", "blue", "white")


def test_a_small_photo_is_not_scaled_up(tmp_path):
    images.quarters().save(tmp_path / "pier.png")
    assert open_photo(tmp_path / "pier.png", long_edge=1600).size == (120, 80)


def test_a_tall_photo_is_measured_by_its_height(tmp_path):
    path = images.save_turned(images.quarters(300, 600), tmp_path / "pier.jpg", orientation=6)
    assert open_photo(path, long_edge=200).size == (100, 200)
    assert examine(path) == PhotoInfo(300, 600, "JPEG")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux to tell its memory")
def test_a_phones_200_megapixels_are_opened_in_little_memory(tmp_path):
    with Image.new("L", (16_320, 12_240), 128) as photo:
        photo.save(tmp_path / "pier.jpg", quality=50)
    program = (
        "import sys; from pathlib import Path\n"
        "from pelican.plugins.stylize.images.decode import examine, open_photo\n"
        "path = Path(sys.argv[1])\n"
        "assert examine(path) == (16320, 12240, 'JPEG', '')\n"
        "assert open_photo(path, long_edge=1600).size == (1600, 1200)\n"
        "print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])\n"
    )
    command = [sys.executable, "-W", "error", "-c", program, str(tmp_path / "pier.jpg")]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(run.stdout) < 150 * 1024  # KiB; unpacked, this gray one alone would take 200 MiB


def test_a_png_called_jpg_is_as_good_as_any(tmp_path):
    write(tmp_path / "pier.jpg", images.encoded(images.quarters(), "PNG"))
    assert examine(tmp_path / "pier.jpg") == PhotoInfo(120, 80, "PNG")


def test_a_phones_two_pictures_in_one_file_are_the_first(tmp_path):
    other = images.quarters().transpose(Image.Transpose.ROTATE_180)
    images.quarters().save(tmp_path / "pier.jpg", "MPO", save_all=True, append_images=[other])
    assert images.fields(open_photo(tmp_path / "pier.jpg")) == ("red", "green", "blue", "white")


def test_the_same_photo_opened_by_many_threads_is_the_same(tmp_path):
    profile = images.rgb_profile(**images.DISPLAY_P3)
    images.gradient(600, 400).save(tmp_path / "pier.jpg", icc_profile=profile)
    with ThreadPoolExecutor(8) as pool:
        photos = pool.map(lambda _: open_photo(tmp_path / "pier.jpg", long_edge=200).tobytes(), range(24))
        assert len(set(photos)) == 1


def test_a_heic_photo_needs_its_extra(tmp_path):
    write(tmp_path / "pier.heic", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(100))
    program = (
        "import sys; sys.modules['pillow_heif'] = None  # as where it is not installed\n"
        "from pathlib import Path; from pelican.plugins.stylize.images.decode import examine\n"
        "try: examine(Path(sys.argv[1]))\n"
        "except Exception as error: print(error)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "pier.heic")]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == (
        "a HEIC photo needs one more package. Install it (pip install 'pelican-stylize[heic]'), "
        "or save the photo as JPEG."
    )


def test_a_heic_photo_is_upright_with_its_extra(tmp_path):
    pillow_heif = pytest.importorskip("pillow_heif")
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    turned = images.quarters().transpose(images.UNDONE[6])
    pillow_heif.from_pillow(turned).save(tmp_path / "pier.heic", exif=exif.tobytes(), quality=90)
    assert images.fields(open_photo(tmp_path / "pier.heic")) == ("red", "green", "blue", "white")
    assert examine(tmp_path / "pier.heic") == PhotoInfo(120, 80, "HEIC")


@pytest.mark.parametrize(
    ("name", "kind", "frames"),
    [("pier.gif", "GIF", 2), ("pier.webp", "WebP", 2), ("pier.png", "PNG", 2), ("pier.avif", "AVIF", 2)],
)
def test_an_animation_is_refused(tmp_path, name, kind, frames):
    path = images.animated(tmp_path / name)
    assert refusal(path) == f"this is an animated {kind} of {frames} frames. Save one frame as JPEG or PNG."


def test_an_empty_file_is_refused(tmp_path):
    path = write(tmp_path / "pier.jpg", b"")
    assert refusal(path) == "the file is empty (0 bytes). Copy the photo again from where it came from."


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"We came down the hill.", "this is a text file, not a photo. Save the photo as JPEG or PNG."),
        (
            b"<!DOCTYPE html>\n<html><title>Pier</title>",
            "this is a web page, not a photo. Save the picture itself, not the page that shows it.",
        ),
        (
            b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>',
            "this is a drawing (SVG), not a photo. Save it as JPEG or PNG.",
        ),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
            "this is a Git LFS pointer in place of the photo. Run git lfs pull.",
        ),
        (b"%PDF-1.7\n%\xe2\xe3", "this is a PDF document, not a photo. Save it as JPEG or PNG."),
        (b"8BPS\x00\x01", "this is a Photoshop document, not a photo. Save it as JPEG or PNG."),
        (b"\xff\x0a\xfa\x1f", "this is a JPEG XL picture, not a photo. Save it as JPEG or PNG."),
        (
            b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41",
            "this is a film, not a photo. Save one frame as JPEG or PNG.",
        ),
        (
            b"II*\x00\x10\x00\x00\x00CR\x02\x00",
            "this is a camera's raw file. Develop it and save it as JPEG.",
        ),
        (
            b"\x00\x01\x02\x03" * 8,
            "this is not a photo in a known format. Save it as JPEG, PNG, WebP, AVIF, HEIC or TIFF.",
        ),
    ],
)
def test_what_is_no_photo_is_called_what_it_is(tmp_path, data, message):
    assert refusal(write(tmp_path / "pier.jpg", data)) == message


def test_a_raw_file_that_begins_as_tiff_is_refused(tmp_path):
    images.quarters().save(tmp_path / "pier.dng", "TIFF", tiffinfo={50706: b"\x01\x04\x00\x00"})
    assert refusal(tmp_path / "pier.dng") == "this is a camera's raw file. Develop it and save it as JPEG."


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF", "BMP"])
def test_a_photo_that_is_cut_off_is_refused(tmp_path, kind):
    data = images.encoded(images.gradient(), kind)
    message = refusal(write(tmp_path / "pier.jpg", data[: len(data) * 2 // 3]))
    assert message.startswith("the file is damaged or cut off (")
    assert message.endswith("). Copy the photo again from where it came from.")


def test_the_message_of_a_cut_off_jpeg_is_one_line(tmp_path):
    data = images.encoded(images.quarters(), "JPEG")
    message = refusal(write(tmp_path / "pier.jpg", data[:-20]))
    assert message.startswith("the file is damaged or cut off (image file is truncated")
    assert "\n" not in message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            images.png_that_claims(20_000, 15_000),
            "it has 300 megapixels (20000 x 15000), and reading it takes 1.2 GB of memory, more than there is "
            "within the limit of 1.1 GB. Save it smaller, or as baseline JPEG, or raise STYLIZE['memory_limit']",
        ),
        (
            images.jpeg_that_claims(30_000, 20_000),
            "it has 600 megapixels (30000 x 20000), but at most 400 can be read. Save it smaller.",
        ),
        (
            images.jpeg_that_claims(15_000, 12_000, progressive=True),
            "it has 180 megapixels (15000 x 12000), and reading it takes 1.1 GB of memory, more than there is "
            "within the limit of 1.1 GB. Save it smaller, or as baseline JPEG, or raise STYLIZE['memory_limit']",
        ),
    ],
)
@pytest.mark.filterwarnings("error")  # Pillow's own limits do not speak
def test_more_pixels_than_memory_is_asked_for_are_refused(tmp_path, monkeypatch, data, message):
    monkeypatch.setenv("STYLIZE_MEMORY_LIMIT", "800000000")
    assert refusal(write(tmp_path / "pier.jpg", data)) == message


def test_a_limit_below_the_program_itself_says_the_least_that_works(tmp_path):
    images.quarters(200, 100).save(tmp_path / "pier.png")
    with pytest.raises(PhotoError) as refused:
        open_photo(tmp_path / "pier.png", memory_limit=10_000_000)
    found = re.fullmatch(
        r"it has 200 x 100 pixels, and reading it takes less than 1 MB of memory, more than there is within the"
        r" limit of 10 MB\. Raise STYLIZE\['memory_limit'\] to (\d+) MB at least\.",
        str(refused.value),
    )
    assert open_photo(tmp_path / "pier.png", memory_limit=int(found[1]) * 10**6).size == (200, 100)


def test_a_jpeg_that_would_be_decoded_for_ever_is_refused(tmp_path):
    path = write(tmp_path / "pier.jpg", images.jpeg_of_scans(5000))
    assert refusal(path) == (
        "this JPEG has more than 100 scans, which no camera writes. Save it again as JPEG."
    )


def test_a_photo_of_20_pixels_is_refused(tmp_path):
    images.quarters(20, 20).save(tmp_path / "pier.png")
    assert refusal(tmp_path / "pier.png") == (
        "it is 20 x 20 pixels small, but a photo needs 64 on its shorter side. Use a larger one."
    )


def test_a_photo_of_64_pixels_is_large_enough(tmp_path):
    images.quarters(64, 64).save(tmp_path / "pier.png")
    assert examine(tmp_path / "pier.png") == PhotoInfo(64, 64, "PNG")


def test_a_ribbon_is_refused(tmp_path):
    images.quarters(2000, 64).save(tmp_path / "pier.png")
    assert refusal(tmp_path / "pier.png") == (
        "it is 2000 x 64 pixels, more than 20 times as long as wide. Crop it."
    )


def test_a_folder_is_refused(tmp_path):
    assert refusal(tmp_path) == "this is a folder, not a photo. Name a file in it."


def test_a_pipe_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pier.jpg")
    assert refusal(tmp_path / "pier.jpg") == "this is not an ordinary file. Name a photo."


def test_a_photo_that_is_gone_is_refused(tmp_path):
    assert refusal(tmp_path / "pier.jpg") == "there is no such file. Put the photo there."


def test_a_photo_that_may_not_be_read_is_refused(tmp_path):
    images.quarters().save(tmp_path / "pier.png")
    (tmp_path / "pier.png").chmod(0)
    was_root = os.geteuid() == 0  # who may read everything
    if was_root:
        os.seteuid(65_534)
    try:
        message = refusal(tmp_path / "pier.png")
    finally:
        if was_root:
            os.seteuid(0)
    assert message == "there is no permission to read it. Allow it (chmod u+r)."


SEEDS = [
    images.encoded(images.gradient(), kind, **options)
    for kind, options in [
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("PNG", {}),
        ("WEBP", {}),
        ("AVIF", {}),
        ("GIF", {}),
        ("TIFF", {}),
    ]
]


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=150, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.sampled_from(SEEDS),
    start=st.floats(0, 1),
    junk=st.binary(min_size=1, max_size=12),
    cut=st.integers(0, 40),
)
def test_damage_of_any_kind_ends_in_a_photo_or_in_a_refusal(tmp_path, seed, start, junk, cut):
    at = int(start**2 * len(seed))  # headers more often than pixels
    path = write(tmp_path / "pier.jpg", seed[:at] + junk + seed[at + cut :])
    try:
        assert open_photo(path, long_edge=90).mode == "RGB"
    except PhotoError as error:
        assert str(error).endswith(".")

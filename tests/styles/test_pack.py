"""A style as one file: what goes in comes out, and nothing else does."""

import io
import json
import shutil
import stat
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.model.methods import NETWORK_FILES
from pelican.plugins.stylize.styles.library import load_style
from pelican.plugins.stylize.styles.pack import build_pack, pack_style
from pelican.plugins.stylize.styles.unpack import unpack_style

ROOT = Path(__file__).parents[2]
FILES = (
    *("README.md", "artwork.jpg", "manifest.json", "painted.jpg", "panel.jpg", "style.safetensors"),
    "style.toml",
)
AGAIN = "Download the pack again, or use another copy."


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A library with one style, and the folder of an author."""
    folder = tmp_path / "styles" / "harvesters"
    shutil.copytree(ROOT / "styles" / "harvesters", folder, ignore=shutil.ignore_patterns("scores.json"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def style(home):
    return load_style(home / "styles" / "harvesters")


@pytest.fixture
def pack(home, style):
    """The pack of that style."""
    return pack_style(style, home / "h.zip", plugin="0.1.0", made="2026-11-22")


@pytest.fixture
def away(home):
    """Another, empty library."""
    return home / "away" / "styles"


def problems(*arguments, **named) -> tuple[str, ...]:
    with pytest.raises(UserError) as error:
        unpack_style(*arguments, **named)
    return error.value.problems


def contents(pack: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(pack) as file:
        return {name: file.read(name) for name in file.namelist()}


def write(pack: Path, files: dict[str, bytes], **options) -> Path:
    with zipfile.ZipFile(pack, "w", **options) as file:
        for name, data in files.items():
            file.writestr(name, data)
    return pack


def rewrite(pack: Path, change, *, name: str = "manifest.json") -> Path:
    """Change one file of a pack; if it is not the manifest, update the manifest to match."""
    files = contents(pack)
    files[f"harvesters/{name}"] = data = change(files[f"harvesters/{name}"])
    if name != "manifest.json":
        manifest = json.loads(files["harvesters/manifest.json"])
        manifest["files"][name] = {"bytes": len(data), "sha256": sha256(data).hexdigest()}
        files["harvesters/manifest.json"] = json.dumps(manifest).encode()
    return write(pack, files)


def test_a_style_comes_out_as_it_went_in(home, pack, away):
    style = unpack_style(pack, away)
    assert style.slug == "harvesters"
    before, after = home / "styles" / "harvesters", away / "harvesters"
    assert {path.name: path.read_bytes() for path in after.iterdir()} == {
        path.name: path.read_bytes() for path in before.iterdir()
    }
    assert [path.name for path in away.iterdir()] == ["harvesters"]


def test_a_pack_holds_the_style_its_card_and_a_manifest_of_all_of_it(pack, style):
    files = contents(pack)
    assert list(files) == [f"harvesters/{name}" for name in FILES]
    manifest = json.loads(files.pop("harvesters/manifest.json"))
    assert manifest == {
        "format": "pelican-stylize style",
        "version": 1,
        "slug": "harvesters",
        "method": "feed-forward",
        "network": NETWORK_FILES["transformer.safetensors"],
        "digest": style.weights.digest,
        "plugin": "0.1.0",
        "made": "2026-11-22",
        "files": {
            name.partition("/")[2]: {"bytes": len(data), "sha256": sha256(data).hexdigest()}
            for name, data in files.items()
        },
    }


def test_the_same_style_gives_the_same_bytes(pack, style):
    for path in style.artwork.path.parent.iterdir():
        path.touch()
    assert build_pack(style, plugin="0.1.0", made="2026-11-22") == pack.read_bytes()


def test_the_day_of_a_pack_can_be_fixed(style, home, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    pack = pack_style(style, home, plugin="")
    assert pack.name == "harvesters.style.zip"
    assert json.loads(contents(pack)["harvesters/manifest.json"])["made"] == "2001-09-09"


def test_a_pack_never_overwrites_another_file(style, home):
    other = home / "letter.txt"
    other.write_text("Dear")
    with pytest.raises(UserError) as error:
        pack_style(style, other, plugin="")
    assert (
        str(error.value) == "letter.txt: this file is not a pack, and is left as it is. Choose another name."
    )
    assert other.read_text() == "Dear"


def test_an_existing_style_is_left_as_it_is_and_another_name_is_suggested(home, pack):
    assert problems(pack, home / "styles") == (
        "styles/harvesters already exists and is left as it is. Choose another name: "
        "pelican-stylize style.unpack h.zip --as harvesters-2",
    )
    assert unpack_style(pack, home / "styles", slug="harvesters-2").slug == "harvesters-2"


def test_a_style_cannot_have_a_name_that_leads_elsewhere(pack, away):
    assert problems(pack, away, slug="../x") == (
        "--as is '../x', but must be at most 60 small letters, digits and single hyphens, such as starry-night.",
    )


@pytest.mark.parametrize("name", FILES)
def test_a_flipped_byte_is_reported_with_its_file(pack, away, name):
    data = bytearray(pack.read_bytes())
    with zipfile.ZipFile(pack) as file:
        info = file.getinfo(f"harvesters/{name}")
    data[info.header_offset + 30 + len(info.filename) + info.file_size // 2] ^= 1
    pack.write_bytes(data)
    assert problems(pack, away) == (f"h.zip/harvesters/{name}: the file is damaged. {AGAIN}",)
    assert not away.exists()


def test_a_file_that_was_replaced_is_reported(pack, away):
    files = contents(pack)
    files["harvesters/artwork.jpg"] = (ROOT / "styles" / "whalers" / "artwork.jpg").read_bytes()
    assert problems(write(pack, files), away) == (
        f"h.zip: artwork.jpg was changed after it was packed: its sha256 differs. {AGAIN}",
    )


def test_a_missing_file_and_an_extra_one_are_reported(pack, away):
    files = contents(pack)
    del files["harvesters/style.toml"], files["harvesters/panel.jpg"]
    files["harvesters/scores.json"] = b"{}"
    assert problems(write(pack, files), away) == (
        f"h.zip: panel.jpg is missing. {AGAIN}",
        f"h.zip: style.toml is missing. {AGAIN}",
        f"h.zip: scores.json is not listed in its manifest. {AGAIN}",
    )
    files["harvesters/setup.py"] = b"import os"
    assert problems(write(pack, files), away) == (
        f"h.zip: 'harvesters/setup.py' does not belong to a style. {AGAIN}",
    )


@pytest.mark.parametrize(
    "path",
    [
        "../artwork.jpg",
        "harvesters/../../artwork.jpg",
        "/artwork.jpg",
        "..\\artwork.jpg",
        "C:\\artwork.jpg",
        "c:artwork.jpg",
        "harvesters\\artwork.jpg",
        "harvesters/./artwork.jpg",
        "harvesters//artwork.jpg",
    ],
)
def test_a_path_that_leads_out_of_the_folder_is_refused(home, pack, away, path):
    before = sorted(home.rglob("*"))
    write(pack, contents(pack) | {path: b"x"})
    assert problems(pack, away) == (
        f"h.zip: {path!r} would be written outside of its folder. Nothing was unpacked.",
    )
    assert sorted(home.rglob("*")) == before


def test_a_link_is_refused(pack, away):
    with zipfile.ZipFile(pack, "a") as file:
        link = zipfile.ZipInfo("harvesters/scores.json")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")
    assert problems(pack, away) == (
        "h.zip: 'harvesters/scores.json' is a link or a device, not a file. Nothing was unpacked.",
    )


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["harvesters/style.toml", "harvesters/STYLE.toml"])
def test_a_name_that_comes_twice_is_refused(pack, away, name):
    with zipfile.ZipFile(pack, "a") as file:
        file.writestr(name, b"")
    assert problems(pack, away) == (f"h.zip: {name!r} is in the pack twice. {AGAIN}",)


def test_a_zip_bomb_is_refused_by_the_size_it_declares_and_by_its_real_size(pack, away):
    bomb = {"harvesters/scores.json": bytes(65 * 2**20)}
    write(pack, bomb, compression=zipfile.ZIP_DEFLATED)
    assert problems(pack, away) == ("h.zip: unpacked it would be larger than 64 MiB. Nothing was unpacked.",)
    data = bytearray(pack.read_bytes())  # which now declares ten bytes
    declared = (65 * 2**20).to_bytes(4, "little")
    pack.write_bytes(bytes(data).replace(declared, (10).to_bytes(4, "little")))
    assert problems(pack, away) == (f"h.zip/harvesters/scores.json: the file is damaged. {AGAIN}",)
    write(pack, {f"harvesters/{number}": b"" for number in range(40)})
    assert problems(pack, away) == ("h.zip: it has 40 entries, but a style has at most 32.",)


@pytest.mark.parametrize(
    "spoil",
    [lambda data: b"", lambda data: b"Dear", lambda data: data[: len(data) // 2], lambda data: data[:-30]],
)
def test_a_file_that_is_not_a_zip_or_is_incomplete_is_refused(pack, away, spoil):
    pack.write_bytes(spoil(pack.read_bytes()))
    assert problems(pack, away) == (f"h.zip: this is not a zip file, or it is incomplete. {AGAIN}",)


def test_a_pack_that_does_not_exist_is_reported(home, away):
    assert problems(home / "x.zip", away) == ("x.zip: the file cannot be read: No such file or directory.",)
    assert problems(home, away)[0].endswith("this is not a file. Name a pack, such as harvesters.style.zip.")


def test_another_zip_is_no_pack(pack, away):
    buffer = io.BytesIO()
    zipfile.ZipFile(buffer, "w").close()
    pack.write_bytes(buffer.getvalue())
    assert problems(pack, away) == ("h.zip: manifest.json is missing, so it is not a pack of a style.",)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "[" * 100_000, '{"format": "pelican-stylize style", "version": 1}']
)
def test_an_invalid_manifest_is_refused(pack, away, text):
    rewrite(pack, lambda _: text.encode())
    assert problems(pack, away) == (f"h.zip/manifest.json: this is not the manifest of a style. {AGAIN}",)


def test_a_pack_of_a_later_format_asks_for_an_update(pack, away):
    rewrite(pack, lambda data: data.replace(b'"version": 1', b'"version": 3'))
    assert problems(pack, away) == (
        "h.zip/manifest.json: its format is version 3, but this plugin reads only 2. Update the plugin.",
    )


def test_weights_of_another_network_are_reported_and_can_be_predicted_again(pack, away):
    class FakeExecutor:
        def predict(self, artwork, target):
            shutil.copy(ROOT / "styles" / "harvesters" / "style.safetensors", target)

    own = NETWORK_FILES["transformer.safetensors"]
    rewrite(pack, lambda data: data.replace(own.encode(), b"0" * 64))
    assert problems(pack, away) == (
        f"h.zip: its weights belong to another network (000000000000…, installed is {own[:12]}…), so the style "
        "would look different here. To keep the artwork and its record, and predict new weights for the "
        "installed network: --predict",
    )
    unpack_style(pack, away, executor=FakeExecutor())
    assert sorted(path.name for path in (away / "harvesters").iterdir()) == [
        "artwork.jpg",
        "painted.jpg",  # the artwork decides it, and not the weights
        "style.safetensors",
        "style.toml",
    ]


def test_a_pickle_in_place_of_the_weights_is_refused(pack, away):
    rewrite(pack, lambda _: b"\x80\x04cos\nsystem\n(S'true'\ntR.", name="style.safetensors")
    assert problems(pack, away) == (
        "h.zip/harvesters/style.safetensors: this is not a safetensors file, or it is damaged.",
    )
    assert not away.exists()


def test_a_style_that_the_library_cannot_load_is_refused(pack, away):
    rewrite(pack, lambda data: data.replace(b"CC0-1.0", b"CC9-1.0"), name="style.toml")
    assert problems(pack, away) == (
        "h.zip/harvesters/style.toml [artwork]: there is no license 'CC9-1.0'. Did you mean 'CC0-1.0'?",
    )
    assert list(away.iterdir()) == []


def test_an_artwork_that_is_not_a_picture_is_refused(pack, away):
    rewrite(pack, lambda _: b"\xff\xd8\xff" + bytes(100), name="artwork.jpg")
    (problem,) = problems(pack, away)
    assert problem.startswith("h.zip/harvesters/artwork.jpg: the file is damaged or cut off")
    assert list(away.iterdir()) == []


def test_a_pack_that_was_zipped_again_by_hand_is_accepted(pack, away):
    write(pack, {"harvesters/": b"", **contents(pack)}, compression=zipfile.ZIP_DEFLATED)
    assert unpack_style(pack, away).slug == "harvesters"

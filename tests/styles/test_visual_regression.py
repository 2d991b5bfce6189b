"""Each style's panel of quick pictures: drawn, compared with the accepted one, and accepted on purpose."""

import re
import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from fixtures import images
from pelican.plugins.stylize.cli.styles_check import panel
from pelican.plugins.stylize.cli.styles_train import tune
from pelican.plugins.stylize.model.errors import UserError
from PIL import Image

ROOT = Path(__file__).parents[2]
POSTERIZED = (
    "return ImageOps.posterize(open_photo(task.photo.path, long_edge=100), 2)"  # an engine gone wrong
)
HEAD = "style                 panel    distance  farthest photo    verdict"
FIRST = "harvesters            quick                                new, look at it"


@pytest.fixture
def library(blog, monkeypatch) -> Path:
    """The blog's styles, with a panel of two photos that the blog's author took."""
    monkeypatch.chdir(blog.root)
    folder = blog.root / "styles"
    for style in ("harvesters", "third-class-carriage"):
        (folder / style / "panel.jpg").unlink(missing_ok=True)
    (folder / "_panel").mkdir()
    images.gradient(100, 80).save(folder / "_panel" / "face.png")
    images.gradient(80, 100).rotate(90, expand=True).save(folder / "_panel" / "night.png")
    return folder


def run_panel(blog, *slugs: str, accept: bool = False) -> list[str]:
    blog.configure()
    return [line.text for line in panel("pelicanconf.py", slugs, accept=accept, painted=False)]


def refused(blog, *slugs: str) -> UserError:
    with pytest.raises(UserError) as error:
        run_panel(blog, *slugs)
    return error.value


def without_distance(error: UserError) -> str:
    return re.sub(r"distance 0\.\d{4}", "distance D", str(error))


def test_a_style_without_a_panel_gets_its_first(blog, library):
    assert run_panel(blog) == [
        HEAD,
        FIRST,
        "third-class-carriage  quick                                new, look at it",
    ]
    with Image.open(library / "harvesters" / "panel.jpg") as sheet:
        assert sheet.size == (200, 80)


def test_an_engine_that_has_not_changed_passes(blog, library):
    run_panel(blog, "harvesters")
    before = (library / "harvesters" / "panel.jpg").read_bytes()
    assert run_panel(blog, "harvesters") == [
        "style       panel    distance  farthest photo    verdict",
        "harvesters  quick    0.0000    face.png          as accepted",
    ]
    assert (library / "harvesters" / "panel.jpg").read_bytes() == before


def test_an_engine_that_has_changed_fails_and_shows_before_and_after(blog, library):
    run_panel(blog, "harvesters")
    accepted = (library / "harvesters" / "panel.jpg").read_bytes()
    blog.fault = POSTERIZED
    error = refused(blog, "harvesters")
    assert error.exitcode == 1
    assert without_distance(error) in {
        f"styles/harvesters: {photo} no longer matches the accepted picture (distance D, limit 0.001)."
        " Its weights are the same, so the engine has changed. See .stylize/panel/harvesters.png,"
        " before | after. To accept the new look: pelican-stylize style.panel --only harvesters --accept"
        for photo in ("face.png", "night.png")
    }
    assert (library / "harvesters" / "panel.jpg").read_bytes() == accepted
    with Image.open(".stylize/panel/harvesters.png") as pair:
        assert pair.size == (208, 80)


def test_what_is_accepted_passes_from_then_on(blog, library):
    run_panel(blog, "harvesters")
    blog.fault = POSTERIZED
    refused(blog, "harvesters")
    assert run_panel(blog, "harvesters", accept=True)[1].endswith("accepted now")
    assert not Path(".stylize/panel/harvesters.png").exists()
    assert run_panel(blog, "harvesters")[1] == "harvesters  quick    0.0000    face.png          as accepted"


def test_changed_weights_are_found_by_the_real_network_and_named_as_the_cause(blog, library):
    from pelican.plugins.stylize.engine.networks.style_file import load_style_file, save_style_file
    from pelican.plugins.stylize.storage.safetensors_header import digest_tensors

    blog.stylize["executor"] = "local"
    run_panel(blog, "harvesters")
    path, record = library / "harvesters" / "style.safetensors", library / "harvesters" / "style.toml"
    before = digest_tensors(path, where="")
    style = load_style_file(path)
    style.parameters["expand3.gain"].mul_(1.05)
    save_style_file(style, path, record={})
    record.write_text(record.read_text("utf-8").replace(before, digest_tensors(path, where="")), "utf-8")
    error = refused(blog, "harvesters")
    assert "limit 0.001). Its weights have changed. See .stylize/panel/harvesters.png" in str(error)
    run_panel(blog, "harvesters", accept=True)
    assert run_panel(blog, "harvesters")[1].endswith("as accepted")


def test_other_photos_are_not_compared_with_the_accepted_ones(blog, library):
    run_panel(blog, "harvesters")
    images.gradient(100, 90).save(library / "_panel" / "face.png")
    assert str(refused(blog, "harvesters")) == (
        "styles/harvesters/panel.jpg: it was made from other photos than those in styles/_panel."
        " Draw it again: pelican-stylize style.panel --only harvesters --accept"
    )
    run_panel(blog, "harvesters", accept=True)
    assert run_panel(blog, "harvesters")[1].endswith("as accepted")


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda path: path.write_bytes(b"<html>"), "this is no JPEG"),
        (lambda path: Image.open(path).save(path, comment=b""), "it does not say what it was made from"),
        (
            lambda path: path.write_bytes(path.read_bytes()[:-100]),
            "the file is damaged or cut off (image file is truncated",
        ),
    ],
)
def test_a_damaged_panel_is_named_with_the_reason_and_can_be_drawn_again(blog, library, damage, reason):
    run_panel(blog, "harvesters")
    damage(library / "harvesters" / "panel.jpg")
    message = str(refused(blog, "harvesters"))
    assert message.startswith(f"styles/harvesters/panel.jpg: it cannot be read: {reason}")
    assert message.endswith(
        ". Restore it, or draw it again: pelican-stylize style.panel --only harvesters --accept"
    )
    run_panel(blog, "harvesters", accept=True)
    assert run_panel(blog, "harvesters")[1].endswith("as accepted")


def test_a_photo_that_cannot_be_drawn_is_named_and_the_other_styles_are_drawn(blog, library):
    blog.fault = (
        "from pelican.plugins.stylize.model.errors import PhotoError\n"
        "    if (task.photo.name, task.blend[0].artwork.path.parent.name) == ('night.png', 'harvesters'): raise PhotoError('it is too dark.')"
    )
    blog.configure()
    lines = []
    with pytest.raises(UserError) as error:
        lines.extend(line.text for line in panel("pelicanconf.py", painted=False))
    assert str(error.value) == "styles/harvesters: night.png: it is too dark."
    assert (library / "third-class-carriage" / "panel.jpg").exists()
    assert not (library / "harvesters" / "panel.jpg").exists()


def test_a_library_without_panel_photos_says_what_belongs_there(blog, library):
    shutil.rmtree(library / "_panel")
    error = refused(blog)
    assert error.exitcode == 2
    assert str(error) == (
        "styles/_panel: there are no photos to draw the styles with. Put some there, as different as your own:"
        " a face, a landscape with sky, a building, a night, a crowd, a close-up."
    )


def test_a_style_that_does_not_exist_is_reported(blog, library):
    assert str(refused(blog, "harvestres")) == "there is no style 'harvestres'. Did you mean 'harvesters'?"


def test_a_blog_without_photos_is_tuned_on_those_of_the_panel(blog, library):
    blog.configure()
    shutil.rmtree(blog.root / "content" / "photos")
    lines = tune("pelicanconf.py", ["harvesters"])
    assert next(lines).text == "content/photos: there are no photos, so those of styles/_panel are taken."
    assert next(lines).text == "1 style(s) to tune on 2 photos; Ctrl-C keeps what is done."


def test_a_folder_that_was_named_is_never_replaced(blog, library, tmp_path):
    blog.configure()
    (tmp_path / "mine").mkdir()
    with pytest.raises(UserError, match=r"^mine: there are no photos in this folder\."):
        next(tune("pelicanconf.py", ["harvesters"], photos="mine"))


def test_the_photos_that_ship_are_small_and_those_that_their_credits_name():
    photos = sorted((ROOT / "styles" / "_panel").glob("*.jpg"))
    assert [path.stem for path in photos] == ["building", "close-up", "crowd", "face", "landscape", "night"]
    assert sum(path.stat().st_size for path in photos) < 300_000
    for path in photos:
        digest = sha256(path.read_bytes()).hexdigest()
        assert f"# {path.name}: sha256 {digest}\n" in path.with_suffix(".toml").read_text("utf-8")


def test_every_style_that_ships_has_its_panel():
    for style in (ROOT / "styles").glob("*/style.toml"):
        assert (style.parent / "panel.jpg").stat().st_size < 120_000

"""A style is added from an artwork's file and its record, or it is refused with all that is wrong."""

import os
import shutil
import time
from pathlib import Path

import pytest
from fixtures.images import animated, png_that_claims, quarters, save_turned
from pelican.plugins.stylize.model.entities import Author
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.rights.license_parser import parse_license
from pelican.plugins.stylize.rights.rules import SitePolicy
from pelican.plugins.stylize.storage.atomic_files import sha256_of
from pelican.plugins.stylize.styles.add import StyleRequest, add_style
from pelican.plugins.stylize.styles.library import load_style, style_folders
from PIL import Image

ROOT = Path(__file__).parents[2]
EMPTY = (2).to_bytes(8, "little") + b"{}"
MUSEUM = {
    "title": "Étude, “Fog”",
    "creator": "Ana Sol",
    "source_url": "https://museum.example/1",
    "license": "CC0",
    "category": "art",
}


class FakeExecutor:
    """Writes weights without tensors."""

    def predict(self, artwork, target):
        assert artwork.digest == sha256_of(artwork.path)
        target.write_bytes(EMPTY)


@pytest.fixture
def library(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path / "styles"


@pytest.fixture
def picture(tmp_path, library):
    path = tmp_path / "fog.png"
    quarters(400, 300).save(path)
    return path


def add(picture, library, *, own=False, executor=None, author=None, policy=None, **given):
    request = StyleRequest(picture=picture, given=given, own=own)
    return add_style(request, library, executor or FakeExecutor(), author=author, policy=policy)


def problems(*arguments, **named) -> tuple[str, ...]:
    with pytest.raises(UserError) as error:
        add(*arguments, **named)
    return error.value.problems


def test_a_picture_and_what_was_typed_make_a_style(picture, library):
    added = add(picture, library, **MUSEUM, meaning="Fog.")
    style = load_style(library / "etude-fog", display_path="styles/etude-fog")
    assert (added.slug, added.size, added.warning) == ("etude-fog", (400, 300), "")
    assert (style.category, style.meaning, style.artwork.credit.license.code) == ("art", "Fog.", "CC0-1.0")
    assert sorted(path.name for path in library.iterdir()) == ["etude-fog"]
    assert (
        (library / "etude-fog" / "style.toml").read_text("utf-8")
        == f"""\
title = "Étude, “Fog”"
category = "art"
# What this artwork says about a photo it redraws, in your words:
meaning = "Fog."

# From the command line. artwork.jpg is made from the file
# that [original] names: upright, in sRGB, 400 x 300 pixels, without its metadata.
[artwork]
title = "Étude, “Fog”"
creator = "Ana Sol"
source_url = "https://museum.example/1"
license = "CC0-1.0"
sha256 = "{style.artwork.digest}"

[original]
file = "fog.png"
sha256 = "{sha256_of(picture)}"
bytes = {picture.stat().st_size}
width = 400  # pixels, upright
height = 300
crop = ""  # left, top, width, height, in pixels; "" for the whole picture

[model]
method = "feed-forward"
level = 0
digest = "{style.weights.digest}"
how = "Predicted from the artwork, without training."
"""
    )


def test_the_record_beside_a_picture_is_read_and_what_was_typed_has_priority(picture, library):
    record = 'title = "Fog"\ncreator = ["Ana Sol", "Bo Lind"]\nlicense = "InC"\nsource_url = "https://a.example/1"\n'
    picture.with_suffix(".toml").write_text(record + 'category = "space"\ncrop = "10,20,200,150"\n')
    added = add(picture, library, category="labor", license="CC-BY-4.0", slug="mist")
    style = load_style(library / "mist")
    assert style.category == "labor"
    assert style.artwork.credit.creator == "Ana Sol and Bo Lind"
    assert style.artwork.credit.license.code == "CC-BY-4.0"
    assert (added.size, added.came_from) == ((200, 150), "fog.toml and the command line")
    assert 'crop = "10,20,200,150"  # left' in (library / "mist" / "style.toml").read_text()


def test_artwork_toml_is_the_record_of_the_only_picture_in_its_folder(picture, library):
    common = picture.with_name("artwork.toml")
    common.write_text(
        'title = "Mine"\ncategory = "art"\nmeaning = "Fog."\n[artwork]\ntitle = "Fog"\ncreator = "Ana Sol"\n'
        'source_url = "https://a.example/1"\nlicense = "CC0-1.0"\n'
    )
    quarters().save(picture.with_name("other.jpg"))
    assert problems(picture, library)[0] == (
        "artwork.toml: there are several pictures beside it, and it does not say which one it describes. Rename it to fog.toml."
    )
    picture.with_name("other.jpg").unlink()
    assert add(picture, library).slug == "fog"


def test_a_persons_decision_comes_along(picture, library):
    picture.with_suffix(".toml").write_text(
        '[rights]\ndecision = "Permission by letter."\nby = "Ana Sol"\non = 2026-11-22\n'
    )
    assert add(picture, library, **{**MUSEUM, "license": "CC-BY-ND-4.0"}).warning == ""
    assert load_style(library / "etude-fog").artwork.credit.decision.by == "Ana Sol"


def test_an_artwork_that_may_not_be_redrawn_is_added_with_a_warning(picture, library):
    added = add(picture, library, **{**MUSEUM, "license": "CC-BY-NC-4.0"}, policy=SitePolicy(commercial=True))
    assert added.warning.startswith("CC BY-NC 4.0 does not allow commercial use")


def test_a_work_of_the_authors_own_needs_no_page_and_takes_the_authors_license(picture, library):
    author = Author(name="Ana Sol", license=parse_license("CC-BY-4.0", where=""))
    add(picture, library, own=True, author=author, title="Fog", category="art")
    credit = load_style(library / "fog").artwork.credit
    assert (credit.creator, credit.institution, credit.source_url) == ("Ana Sol", "This project", "")
    assert credit.license.code == "CC-BY-4.0"


def test_all_problems_are_reported_together_and_nothing_is_left_behind(picture, library):
    assert problems(
        picture, library, category="artt", crop="pct:50,50,60,60", license="CC-BY", slug="My Fog"
    ) == (
        "fog.png: there is no license 'CC-BY'. Write the version too, as in 'CC-BY-4.0'.",
        "fog.png: title is missing. Write what the work is called: in a record beside the picture, or --title.",
        "fog.png: creator is missing. Write who made it: in a record beside the picture, or --creator.",
        "fog.png: source_url is missing. Every style needs a source: name the page of the item "
        "(--source-url), or say that the work is your own (--own).",
        "fog.png: there is no category 'artt'. Did you mean 'art'?",
        "--slug is 'My Fog', but must be at most 60 small letters, digits and single hyphens, such as starry-night.",
        "fog.png: the crop 'pct:50,50,60,60' reaches over the edge of the image, which is 400 x 300 pixels, upright. "
        "Take less of it.",
    )
    assert not library.exists()


def test_a_missing_category_is_answered_with_the_list(picture, library):
    assert problems(picture, library, **{**MUSEUM, "category": ""}) == (
        "fog.png: category is missing. Write one of: art, video-game, science-fiction, electrical, industrial, "
        "propaganda, labor, space.",
    )


def test_a_license_is_never_guessed(picture, library):
    assert problems(picture, library, **{**MUSEUM, "license": ""}) == (
        "fog.png: license is missing. Write the license or rights statement of its picture, such as "
        "CC0-1.0 or CC-BY-4.0: in a record beside the picture, or --license.",
    )


def test_a_name_that_is_taken_stays_with_who_has_it(picture, library):
    (library / "Fog").mkdir(parents=True)
    assert problems(picture, library, **MUSEUM, slug="fog") == (
        "styles/Fog already exists and is left as it is. Choose another name: --slug fog-2",
    )


def test_an_artwork_that_has_a_style_is_refused_but_a_part_of_it_may_be_another_style(picture, library):
    shutil.copytree(ROOT / "styles" / "harvesters", library / "harvesters")
    artwork = library / "harvesters" / "artwork.jpg"
    assert problems(artwork, library, **MUSEUM) == (
        "styles/harvesters/artwork.jpg is already the artwork of the style 'harvesters'. Use that style, or "
        "make one from a part of the picture: --crop LEFT,TOP,WIDTH,HEIGHT",
    )
    add(artwork, library, **MUSEUM, crop="0,0,200,200")
    assert problems(artwork, library, **MUSEUM, slug="again", crop="0,0,200,200")[0].startswith(
        "styles/harvesters/artwork.jpg is already the artwork of the style 'etude-fog'."
    )


def test_a_record_of_another_picture_is_refused(picture, library):
    picture.with_suffix(".toml").write_text(f'sha256 = "{"0" * 64}"\n')
    assert problems(picture, library, **MUSEUM) == (
        "fog.toml: it names another picture (sha256 000000000000…) than fog.png. Download that picture again, or "
        "correct the record.",
    )


def test_a_picture_that_is_too_small_is_refused_and_one_cut_too_small_too(picture, library):
    message = (
        "fog.png: the artwork is 400 x 100 pixels, and a style needs 128 on the shorter side. Fetch a larger "
        "picture of it, or take more of this one."
    )
    assert problems(picture, library, **MUSEUM, crop="0,0,400,100") == (message,)
    quarters(400, 100).save(picture)
    assert problems(picture, library, **MUSEUM) == (message,)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:200]), "fog.png: the file is damaged or cut off"),
        (
            lambda path: path.write_bytes(png_that_claims(25_000, 20_000)),
            "fog.png: it has 500 megapixels (25000 x 20000)",
        ),
        (lambda path: animated(path, format="GIF"), "fog.png: this is an animated GIF of 2 frames."),
        (lambda path: path.write_text("<svg/>"), "fog.png: "),
        (lambda path: path.unlink(), "fog.png: there is no such file."),
    ],
)
def test_what_is_no_usable_picture_is_refused(picture, library, spoil, message):
    spoil(picture)
    (problem,) = problems(picture, library, **MUSEUM)
    assert problem.startswith(message)
    assert not library.exists()


def test_a_picture_is_taken_upright_and_without_what_the_camera_wrote(tmp_path, library):
    path = save_turned(quarters(400, 300), tmp_path / "fog.jpg", orientation=6)
    add(path, library, **MUSEUM)
    with Image.open(library / "etude-fog" / "artwork.jpg") as artwork:
        assert artwork.size == (400, 300)
        assert not artwork.getexif() and "icc_profile" not in artwork.info


def test_a_part_of_a_large_picture_is_scaled_to_what_is_of_use(tmp_path, library):
    path = tmp_path / "wall.png"
    Image.new("RGB", (5000, 3000), "teal").save(path)
    assert add(path, library, **MUSEUM, crop="pct:0,0,80,100").size == (2000, 1500)


def test_a_prediction_that_fails_leaves_nothing_behind(picture, library):
    class Broken:
        def predict(self, artwork, target):
            raise UserError("no worker starts.")

    assert problems(picture, library, **MUSEUM, executor=Broken()) == ("no worker starts.",)
    assert list(library.iterdir()) == []


def test_two_runs_that_add_the_same_style_together_do_not_mix_their_files(picture, library):
    class Overtaken(FakeExecutor):
        def predict(self, artwork, target):
            add(picture, library, **MUSEUM, slug="fog")
            super().predict(artwork, target)

    assert problems(picture, library, **MUSEUM, slug="fog", executor=Overtaken()) == (
        "styles/fog already exists and is left as it is. Choose another name: --slug fog-2",
    )
    assert [path.name for path in library.iterdir()] == ["fog"]
    assert load_style(library / "fog").title == MUSEUM["title"]


def test_what_a_killed_command_left_behind_is_no_style_and_goes_with_the_next(picture, library):
    left = library / ".coming-killed"
    (left / "fog").mkdir(parents=True)
    long_ago = time.time() - 2 * 24 * 60 * 60
    os.utime(left, (long_ago, long_ago))
    assert style_folders(library) == []
    add(picture, library, **MUSEUM, slug="fog")
    assert [path.name for path in library.iterdir()] == ["fog"]


def test_hostile_words_are_kept_as_words(picture, library):
    words = 'Fog"\n[model]\nlevel = 2 \\ \x7f\u2028</script>'
    add(picture, library, **{**MUSEUM, "title": words}, slug="fog")
    assert load_style(library / "fog").title == words


@pytest.mark.parametrize(
    ("title", "slug"), [("睡蓮", "shui-lian"), ("Łódź ø ß", "lodz-o-ss"), ("Мост", "most")]
)
def test_a_title_in_another_script_makes_a_name_in_latin_letters(picture, library, title, slug):
    assert add(picture, library, **{**MUSEUM, "title": title}).slug == slug


def test_a_title_without_letters_asks_for_a_name(picture, library):
    assert problems(picture, library, **{**MUSEUM, "title": "☆"}) == (
        "the title '☆' makes no name for the style's folder. Name it with --slug, as in --slug starry-night.",
    )


def test_where_a_museum_has_a_work_goes_from_its_record_into_the_style(picture, library):
    record = picture.with_suffix(".toml")
    record.write_text('[museum]\nitem = "met:12"\nchecked = 2026-11-22\n', "utf-8")
    added = add(picture, library, **MUSEUM)
    assert 'item = "met:12"' in (added.folder / "style.toml").read_text("utf-8")


def test_a_place_in_a_museum_that_cannot_be_read_is_told(picture, library):
    picture.with_suffix(".toml").write_text('[museum]\nitem = "12"\nchecked = 2026-11-22\n', "utf-8")
    assert problems(picture, library, **MUSEUM) == (
        "fog.toml [museum]: item is '12', but must be like 'met:435809'.",
    )

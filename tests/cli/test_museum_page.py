"""A saved page becomes a record: what is printed, asked and refused."""

import io
from datetime import date
from pathlib import Path

import pytest
from fixtures import saved_pages
from fixtures.images import gradient
from pelican.plugins.stylize.cli.museum_page import ImportedPage, import_page
from pelican.plugins.stylize.model.errors import UserError
from PIL import Image


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(page: str, *, image: str = "", ask=None, **given: str) -> tuple[list[str], ImportedPage]:
    lines: list[str] = []
    steps = import_page(
        Path(page), image=Path(image) if image else None, given=given, today=date(2026, 11, 27), ask=ask
    )
    while True:
        try:
            lines.append(next(steps))
        except StopIteration as stop:
            return lines, stop.value


def save_picture(path: Path, *, width: int, height: int, **options: object) -> None:
    gradient(width, height).save(path, **options)


def test_a_page_that_says_everything(folder):
    (folder / "saved.html").write_text(saved_pages.GRAPH, "utf-8")
    save_picture(folder / "saved.jpg", width=3600, height=2700)
    lines, imported = run("saved.html", image="saved.jpg")
    assert lines[0] == "saved.html says:"
    assert lines[-2:] == [
        "Picture: saved.jpg, 3600 x 2700 pixels",
        "Rights: Public Domain [JSON-LD ImageObject.license]",
    ]
    assert (imported.record.title, imported.picture) == ("The Wave", Path("saved.jpg"))


def test_all_that_is_missing_is_listed_at_once(folder):
    (folder / "saved.html").write_text(saved_pages.IIIF, "utf-8")
    with pytest.raises(UserError) as error:
        run("saved.html")
    assert error.value.problems == (
        "saved.html: Who made it? Type --creator 'Name; Name'",
        "saved.html: Where is the picture that you saved? Type --image saved.jpg",
    )


def test_rights_that_the_page_does_not_state_are_asked_for(folder):
    (folder / "saved.html").write_text(saved_pages.OPEN_GRAPH, "utf-8")
    save_picture(folder / "saved.jpg", width=400, height=300)
    with pytest.raises(UserError) as error:
        run("saved.html", image="saved.jpg")
    assert error.value.problems == (
        "saved.html: Which license or rights statement has the picture (such as CC0-1.0 or CC-BY-4.0)?"
        " Type --license CC0-1.0",
    )


def test_a_thumbnail_is_named_and_one_of_another_shape_too(folder):
    (folder / "saved.html").write_text(saved_pages.OPEN_GRAPH, "utf-8")
    save_picture(folder / "saved.jpg", width=400, height=300)
    lines, imported = run("saved.html", image="saved.jpg", license="CC-BY-SA-4.0", by="Mia Roe")
    assert lines[-3:] == [
        "Note: the picture is only 400 x 300 pixels, and the page says 2400 x 1600: this may be a thumbnail."
        " Open the large one in the browser and save that: https://kelp.example/media/5-large.jpg",
        "Note: the picture is 400 x 300 pixels, and the page says 2400 x 1600, which is another shape."
        " Is it the same picture?",
        "Rights: CC BY-SA 4.0 [typed by a person], decided by Mia Roe on 2026-11-27",
    ]
    assert imported.decision is not None
    assert imported.decision.text == "Read as CC BY-SA 4.0. The page states no rights of its picture."


def test_a_person_at_a_terminal_is_asked_one_question_each(folder):
    (folder / "saved.html").write_text("<title>Pier</title>", "utf-8")
    save_picture(folder / "saved.jpg", width=800, height=600)
    asked: list[str] = []
    answers = iter(["", "Ana Sol", "https://a.example/1", "CC-BY", "CC-BY-4.0", "saved.jpg"])

    def ask(question: str) -> str:
        asked.append(question)
        return next(answers)

    lines, imported = run("saved.html", ask=ask)
    license = "Which license or rights statement has the picture (such as CC0-1.0 or CC-BY-4.0)? "
    assert asked == [
        "Who made it? ",
        "Who made it? ",
        "What is the address of the page? ",
        license,
        license,
        "Where is the picture that you saved? ",
    ]
    assert "--license: there is no license 'CC-BY'. Write the version too, as in 'CC-BY-4.0'." in lines
    assert (imported.record.title, imported.record.rights.license.code) == ("Pier", "CC-BY-4.0")


def test_a_person_who_does_not_answer_ends_it(folder):
    (folder / "saved.html").write_text("<title>Pier</title>", "utf-8")

    def ask(question: str) -> str:
        raise EOFError

    with pytest.raises(UserError, match="Who made it"):
        run("saved.html", ask=ask)


def test_the_picture_of_a_mhtml_file_is_offered_with_what_it_says_about_itself(folder):
    exif = Image.Exif()
    exif[0x013B] = "Ana Sol"
    exif[0x8298] = "Public domain"
    jpeg = io.BytesIO()
    gradient(1200, 900).save(jpeg, "JPEG", exif=exif)
    (folder / "saved.mhtml").write_bytes(saved_pages.make_mhtml(jpeg.getvalue()))
    lines, imported = run("saved.mhtml", creator="Ana Sol", license="CC0-1.0")
    assert lines[-4:] == [
        "Picture: https://shore.example/img/8.jpg in the MHTML file, 1200 x 900 pixels",
        "The file says: creator: Ana Sol  [EXIF artist]",
        "The file says: rights: Public domain  [EXIF copyright]",
        "Rights: CC0 1.0 [typed by a person]",
    ]
    assert imported.picture == jpeg.getvalue()


def test_the_largest_picture_of_a_mhtml_file_is_taken_only_if_a_person_says_so(folder):
    jpeg = io.BytesIO()
    gradient(1200, 900).save(jpeg, "JPEG", quality=99)
    data = saved_pages.make_mhtml(jpeg.getvalue()).replace(b"og:image", b"og:other")
    (folder / "saved.mhtml").write_bytes(data.replace(b"image/png", b"text/plain"))
    with pytest.raises(UserError, match="Where is the picture that you saved"):
        run("saved.mhtml", creator="Ana Sol", license="CC0-1.0")
    asked: list[str] = []
    _, imported = run(
        "saved.mhtml", creator="Ana Sol", license="CC0-1.0", ask=lambda words: asked.append(words) or "y"
    )
    assert asked == [
        "Is this the picture of the item: https://shore.example/img/8.jpg in the MHTML file? [y/N] "
    ]
    assert imported.picture == jpeg.getvalue()


def test_a_file_that_is_no_picture(folder):
    (folder / "saved.html").write_text(saved_pages.GRAPH, "utf-8")
    (folder / "saved.jpg").write_text("<html>", "utf-8")
    with pytest.raises(UserError, match=r"^saved\.jpg: "):
        run("saved.html", image="saved.jpg")


def test_a_museum_that_can_be_asked_is_named(folder):
    (folder / "saved.html").write_text(
        '<link rel="canonical" href="https://www.metmuseum.org/art/collection/search/12"><title>Nets</title>',
        "utf-8",
    )
    steps = import_page(Path("saved.html"), given={}, today=date(2026, 11, 27))
    lines = []
    with pytest.raises(UserError):
        lines.extend(iter(lambda: lines.append(next(steps)), 0))
    assert (
        "This page is met:12, of The Metropolitan Museum of Art, which can be asked itself:"
        " pelican-stylize museum.add met:12" in lines
    )

"""The compiled templates of the plugin's own pages are kept, and never change what is written."""

from pathlib import Path

import pytest
from fixtures.small_blog import Blog

PAGES = ("styles/index.html", "styles/harvesters/index.html", "credits/index.html", "provenance/index.html")


@pytest.fixture
def asked(blog: Blog) -> Blog:
    blog.photo("pier.jpg")
    blog.post("sea", "Words.", Style="harvesters", Photos="pier.jpg | A pier")
    return blog


def read_pages(output: Path) -> dict[str, bytes]:
    return {page: (output / page).read_bytes() for page in PAGES}


def kept(blog: Blog) -> list[Path]:
    return sorted((blog.root / ".stylize" / "templates").iterdir())


def test_a_build_with_kept_templates_writes_the_same(asked):
    first = asked.build()
    pages, files = read_pages(first.output), {path: path.stat().st_mtime_ns for path in kept(asked)}
    assert len(files) >= len(PAGES)
    assert read_pages(asked.build().output) == pages
    assert {path: path.stat().st_mtime_ns for path in kept(asked)} == files  # none was compiled again


def test_a_damaged_template_is_compiled_again(asked):
    pages = read_pages(asked.build().output)
    files = {path: path.read_bytes() for path in kept(asked)}
    for path, data in files.items():
        path.write_bytes(data[:50] + bytes([data[50] ^ 1]) + data[51:])
    assert read_pages(asked.build().output) == pages
    assert {path: path.read_bytes() for path in kept(asked)} == files


def test_templates_that_are_compiled_in_another_way_are_other_files(asked):
    asked.build()
    before = kept(asked)
    asked.settings["JINJA_ENVIRONMENT"] = {"trim_blocks": False, "lstrip_blocks": False}
    asked.build()
    assert len(kept(asked)) == 2 * len(before)


def test_a_theme_that_has_its_own_template_is_compiled_in_each_build(asked):
    theme = asked.root / "theme"
    (theme / "templates" / "stylize").mkdir(parents=True)
    (theme / "templates" / "stylize" / "styles.html").write_text("{{ 'a'|upper }} of the theme")
    asked.settings["THEME_TEMPLATES_OVERRIDES"] = [str(theme / "templates")]
    built = asked.build()
    assert built.page("styles/index.html") == "A of the theme"
    assert not any(b"of the theme" in path.read_bytes() for path in kept(asked))

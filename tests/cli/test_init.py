"""`init` and `new` in blogs as pelican-quickstart and people make them."""

from pathlib import Path

import pytest
from fixtures.program import quickstart, run_program

LICENSE = ("--license", "CC-BY-4.0")
OTHER = """\
def register():
    from pelican import signals

    signals.finalized.connect(lambda pelican: print("the other plugin runs"), weak=False)
"""


@pytest.fixture
def quick(tmp_path) -> Path:
    """A blog of pelican-quickstart, with another plugin of the namespace installed."""
    folder = quickstart(tmp_path / "blog")
    plugin = folder / "installed" / "other"
    plugin.mkdir(parents=True)
    (plugin / "__init__.py").write_text(OTHER)
    return folder


def settings(folder: Path, more: str) -> None:
    with (folder / "pelicanconf.py").open("a") as file:
        file.write(more)


def test_init_prepares_a_quickstart_blog_and_the_other_plugin_still_runs(quick):
    before = (quick / "pelicanconf.py").read_text()
    ended = run_program("init", *LICENSE, cwd=quick / "content")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "This will, without overwriting anything:",
        "- leave PLUGINS unset in pelicanconf.py: Pelican loads every installed plugin",
        "- name Ana Sol in pelicanconf.py as the author of your photos, and good as their quality",
        "- copy the style harvesters to styles/",
        "- copy the style hubble-m51 to styles/",
        "- copy the style reduction-gear to styles/",
        "- copy the style wheat-field-with-cypresses to styles/",
        "- copy six photos to styles/_panel/, for tuning and for the pages of styles",
        "- copy content/photos/mont-saint-michel.jpg",
        "- copy content/photos/mont-saint-michel.toml",
        "- write content/a-first-picture.md, a first post with a picture",
        "Done. Build it and look: pelican-stylize build, then pelican-stylize serve",
    ]
    after = (quick / "pelicanconf.py").read_text()
    assert after == before + (
        '\nSTYLIZE = {\n    "author": {"name": "Ana Sol", "license": "CC-BY-4.0"},\n    "quality": "good",\n}\n'
    )
    (quick / "pelicanconf.py").write_text(after.replace('"good"', '"quick"'))
    ended = run_program("build", cwd=quick)
    assert (ended.code, ended.err) == (0, "")
    assert "the other plugin runs" in ended.out
    page = (quick / "output" / "a-first-picture.html").read_text()
    assert "https://www.metmuseum.org/art/collection/search/435809" in page
    assert "https://commons.wikimedia.org/wiki/File:Mont_Saint-Michel_IMG_5109_(48875955288).jpg" in page
    assert run_program("provenance.verify", cwd=quick).code == 0


def test_a_blog_with_settings_of_its_own_is_told_to_write_its_quality_down(quick):
    settings(quick, '\nSTYLIZE = {"author": {"name": "Ana Sol"}}\n')
    ended = run_program("init", "--yes", cwd=quick)
    assert '- (for you to do) add this to pelicanconf.py: STYLIZE["quality"] = "good"' in ended.out
    settings(quick, 'STYLIZE["quality"] = "best"\n')
    assert "quality" not in run_program("init", "--yes", cwd=quick).out


def test_a_second_init_changes_nothing(quick):
    run_program("init", *LICENSE, cwd=quick)
    kept = {path: path.read_bytes() for path in quick.rglob("*") if path.is_file()}
    ended = run_program("init", *LICENSE, cwd=quick)
    assert ended.out.splitlines()[0] == "Everything is there already; nothing was changed."
    now = {path: path.read_bytes() for path in quick.rglob("*") if path.is_file()}
    assert {path: data for path, data in now.items() if "__pycache__" not in path.parts} == {
        path: data for path, data in kept.items() if "__pycache__" not in path.parts
    }


def test_what_is_there_is_never_overwritten(quick):
    mine = {
        quick / "styles" / "harvesters" / "style.toml": "mine",
        quick / "content" / "a-first-picture.md": "Title: Mine\nDate: 2026-11-01\n\nMine.\n",
        quick / "content" / "photos" / "mont-saint-michel.toml": "mine",
    }
    for path, text in mine.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert run_program("init", *LICENSE, cwd=quick).code == 0
    assert {path: path.read_text() for path in mine} == mine
    assert (quick / "styles" / "hubble-m51" / "style.toml").is_file()


@pytest.mark.parametrize(
    ("written", "after"),
    [
        ('PLUGINS = ["other"]', 'PLUGINS = ["other", "pelican.plugins.stylize"]'),
        ("PLUGINS = []", 'PLUGINS = ["pelican.plugins.stylize"]'),
        (
            'PLUGINS = [\n    "other",  # ours\n]',
            'PLUGINS = [\n    "other",\n    "pelican.plugins.stylize",  # ours\n]',
        ),
        ('PLUGINS = [\n    "other"\n]', 'PLUGINS = [\n    "other",\n    "pelican.plugins.stylize",\n]'),
    ],
)
def test_the_plugin_is_added_to_a_plain_list(written, after, quick):
    settings(quick, f"\n{written}\n")
    ended = run_program("init", *LICENSE, cwd=quick)
    assert '- add "pelican.plugins.stylize" to PLUGINS in pelicanconf.py' in ended.out.splitlines()
    namespace: dict = {}
    exec((quick / "pelicanconf.py").read_text().partition("AUTHOR")[2].partition("\n")[2], namespace)
    expected: dict = {}
    exec(after, expected)
    assert namespace["PLUGINS"] == expected["PLUGINS"]


@pytest.mark.parametrize(
    "written",
    ['PLUGINS = ["other"] + []', "PLUGINS = [\n    # none yet\n]", 'PLUGINS = ["other"  # ours\n]'],
)
def test_a_plugin_list_that_cannot_be_extended_safely_is_left_to_its_author(written, quick):
    settings(quick, f"\n{written}\n")
    ended = run_program("init", *LICENSE, cwd=quick)
    assert (
        '- (for you to do) PLUGINS in pelicanconf.py is no plain list; add "pelican.plugins.stylize" to it'
        in ended.out.splitlines()
    )
    assert written in (quick / "pelicanconf.py").read_text()


def test_a_settings_file_keeps_its_mark_its_line_endings_and_its_mode(quick):
    path = quick / "pelicanconf.py"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    path.chmod(0o600)
    before = path.read_bytes()
    assert run_program("init", *LICENSE, cwd=quick).code == 0
    after = path.read_bytes()
    assert after.startswith(before)
    assert after.count(b"\n") == after.count(b"\r\n")
    assert path.stat().st_mode & 0o777 == 0o600


def test_settings_behind_a_link_stay_behind_it(quick, tmp_path):
    real = (quick / "pelicanconf.py").rename(tmp_path / "real.py")
    (quick / "pelicanconf.py").symlink_to(real)
    assert run_program("init", *LICENSE, cwd=quick).code == 0
    assert (quick / "pelicanconf.py").is_symlink()
    assert "STYLIZE" in real.read_text()


def test_without_a_license_and_a_terminal_init_says_what_to_type(quick):
    ended = run_program("init", cwd=quick)
    assert (ended.code, ended.err) == (
        2,
        "--license missing: whose photos will the blog show, and under which license? As in"
        ' pelican-stylize init --author "Ana Sol" --license CC-BY-4.0\n',
    )
    assert not (quick / "styles").exists()


def test_an_unknown_license_is_refused_before_anything_is_changed(quick):
    ended = run_program("init", "--license", "CC-BY-5", cwd=quick)
    assert ended.code == 2
    assert ended.err.startswith("--license: ")
    assert not (quick / "styles").exists()


def test_new_writes_a_draft_with_its_front_matter(quick):
    run_program("init", *LICENSE, cwd=quick)
    ended = run_program(
        "new",
        "The harbor before the rain",
        "--style",
        "harvesters",
        "--photos",
        "harbor.jpg,nets.jpg",
        cwd=quick,
    )
    assert ended.out == (
        "content/the-harbor-before-the-rain.md: a draft; take out `Status: draft` to publish it.\n"
    )
    lines = (quick / "content" / "the-harbor-before-the-rain.md").read_text().splitlines()
    assert lines[0] == "Title: The harbor before the rain"
    assert lines[1].startswith("Date: 20")
    assert lines[2:] == [
        "Status: draft",
        "Style: harvesters",
        "Photos: harbor.jpg",
        "    nets.jpg",
        "",
        "Write your story here.",
    ]


def test_new_refuses_a_post_that_exists_and_a_style_that_does_not(quick):
    run_program("init", *LICENSE, cwd=quick)
    ended = run_program("new", "A first picture", "--style", "harvestres", cwd=quick)
    assert (ended.code, ended.err.splitlines()) == (
        2,
        [
            "there is no style 'harvestres'. Did you mean 'harvesters'?",
            "content/a-first-picture.md exists already. Give the post another title.",
        ],
    )
    ended = run_program("new", " ", cwd=quick)
    assert (ended.code, ended.err) == (
        2,
        'a post needs a title, as in pelican-stylize new "The harbor before the rain"\n',
    )

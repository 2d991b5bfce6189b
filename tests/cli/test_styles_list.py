"""The styles of the library are listed and judged, without loading Pelican or torch."""

import json
import re
import shutil
from pathlib import Path

import pytest
from fixtures.program import run_invoke, run_python
from pelican.plugins.stylize.cli.styles_list import list_styles, save_verdict
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.storage.picture_usage import write_usage

ROOT = Path(__file__).parents[2]


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder with two styles and plain settings."""
    for slug in ("harvesters", "third-class-carriage"):
        shutil.copytree(ROOT / "styles" / slug, tmp_path / "styles" / slug)
        (tmp_path / "styles" / slug / "scores.json").unlink(missing_ok=True)
    (tmp_path / "pelicanconf.py").write_text("STYLIZE = {'price_per_hour': 36.0}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_list_tells_what_each_style_is_cost_and_is_used_for(site):
    write_usage(
        site / ".stylize", {"content/pier.md": {"aa": ["harvesters"]}, "content/b.md": {"aa": ["harvesters"]}}
    )
    scores = {"made": "2026-11-22", "scores": {"zest": 0.12345, "fit": 1, "unknown": "?"}, "of": "ab"}
    (site / "styles" / "harvesters" / "scores.json").write_text(json.dumps(scores))
    save_verdict("pelicanconf.py", "harvesters", "cool", suits=["landscape", "sky"])
    for slug, seconds in (("harvesters", 150), ("third-class-carriage", 588)):
        record = site / "styles" / slug / "style.toml"
        text = re.sub(r"(?m)^seconds = .*$", f"seconds = {seconds}.0", record.read_text("utf-8"))
        record.write_text(text, "utf-8")
    shutil.copytree(ROOT / "styles" / "extreme-deep-field", site / "styles" / "deep-field")
    (site / "styles" / "deep-field" / "scores.json").unlink()
    assert list_styles("pelicanconf.py").splitlines() == [
        "style                 title                     category  level  kB   tuning        verdict"
        "                        posts  scores",
        "deep-field            Extreme Deep Field        space     0      5    none"
        "                                         0",
        "harvesters            The Harvesters            labor     2      222  150 s, $1.50  cool, suits landscape"
        " and sky  2      fit 1, zest 0.123",
        "third-class-carriage  The Third-Class Carriage  labor     2      222  588 s, $5.88"
        "                                 0",
        "",
        "A style with no tuning cost nothing. Good and best pictures do not need one, since they are painted from"
        " the artwork; quick ones look more like it after one.",
        "3 styles; posts as of the last build.",
    ]


def test_before_the_first_build_nobody_knows_which_posts_use_a_style(site):
    *_, row, _, summary = list_styles("pelicanconf.py", category="labor").splitlines()
    assert row.endswith("  ?")
    assert summary == "2 styles; no build has counted the posts yet."
    assert json.loads(list_styles("pelicanconf.py", as_json=True))[0]["posts"] is None


def test_a_style_that_cannot_be_read_is_reported_below_the_others(site):
    (site / "styles" / "harvesters" / "artwork.jpg").unlink()
    text = list_styles("pelicanconf.py")
    assert "styles/harvesters: artwork.jpg is missing. Put the picture of the artwork there." in text
    assert text.endswith("1 style; no build has counted the posts yet.")


@pytest.mark.parametrize("text", ["{", "[]", '{"scores": 3}', "null"])
def test_scores_that_cannot_be_read_are_reported(site, text):
    (site / "styles" / "harvesters" / "scores.json").write_text(text)
    assert (
        "styles/harvesters/scores.json cannot be read, so its scores are not shown."
        " Remove it, or audition the style again." in list_styles("pelicanconf.py").splitlines()
    )


def test_an_unknown_category_is_answered_with_the_nearest_one(site):
    with pytest.raises(UserError) as raised:
        list_styles("pelicanconf.py", category="labour")
    assert str(raised.value) == "there is no category 'labour'. Did you mean 'labor'?"


def test_the_list_loads_neither_torch_nor_numpy_nor_an_image_format(site):
    probe = (
        "from pelican.plugins.stylize.cli.styles_list import list_styles;"
        "from pelican.plugins.stylize.cli.costs import ledger; list_styles('pelicanconf.py');"
        "ledger('pelicanconf.py'); print(*sys.modules)"
    )
    assert not {"torch", "numpy", "PIL.JpegImagePlugin"} & set(run_python(probe).split())


def test_a_verdict_keeps_the_line_endings_and_the_mark_of_an_editor_on_windows(site):
    record = site / "styles" / "harvesters" / "style.toml"
    before = b"\xef\xbb\xbf" + record.read_bytes().replace(b"\n", b"\r\n")
    record.write_bytes(before)
    save_verdict("pelicanconf.py", "harvesters", "cool")
    after = record.read_bytes()
    assert after.startswith(before)
    assert after.count(b"\n") == after.count(b"\r\n")


def test_a_verdict_is_saved_in_the_record_and_reported(site):
    message = save_verdict("pelicanconf.py", "harvesters", "meh", note="All straw.", suits=["sky"])
    assert message == "styles/harvesters/style.toml: meh, suits sky"
    text = (site / "styles" / "harvesters" / "style.toml").read_text()
    assert '[verdict]\nword = "meh"\nnote = "All straw."\nsuits = ["sky"]\non = 20' in text
    assert "# As the museum's own record of the object has it" in text


@pytest.mark.parametrize(
    ("slug", "word", "suits", "message"),
    [
        ("harvester", "meh", [], "there is no style 'harvester'. Did you mean 'harvesters'?"),
        (
            "../styles/harvesters",
            "meh",
            [],
            "there is no style '../styles/harvesters'. Did you mean 'harvesters'?",
        ),
        ("harvesters", "col", [], "style.verdict: there is no verdict 'col'. Did you mean 'cool'?"),
        (
            "harvesters",
            "cool",
            ["portrat"],
            "style.verdict: there is no kind of photo 'portrat'. Did you mean 'portrait'?",
        ),
    ],
)
def test_a_mistake_changes_nothing(site, slug, word, suits, message):
    before = (site / "styles" / "harvesters" / "style.toml").read_bytes()
    with pytest.raises(UserError) as raised:
        save_verdict("pelicanconf.py", slug, word, suits=suits)
    assert str(raised.value) == message
    assert (site / "styles" / "harvesters" / "style.toml").read_bytes() == before


def test_the_tasks_hand_over_what_was_typed():
    ended = run_invoke("style.verdict", "harvesters", "col", "--suits", "skyy,night")
    assert ended.code == 2
    assert ended.err.splitlines() == [
        "style.verdict: there is no verdict 'col'. Did you mean 'cool'?",
        "style.verdict: there is no kind of photo 'skyy'. Did you mean 'sky'?",
    ]

"""The model card of a style says what is known of it, and says what is not."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from pelican.plugins.stylize.model.entities import Verdict
from pelican.plugins.stylize.styles.library import load_style
from pelican.plugins.stylize.styles.model_card import write_card
from pelican.plugins.stylize.styles.style_facts import StyleFacts, read_style_facts

ROOT = Path(__file__).parents[2]
VERDICT = '\n[verdict]\nword = "cool"\nnote = "Best at dusk."\nsuits = ["sky", "water"]\non = 2026-11-22\n'


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(ROOT / "styles" / "whalers", tmp_path / "whalers")
    return tmp_path / "whalers"


def card(folder: Path) -> str:
    style = load_style(folder)
    return write_card(style, read_style_facts(style))


def test_a_card_has_the_conventional_headings_in_their_order(folder):
    headings = [line.removeprefix("## ") for line in card(folder).splitlines() if line.startswith("## ")]
    assert headings == [
        *("Model details", "Intended use", "Factors", "Metrics", "Training data", "Evaluation"),
        *("Ethical considerations", "Caveats and recommendations"),
    ]


def test_a_card_begins_with_what_model_hubs_read(folder):
    assert card(folder).startswith(
        "---\nlicense: cc0-1.0\nlibrary_name: pelican-stylize\npipeline_tag: image-to-image\n"
        'tags:\n  - style-transfer\n  - image-to-image\n  - "art"\n---\n\n# '
    )


def test_a_license_that_hubs_do_not_know_is_named_with_its_address(style):
    license = replace(
        style.artwork.credit.license, code="NOC-US", name="No: Copyright", url="http://a.example/"
    )
    credit = replace(style.artwork.credit, license=license)
    text = write_card(replace(style, artwork=replace(style.artwork, credit=credit)), StyleFacts())
    assert 'license: other\nlicense_name: "No: Copyright"\nlicense_link: "http://a.example/"\n' in text


def test_training_cost_scores_and_verdict_are_in_the_card_if_they_are_known(folder):
    digest = load_style(folder).weights.digest
    with (folder / "style.toml").open("a") as file:
        file.write(VERDICT)
    scores = {"made": "2026-11-22", "scores": {"effect": 0.51234, "new_one": 2}, "of": digest}
    (folder / "scores.json").write_text(json.dumps(scores))
    text = card(folder)
    assert "\n- Photos in training: 8\n" in text
    assert "\n- Verdict: cool, 2026-11-22\n- Best at dusk.\n- Cost: " in text
    assert " seconds of tuning on cpu\n- Scores, 2026-11-22:\n  - effect: 0.5123\n  - new\\_one: 2\n" in text
    assert "Suits: sky, water, in the opinion of its author." in text
    assert "![Photos in this style, as quick pictures](panel.jpg)" in text
    assert "![Photos in this style, painted](painted.jpg)" in text


def test_a_device_with_signs_in_its_name_is_marked_up_in_the_card_alone(folder):
    record = folder / "style.toml"
    record.write_text(record.read_text("utf-8").replace('device = "cpu"', 'device = "gfx_90a"'), "utf-8")
    style = load_style(folder)
    known = read_style_facts(style)
    assert known.cost.endswith(" seconds of tuning on gfx_90a")
    assert " seconds of tuning on gfx\\_90a\n" in write_card(style, known)


def test_what_is_unknown_is_said_to_be_unknown(tmp_path, style):
    bare = replace(style, artwork=replace(style.artwork, path=tmp_path / "artwork.jpg"))
    text = write_card(bare, read_style_facts(bare))
    assert (
        "- Verdict: none yet\n- Cost: nothing: it was never tuned, and painting needs no tuning\n- Scores: none yet\n"
        in text
    )
    assert "panel.jpg" not in text


@pytest.mark.parametrize(
    "scores", ["", "[]", '{"scores": 3}', '{"scores": {"a": "b", "c": true}}', "[" * 100_000]
)
def test_scores_of_an_unknown_form_are_left_out(folder, scores):
    (folder / "scores.json").write_text(scores)
    assert "- Scores: none yet" in card(folder)


def test_scores_of_earlier_weights_are_marked(folder):
    (folder / "scores.json").write_text('{"made": "2026-11-22", "scores": {"effect": 1}, "of": "0"}')
    assert "- Scores, 2026-11-22, with earlier weights:\n" in card(folder)


def test_hostile_text_is_shown_literally(style):
    hostile = replace(style, title="# <script>\n---\n[x](javascript:1) *b*")
    text = write_card(hostile, StyleFacts(verdict=Verdict(word="cool", note="`a`\n## Mine", on="2026-11-22")))
    assert "# \\# \\<script\\> --- \\[x\\](javascript:1) \\*b\\*\n" in text
    assert "\n- \\`a\\` \\#\\# Mine\n" in text

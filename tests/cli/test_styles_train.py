"""What the author sees of a tuning: a bar, a page, a summary."""

import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fixtures.training_results import TRAINING
from pelican.plugins.stylize.blog.settings import Settings
from pelican.plugins.stylize.cli.styles_train import (
    _steps_before,
    format_step,
    summarize_training,
    tune,
)
from pelican.plugins.stylize.executors.interface import TrainingStep
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.styles.training_page import TuningPage

ROOT = Path(__file__).parents[2]
STEP = TrainingStep(job="ink", step=25, steps=250, seconds=20.0, content=0.41, style=0.1234)
TUNED = replace(TRAINING, style_before=0.2384, style_after=0.0381, content_before=0.999, content_after=0.7304)


class Tags(HTMLParser):
    """Collects the elements of a page, and fails if they are not well nested."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict]] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def images_of(page):
    tags = Tags(page.path.read_text("utf-8")).seen
    return [attributes["src"] for tag, attributes in tags if tag == "img"]


def test_a_step_is_reported_with_how_close_the_style_has_come():
    assert format_step("ink", STEP) == "ink  step 25 of 250  style 0.123  content 0.410"


def test_a_summary_tells_both_distances_and_the_step_that_was_kept():
    assert summarize_training("styles/ink", TUNED) == (
        "styles/ink: style distance 0.238 → 0.038, content 0.999 → 0.730, step 225 of 250 kept, 232 s."
    )
    stopped = replace(TUNED, stopped="the loss was not a number at step 3; the best step before is kept")
    assert summarize_training("styles/ink", stopped).endswith(
        "kept, 232 s. It ended early: the loss was not a number at step 3; the best step before is kept."
    )


def test_the_page_loads_itself_again_until_the_tuning_ends(tmp_path):
    page = TuningPage(tmp_path, title="ink & <paper>")
    page.add(replace(STEP, panel="panel-0025.png"))
    assert '<meta http-equiv="refresh" content="4">' in page.path.read_text("utf-8")
    page.close()
    text = page.path.read_text("utf-8")
    assert "refresh" not in text
    assert "<h1>Tuning ink &amp; &lt;paper&gt;</h1><p>step 25 of 250, 20 s, done</p>" in text


def test_the_page_shows_the_newest_panel_first(tmp_path):
    page = TuningPage(tmp_path, title="ink")
    for number in range(51):
        panel = f"panel-{number:04}.png" if number % 25 == 0 else ""
        page.add(replace(STEP, step=number, style=1 / (1 + number), panel=panel))
    assert images_of(page) == ["panel-0050.png", "panel-0025.png", "panel-0000.png"]


def test_the_line_runs_from_the_first_step_to_the_last(tmp_path):
    page = TuningPage(tmp_path, title="ink")
    for number, style in enumerate((0.4, 0.2, 0.1)):
        page.add(replace(STEP, step=number, style=style))
    page.close()
    tags = dict(Tags(page.path.read_text("utf-8")).seen)
    assert tags["polyline"]["points"] == "0.0,2.0 300.0,61.0 600.0,90.5"


def test_a_page_of_one_step_without_distance_is_written_too(tmp_path):
    page = TuningPage(tmp_path, title="ink")
    page.add(replace(STEP, style=0.0, panel="panel-0000.png"))
    assert images_of(page) == ["panel-0000.png"]


def test_a_tuning_of_no_style_is_reported(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "content").mkdir()
    (tmp_path / "pelicanconf.py").write_text('PATH = "content"\n')
    with pytest.raises(UserError) as error:
        list(tune("pelicanconf.py", []))
    assert str(error.value) == "name the styles to tune, as in: pelican-stylize style.tune harvesters"


def test_a_time_is_estimated_from_the_latest_tunings_of_the_library_on_the_same_device(tmp_path):
    settings = Settings(styles=tmp_path / "styles")
    made = {"harvesters": "2026-11-22", "whalers": "2026-11-23", "mr-rescue": "2026-11-24"}
    for slug in ("harvesters", "whalers", "mr-rescue", "overprint"):
        shutil.copytree(ROOT / "styles" / slug, tmp_path / "styles" / slug)
    assert [device for _, device in [_steps_before(settings, level=2)]] == ["cpu"]
    assert len(_steps_before(settings, level=2)[0]) == 4
    for seconds, (slug, day) in enumerate(made.items(), start=100):
        path = tmp_path / "styles" / slug / "style.toml"
        text = re.sub(
            r"(?m)^seconds = .*$", f'seconds = {seconds}.0\nmade = "{day}T10:00:00+00:00"', path.read_text()
        )
        path.write_text(text.replace('device = "cpu"', 'device = "card"') if slug == "harvesters" else text)
    steps, device = _steps_before(settings, level=2)
    assert ([seconds for seconds, _ in steps], device) == ([101.0, 102.0], "cpu")

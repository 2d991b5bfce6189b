"""A person at a terminal is asked once whom museums may write to."""

import sys
from pathlib import Path

import pytest
from pelican.plugins.stylize.blog.settings import Settings
from pelican.plugins.stylize.cli.museum_access import MuseumAccess
from pelican.plugins.stylize.model.errors import UserError


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    return Settings(store=tmp_path / ".stylize")


def sit_at_a_terminal(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Answer questions as a person does; returns the questions."""
    questions: list[str] = []
    left = list(answers)

    def answer(question: str) -> str:
        questions.append(question)
        return left.pop(0)

    monkeypatch.setattr("builtins.input", answer)
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    return questions


def test_the_contact_is_asked_for_once(settings, monkeypatch, capsys):
    questions = sit_at_a_terminal(monkeypatch, "ana@pier.example")
    for _ in range(2):
        MuseumAccess({}, settings, settings_file="pelicanconf.py")
    assert questions == ["Museums want to know who asks. Your mail address, or a page about you: "]
    assert (settings.store / "museums" / "contact").read_text() == "ana@pier.example\n"
    assert "STYLIZE['contact'] = 'ana@pier.example'" in capsys.readouterr().out


@pytest.mark.parametrize("typed", ["", "Ana Sol", "a\nb@c"])
def test_what_is_no_address_is_not_sent_to_museums(settings, monkeypatch, typed):
    sit_at_a_terminal(monkeypatch, typed)
    with pytest.raises(UserError, match="museums must know which site asks"):
        MuseumAccess({}, settings, settings_file="pelicanconf.py")
    assert not (settings.store / "museums" / "contact").exists()


def test_nobody_is_asked_where_the_site_has_an_address(settings, monkeypatch):
    assert sit_at_a_terminal(monkeypatch) == []
    MuseumAccess({"SITEURL": "https://pier.example"}, settings, settings_file="pelicanconf.py")

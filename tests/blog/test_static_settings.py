"""Settings for commands that shall not wait for Pelican."""

import ast

import pytest
from pelican.plugins.stylize.blog.static_settings import plain_table, read_plain_settings
from pelican.plugins.stylize.model.errors import UserError


def table(text: str):
    return plain_table(ast.parse(text))


def test_plain_values_are_read_without_running_anything():
    text = """
import pelican.plugins
STYLIZE = {"styles": "looks", "author": Author(), "watts": 20}
STYLIZE["price_per_hour"] = 2.5
"""
    assert table(text) == {"styles": "looks", "watts": 20, "price_per_hour": 2.5}
    assert table("SITENAME = 'Pier'") == {}


@pytest.mark.parametrize(
    "text",
    [
        "STYLIZE = dict(watts=20)",
        "STYLIZE = {**OTHERS}",
        "STYLIZE = {'styles': Path('looks')}",
        "STYLIZE = {}\nSTYLIZE.update(watts=20)",
        "STYLIZE = {}\nif GPU:\n    STYLIZE['watts'] = 400",
        "STYLIZE = {}\nOURS = STYLIZE",
        "from pelicanconf import *",
        "STYLIZE = {}\nglobals().update(settings)",
    ],
)
def test_what_only_running_the_file_could_tell_is_not_guessed(text):
    assert table(text) is None


def test_a_file_that_has_to_run_is_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pelicanconf.py").write_text("STYLIZE = dict(watts=10 + 10.0)\n")
    assert read_plain_settings("pelicanconf.py").watts == 20


def test_a_price_that_is_none_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pelicanconf.py").write_text("STYLIZE = {'price_per_hour': -2.0}\n")
    with pytest.raises(UserError) as raised:
        read_plain_settings("pelicanconf.py")
    assert str(raised.value) == "STYLIZE: price_per_hour is -2, but must be 0 or more."


def test_whoever_is_elsewhere_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError) as raised:
        read_plain_settings("pelicanconf.py")
    assert str(raised.value) == ("pelicanconf.py: there is no such file. Run this in the folder of the blog.")

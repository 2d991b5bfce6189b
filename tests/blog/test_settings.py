"""STYLIZE in pelicanconf.py, read once and checked as a whole."""

from pathlib import Path

import pytest
from pelican.plugins.stylize.blog.settings import Settings, read_settings
from pelican.plugins.stylize.model.errors import UserError


def read(given: dict) -> Settings:
    return read_settings(given, base=Path("/blog"), where="STYLIZE")


def problems(given: dict) -> tuple[str, ...]:
    with pytest.raises(UserError) as caught:
        read(given)
    return caught.value.problems


def test_an_empty_dict_is_enough():
    settings = read({})
    assert settings.store == Path("/blog/.stylize")
    assert settings.styles == Path("/blog/styles")
    assert settings.parameters.strength == 1.0
    assert settings.author is None


def test_the_author_may_keep_all_rights_or_give_a_license():
    assert read({"author": {"name": "Ana"}}).author.license.name == "all rights reserved"
    given = {"author": {"name": "Ana", "license": "CC-BY-4.0"}}
    assert read(given).author.license.url == "https://creativecommons.org/licenses/by/4.0/"


def test_a_license_for_others_does_not_bind_the_author():
    assert read({"author": {"name": "Ana", "license": "CC-BY-NC-ND-4.0"}}).author.license.family == "OWN"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, None),
        ({"license": "cc by 4.0"}, "CC-BY-4.0"),
        ({"license": "OWN"}, "OWN"),
        ({"author": {"name": "Ana"}}, None),
        ({"author": {"name": "Ana", "license": "CC-BY-SA-4.0"}}, "CC-BY-SA-4.0"),
        ({"author": {"name": "Ana", "license": "PDM"}}, None),
        ({"author": {"name": "Ana", "license": "CC-BY-SA-4.0"}, "license": "CC0"}, "CC0-1.0"),
    ],
)
def test_pictures_get_the_license_of_the_site_or_the_authors_own(given, code):
    license = read(given).license
    assert (license.code if license else None) == code


def test_a_country_is_written_in_large_letters_or_small():
    assert read({"country": "de"}).country == "DE"


def test_an_absolute_store_stays_where_it_is():
    assert read({"store": "/big/disk"}).store == Path("/big/disk")


def test_the_key_lies_outside_the_blog_in_a_folder_of_its_name(monkeypatch):
    monkeypatch.delenv("STYLIZE_C2PA_FOLDER", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", "/home/ana/.config")
    assert read({}).c2pa == "off"
    assert read({}).c2pa_folder == Path("/home/ana/.config/pelican-stylize/keys/blog")
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setenv("HOME", "/home/ana")
    assert read({}).c2pa_folder == Path("/home/ana/.config/pelican-stylize/keys/blog")


def test_the_machine_may_say_where_the_key_lies_and_the_settings_have_the_last_word(monkeypatch):
    monkeypatch.setenv("STYLIZE_C2PA_FOLDER", "/run/secrets/key")
    monkeypatch.setenv("HOME", "/home/ana")
    assert read({}).c2pa_folder == Path("/run/secrets/key")
    assert read({"c2pa_folder": "~/key"}).c2pa_folder == Path("/home/ana/key")
    assert read({"c2pa_folder": "../key"}).c2pa_folder == Path("/blog/../key")


def test_memory_may_be_written_as_people_say_it():
    assert read({"memory_limit": "1.5 GB"}).memory_limit == 1_500_000_000
    assert read({"memory_limit": 800_000_000}).memory_limit == 800_000_000
    assert read({}).memory_limit == 0


def test_a_picture_may_be_as_large_as_its_photo():
    assert read({"long_edge": "photo"}).long_edge == 30_000


def test_widths_are_sorted_and_each_is_there_once():
    assert read({"widths": [2400, 800, 800]}).widths == (800, 2400)
    assert read({}).widths == (480, 800, 1200, 1600)


def test_a_misspelled_setting_is_met_with_the_nearest():
    assert problems({"long_egde": 1200}) == (
        "STYLIZE: there is no setting 'long_egde'. Did you mean 'long_edge'?",
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"long_edge": "1200"}, "STYLIZE: long_edge must be a whole number, but is '1200'."),
        ({"long_edge": 10}, "STYLIZE: long_edge is 10, but runs from 64 to 30000 pixels."),
        ({"strength": 3}, "STYLIZE: strength is 3, but runs from 0 to 1."),
        ({"stroke": 5}, "STYLIZE: stroke is 5, but runs from 0.1 to 4."),
        ({"color": 2}, "STYLIZE: color is 2, but runs from 0 to 1."),
        ({"tone": "grey"}, "STYLIZE: tone must be a number, but is 'grey'."),
        ({"quality": "beste"}, "STYLIZE: quality is 'beste'. Did you mean 'best'?"),
        ({"quality": ""}, "STYLIZE: quality is ''. The choices are: best, good, quick."),
        ({"cover_quality": "slow"}, "STYLIZE: cover_quality is 'slow'. The choices are: best, good, quick."),
        ({"best_long_edge": 100}, "STYLIZE: best_long_edge is 100, but runs from 128 to 16384 pixels."),
        (
            {"method": "optimize"},
            "STYLIZE: there is no setting 'method'; a picture has a quality instead. Write 'quality': 'best'.",
        ),
        (
            {"cover_method": "feed-forward"},
            "STYLIZE: there is no setting 'cover_method'; a picture has a quality instead."
            " Write 'cover_quality': 'quick'.",
        ),
        (
            {"optimize_long_edge": 1200},
            "STYLIZE: there is no setting 'optimize_long_edge'. Write 'best_long_edge'.",
        ),
        ({"commercial": "no"}, "STYLIZE: commercial must be true or false, but is 'no'."),
        (
            {"country": "Germany"},
            "STYLIZE: country is 'Germany', but must be two letters of ISO 3166 such as 'DE'.",
        ),
        ({"license": 4}, "STYLIZE: license must be text, but is 4."),
        ({"license": "CC-BY-5.0"}, "STYLIZE: there is no license 'CC-BY-5.0'. Did you mean 'CC-BY-4.0'?"),
        (
            {"license": "NKC"},
            "STYLIZE: license is 'NKC', which nobody can give to a picture. Name a license of Creative "
            "Commons, such as 'CC-BY-4.0', or 'OWN' to keep all rights.",
        ),
        ({"c2pa": "require"}, "STYLIZE: c2pa is 'require'. Did you mean 'required'?"),
        ({"c2pa": True}, "STYLIZE: c2pa must be text, but is True."),
        (
            {"memory_limit": "much"},
            "STYLIZE: memory_limit: 'much' is no amount of memory; write '3 GB' or '800 MB'.",
        ),
        ({"memory_limit": -1}, "STYLIZE: memory_limit is -1; write '3 GB', or leave it out."),
        ({"memory_limit": 1.5}, "STYLIZE: memory_limit must be a whole number, but is 1.5."),
        (
            {"widths": [5, 800]},
            "STYLIZE: widths is [5, 800], but must be a list of widths from 16 to 30000 pixels such as "
            "[480, 800, 1200, 1600].",
        ),
        ({"widths": 800}, "STYLIZE: widths must be a list, but is 800."),
        ({"workers": 0}, "STYLIZE: workers is 0, but at least one must work."),
        ({"workers": True}, "STYLIZE: workers must be a whole number, but is True."),
        ({"device": "gpu"}, "STYLIZE: device is 'gpu'. Did you mean 'cpu'?"),
        ({"folder": "../up"}, "STYLIZE: folder is '../up', but must name a folder inside output/."),
        (
            {"author": "Ana"},
            'STYLIZE[\'author\'] must be a dict such as {"name": "Ana", "license": "CC-BY-4.0"}.',
        ),
        ({"author": {}}, "STYLIZE['author']: 'name' is missing. Add a line: name = \"...\""),
        (
            {"author": {"name": "Ana", "license": "CC-BY-5.0"}},
            "STYLIZE['author']: there is no license 'CC-BY-5.0'. Did you mean 'CC-BY-4.0'?",
        ),
    ],
)
def test_what_cannot_be_is_refused(given, message):
    assert problems(given) == (message,)


def test_an_executor_of_ones_own_has_all_that_a_build_calls():
    assert problems({"executor": object()}) == tuple(
        f"STYLIZE: executor has no method {name}(), which executors.interface.Executor describes."
        for name in ("prepare", "run", "close")
    )


def test_every_problem_is_reported_together():
    assert len(problems({"device": "x", "workers": 0, "folder": "", "author": {}})) == 4

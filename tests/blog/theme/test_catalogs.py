"""A translation is complete and valid, or the message names file and key."""

import tomllib

import pytest
from pelican.plugins.stylize.blog.theme.catalogs import HOME, Catalogs, read_catalogs


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Read a translation file of a site."""
    monkeypatch.chdir(tmp_path)

    def read(text: str, name: str = "fr.toml") -> Catalogs:
        (tmp_path / "words").mkdir(exist_ok=True)
        (tmp_path / "words" / name).write_text(text, "utf-8")
        return read_catalogs(tmp_path / "words")

    return read


@pytest.mark.parametrize("path", sorted(HOME.glob("*.toml")), ids=lambda path: path.stem)
def test_a_language_of_the_plugin_says_everything_that_english_says_and_in_its_order(path):
    english, other = (tomllib.loads(p.read_text("utf-8")) for p in (HOME / "en.toml", path))
    assert [(section, list(phrases)) for section, phrases in other.items()] == [
        (section, list(phrases)) for section, phrases in english.items()
    ]


def test_german_is_no_english():
    phrases = read_catalogs(None).phrases
    same = {name for name, phrase in phrases["en"].items() if phrases["de"][name] == phrase}
    assert same == {"picture.shown", "making.decision", "credits.photo"}  # nothing but names and signs


def test_a_site_says_some_phrases_of_a_language_in_its_own_way(read):
    catalogs = read('[picture]\nlabel = "Von einer KI bearbeitet"\n', "de.toml")
    assert catalogs.phrases["de"]["picture.label"] == "Von einer KI bearbeitet"
    assert catalogs.phrases["de"]["making.photo"] == "Das Foto"
    assert catalogs.problems == catalogs.warnings == ()


def test_what_a_new_language_leaves_out_is_named_once(read):
    english = tomllib.loads((HOME / "en.toml").read_text("utf-8"))
    del english["picture"]["label"], english["styles"]["see"]
    lines = [f"[{s}]\n" + "".join(f"{k} = '''{v}'''\n" for k, v in english[s].items()) for s in english]
    assert read("".join(lines)).warnings == (
        "words/fr.toml: 2 phrases are missing and appear in English: picture.label, styles.see.",
    )


def test_a_region_takes_the_words_of_its_language(read):
    catalogs = read('[picture]\nlabel = "KI-verändert"\n', "de_AT.toml")
    assert catalogs.phrases["de-at"] == {"picture.label": "KI-verändert"}
    assert catalogs.warnings == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[picture]\nlable = "x"',
            "words/fr.toml: there is no phrase 'picture.lable'. Did you mean 'picture.label'?",
        ),
        ("[pictures]\n", "words/fr.toml: there is no section 'pictures'. Did you mean 'picture'?"),
        (
            'label = "x"',
            "words/fr.toml: 'label' is in no section. Put it into one, such as [picture].",
        ),
        (
            '[picture]\nphoto = "Photo"',
            "words/fr.toml: picture.photo lacks {work}. Add it where it belongs; the English phrase is 'Photo: {work}'.",
        ),
        (
            '[picture]\nwork = "{titre} de {creator}, {title}"',
            "words/fr.toml: picture.work: there is no {titre} in this phrase. Did you mean 'title'?",
        ),
        (
            '[picture]\nlabel = "{0.__class__}"',
            "words/fr.toml: picture.label: there is no {0.__class__} in this phrase.",
        ),
        (
            '[picture]\nphoto = "Photo : {work"',
            "words/fr.toml: picture.photo: there is a single brace. To show a brace, write it twice, {{ or }}.",
        ),
        (
            '[picture]\nlabel = " "',
            "words/fr.toml: picture.label must be text, but is ' '. Remove the line to keep the default.",
        ),
        pytest.param(
            "[picture]\nlabel = " + "[" * 10_000 + "]" * 10_000,
            "words/fr.toml: it is nested too deeply. Write it flat.",
            id="lists in lists",
        ),
        pytest.param(
            "[picture]\nlabel" + ".a" * 10_000 + " = 1",
            "words/fr.toml: picture.label must be text, but is"
            " {'a': {'a': {'a': {'a': {'a': {'a': {...}}}}}}}. Remove the line to keep the default.",
            id="tables in tables",
        ),
    ],
)
def test_a_mistake_is_reported_with_file_and_key_and_the_phrase_stays_out(read, text, message):
    catalogs = read(text)
    assert catalogs.problems == (message,)
    assert catalogs.phrases["fr"] == {}


def test_a_file_is_named_after_its_language(read):
    assert read("", "german.toml").problems == (
        "words/german.toml: 'german' is not a language. Name the file after a language code of HTML, such as de.toml or pt-BR.toml.",
    )


def test_a_folder_in_the_place_of_a_file_is_reported(read, tmp_path, monkeypatch):
    read("")
    (tmp_path / "words" / "it.toml").mkdir()
    assert read_catalogs(tmp_path / "words").problems == (
        "words/it.toml: this is a folder, not a file. Put the file itself there.",
    )


def test_a_folder_that_is_not_there_is_reported(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read_catalogs(tmp_path / "words").problems == (
        "words: there is no such folder. Create it, with a file such as de.toml in it.",
    )

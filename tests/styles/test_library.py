"""The style library: what a folder must hold to be a style."""

import hashlib
import json
from pathlib import Path

import pytest
from pelican.plugins.stylize.storage.safetensors_header import digest_tensors
from pelican.plugins.stylize.styles.library import Library, load_styles

RECORD = """\
title = "The Harvesters"
category = "labor"
meaning = "Work, seen from a hill."

[artwork]
title = "The Harvesters"
creator = "Pieter Bruegel the Elder"
date = "1565"
license = "CC0-1.0"
source_url = "https://www.metmuseum.org/art/collection/search/435809"
sha256 = "{sha256}"

[model]
method = "feed-forward"
how = "Predicted."
digest = "{digest}"
"""


def safetensors(tensors: dict[str, bytes], metadata: dict[str, str] | None = None) -> bytes:
    header: dict[str, object] = {"__metadata__": metadata} if metadata else {}
    body = b""
    for name, data in tensors.items():
        header[name] = {
            "dtype": "U8",
            "shape": [len(data)],
            "data_offsets": [len(body), len(body) + len(data)],
        }
        body += data
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a complete style."""
    folder = tmp_path / "styles" / "harvesters"
    folder.mkdir(parents=True)
    (folder / "artwork.jpg").write_bytes(b"a picture")
    (folder / "style.safetensors").write_bytes(safetensors({"gain": b"\1\2", "bias": b"\3"}))
    digest = digest_tensors(folder / "style.safetensors", where="x")
    sha256 = hashlib.sha256(b"a picture").hexdigest()
    (folder / "style.toml").write_text(RECORD.format(sha256=sha256, digest=digest))
    return folder


def problems(folder: Path) -> tuple[str, ...]:
    library = load_styles(folder.parent, display_path="styles")
    assert library.styles == {}
    return tuple(text for problems in library.problems.values() for text in problems)


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "style.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_whole_folder_is_a_style(folder):
    style = load_styles(folder.parent, display_path="styles").styles["harvesters"]
    assert style.artwork.credit.creator == "Pieter Bruegel the Elder"
    assert style.artwork.credit.license.name == "CC0 1.0"
    assert style.weights.path == folder / "style.safetensors"


def test_a_missing_library_is_an_empty_one(tmp_path):
    assert load_styles(tmp_path / "styles", display_path="styles") == Library(styles={}, problems={})


def test_a_typo_in_style_toml_is_answered_with_the_nearest_name(folder):
    edit(folder, "meaning =", "meening =")
    assert problems(folder) == (
        "styles/harvesters/style.toml: there is no setting 'meening'. Did you mean 'meaning'?",
        "styles/harvesters/style.toml: 'meaning' is missing. Add a line: meaning = \"...\"",
    )


def test_an_unknown_category_is_reported(folder):
    edit(folder, '"labor"', '"labour"')
    assert problems(folder) == (
        "styles/harvesters/style.toml: there is no category 'labour'. Did you mean 'labor'?",
    )


def test_an_unknown_license_is_reported(folder):
    edit(folder, '"CC0-1.0"', '"CC0-2.0"')
    assert problems(folder) == (
        "styles/harvesters/style.toml [artwork]: there is no license 'CC0-2.0'. Did you mean 'CC0-1.0'?",
    )


def test_an_incomplete_decision_about_the_artwork_is_reported(folder):
    with (folder / "style.toml").open("a") as file:
        file.write('\n[rights]\ndecision = "Read."\nby = "Ana Sol"\n')
    assert problems(folder) == (
        "styles/harvesters/style.toml [rights]: 'on' is missing. Add a line: on = 2026-11-22",
    )


def test_an_invalid_link_is_reported(folder):
    edit(folder, '"https://www.met', '"www.met')
    assert problems(folder) == (
        "styles/harvesters/style.toml [artwork]: source_url is "
        "'www.metmuseum.org/art/collection/search/435809', but must begin with https:// or http://.",
    )


def test_an_artwork_without_its_page_is_refused_unless_it_is_the_sites_own(folder):
    url = 'source_url = "https://www.metmuseum.org/art/collection/search/435809"'
    edit(folder, url, 'source_url = ""')
    assert problems(folder) == (
        "styles/harvesters/style.toml [artwork]: source_url is missing. Name the page of the item, or write "
        'institution = "This project" if the work is your own.',
    )
    edit(folder, 'source_url = ""', 'institution = "This project"')
    assert set(load_styles(folder.parent, display_path="styles").styles) == {"harvesters"}


def test_other_weights_than_the_record_names_are_refused(folder):
    (folder / "style.safetensors").write_bytes(safetensors({"gain": b"\1\2", "bias": b"\4"}))
    (problem,) = problems(folder)
    assert problem.startswith(
        "styles/harvesters/style.safetensors: these are not the weights that style.toml names"
    )
    assert problem.endswith("Restore the file, or make it again: pelican-stylize style.predict harvesters")


def test_missing_weights_are_reported_with_the_command(folder):
    (folder / "style.safetensors").unlink()
    assert problems(folder) == (
        "styles/harvesters: style.safetensors is missing. Make it: pelican-stylize style.predict harvesters",
    )


@pytest.mark.parametrize("data", [b"", b"\xff" * 64, b"\x02\0\0\0\0\0\0\0{}"[:5], b"not weights at all"])
def test_damaged_weights_are_reported(folder, data):
    (folder / "style.safetensors").write_bytes(data)
    assert problems(folder) == (
        "styles/harvesters/style.safetensors: this is not a safetensors file, or it is damaged. Restore it.",
    )


def test_another_artwork_than_the_record_names_is_refused(folder):
    (folder / "artwork.jpg").write_bytes(b"another picture")
    (problem,) = problems(folder)
    assert problem.startswith("styles/harvesters/artwork.jpg: this is not the file that style.toml names")


def test_a_broken_style_does_not_take_the_others_with_it(folder):
    (folder.parent / "empty").mkdir()
    library = load_styles(folder.parent, display_path="styles")
    assert set(library.styles) == {"harvesters"}
    assert library.problems == {
        "empty": ("styles/empty/style.toml is missing. Write it: every style needs a record.",)
    }


def test_the_problems_of_all_styles_are_reported_together(folder):
    (folder.parent / "empty").mkdir()
    edit(folder, '"labor"', '"labour"')
    assert len(problems(folder)) == 2


def test_a_name_or_a_number_changes_the_digest(tmp_path):
    digests = set()
    for number, tensors in enumerate(({"gain": b"\1"}, {"gain": b"\2"}, {"bias": b"\1"})):
        path = tmp_path / str(number)
        path.write_bytes(safetensors(tensors))
        digests.add(digest_tensors(path, where="x"))
    assert len(digests) == 3


def test_an_imported_style_says_so(folder):
    edit(folder, '"feed-forward"', '"imported"')
    assert load_styles(folder.parent, display_path="styles").styles["harvesters"].is_imported


def test_an_unknown_method_is_answered_with_the_known_ones(folder):
    edit(folder, '"feed-forward"', '"onnx"')
    assert problems(folder) == (
        "styles/harvesters/style.toml [model]: there is no method 'onnx'."
        " The methods of a style are: feed-forward, imported.",
    )


def test_where_an_imported_network_comes_from_is_checked(folder):
    with (folder / "style.toml").open("a") as file:
        file.write('[model.imported]\nfile = "mosaic.pth"\nsha256 = "ab"\n')
    assert problems(folder)[0].startswith("styles/harvesters/style.toml [model.imported]")


def test_the_digest_of_the_weights_covers_the_description_of_a_network_and_no_other_note(tmp_path):
    digests = set()
    for note in ({}, {"stylize": "a note"}, {"network": "one"}, {"network": "other"}):
        path = tmp_path / "style.safetensors"
        path.write_bytes(safetensors({"gain": b"1"}, note))
        digests.add(digest_tensors(path, where=""))
    assert len(digests) == 3

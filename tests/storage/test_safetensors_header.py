"""The numbers of a style, checked without torch."""

import json
import struct
from pathlib import Path

import pytest
from pelican.plugins.stylize.engine.networks.style_parameters import SHAPES
from pelican.plugins.stylize.engine.networks.transformer import Transformer
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.model.methods import NETWORK_FILES
from pelican.plugins.stylize.storage.safetensors_header import (
    CHANGES,
    NUMBERS,
    check_tensors,
    read_network_digest,
)

ROOT = Path(__file__).parents[2]
TUNED = (ROOT / "styles" / "whalers" / "style.safetensors").read_bytes()


def file(tensors: dict[str, tuple[str, list[int], bytes]], *, gap: int = 0, tail: bytes = b"") -> bytes:
    header, body = {}, b""
    for name, (kind, shape, data) in tensors.items():
        body += bytes(gap)
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body + tail


def numbers(**others) -> dict:
    return {name: ("F32", list(shape), bytes(4 * shape[0])) for name, shape in NUMBERS.items()} | others


def problem(data: bytes, **named) -> str:
    with pytest.raises(UserError) as error:
        check_tensors(data, where="s", **named)
    return str(error.value)


def test_the_names_and_shapes_are_those_of_the_engine():
    assert dict(SHAPES) == NUMBERS
    assert {f"network.{name}": tuple(w.shape) for name, w in Transformer().named_parameters()} == CHANGES


def test_every_style_that_ships_is_whole():
    for path in (ROOT / "styles").glob("*/style.safetensors"):
        check_tensors(path.read_bytes(), where=str(path))
    assert read_network_digest(TUNED, where="") == NETWORK_FILES["transformer.safetensors"]


@pytest.mark.parametrize(
    "data",
    [b"", b"\x80\x04\x95", b"PK\x03\x04" + bytes(64), TUNED[:100], b"\xff" * 64, b"\x02\0\0\0\0\0\0\0[]"],
)
def test_what_is_not_a_safetensors_file_is_reported(data):
    assert problem(data) == "s: this is not a safetensors file, or it is damaged."


def test_a_file_cut_off_within_its_numbers_is_reported():
    assert problem(TUNED[:-1]).startswith("s: network.residual5.conv2.weight does not lie where")


def test_other_tensors_than_a_styles_are_reported():
    assert problem(file({})) == "s: these are not the numbers of a style: residual1.conv1.gain is missing."
    assert problem(file(numbers(extra=("F32", [1], bytes(4))))) == (
        "s: these are not the numbers of a style: 'extra' is not known."
    )
    short = {"expand3.bias": ("F32", [2], bytes(8))}
    assert problem(file(numbers(**short))) == (
        "s: these are not the numbers of a style: expand3.bias has the shape [2], not [3]."
    )
    check_tensors(file({"layer": ("F32", [1], bytes(4))}), where="s", are_numbers=False)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_value_that_is_not_finite_is_reported(value):
    data = {"expand3.bias": ("F32", [3], struct.pack("<3f", 0, value, 0))}
    assert problem(file(numbers(**data))) == "s: expand3.bias holds a value that is not finite."


def test_nothing_is_hidden_between_or_behind_the_tensors():
    assert problem(file(numbers(), gap=4)) == "s: its tensors overlap or leave gaps."
    assert problem(file(numbers(), tail=b"MZ")) == "s: 2 bytes lie behind its tensors that belong to none."

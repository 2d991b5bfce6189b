"""A specification is read back as it was written, and anything else is refused."""

import json
from dataclasses import replace

import pytest
from pelican.plugins.stylize.engine.graph_networks.graph_spec import (
    IMAGE,
    Convention,
    NetworkError,
    NetworkSpec,
    Operation,
    parse_spec,
    serialize_spec,
    validate_operations,
)
from pelican.plugins.stylize.engine.graph_networks.operations import OPERATIONS

CONV = Operation(kind="conv", inputs=(IMAGE, "w"), output="c", settings={"stride": (2, 2), "groups": 1})
RELU = Operation(kind="relu", inputs=("c",), output="r", settings={})
WHOLE = NetworkSpec(
    operations=(CONV, RELU),
    output="r",
    convention=Convention(low=-1, high=1, mean=(1.5, 2, 3), is_bgr=True),
    multiple=4,
    size=(224, 256),
    most_pixels=57_344,
)


def refusal(table: dict) -> str:
    with pytest.raises(NetworkError) as error:
        parse_spec(json.dumps(table), {"w"})
    return str(error.value)


def table() -> dict:
    return json.loads(serialize_spec(WHOLE))


def test_a_specification_is_read_back_as_it_was_written():
    assert parse_spec(serialize_spec(WHOLE), {"w"}) == WHOLE
    assert parse_spec(serialize_spec(replace(WHOLE, size=None)), {"w"}).size is None


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (
            replace(RELU, kind="eval"),
            f"the operation that makes 'r' is of the kind 'eval', but known are: {', '.join(sorted(OPERATIONS))}.",
        ),
        (
            replace(RELU, inputs=("later",)),
            "the operation that makes 'r' takes 'later', which is not defined before it.",
        ),
        (replace(RELU, inputs=()), "the operation that makes 'r', relu, has 0 inputs."),
        (replace(RELU, inputs=("c", "c")), "the operation that makes 'r', relu, has 2 inputs."),
        (replace(RELU, inputs=("",)), "the operation that makes 'r', relu, lacks an input."),
        (replace(RELU, settings={"slope": 1}), "the operation that makes 'r', relu, has no setting 'slope'."),
        (
            replace(RELU, kind="leaky_relu", settings={"slope": "steep"}),
            "the operation that makes 'r', leaky_relu, cannot be set to slope = 'steep'.",
        ),
        (
            replace(RELU, kind="leaky_relu", settings={"slope": True}),
            "the operation that makes 'r', leaky_relu, cannot be set to slope = 'True'.",
        ),
        (
            replace(RELU, kind="resize", settings={"mode": "cubic"}),
            "the operation that makes 'r', resize, cannot be set to mode = 'cubic'.",
        ),
        (
            replace(RELU, kind="flatten", settings={"axis": 2**40}),
            "the operation that makes 'r', flatten, cannot be set to axis = '1099511627776'.",
        ),
        (replace(RELU, kind="concat"), "the operation that makes 'r', concat, lacks the setting 'axis'."),
        (
            replace(RELU, output="w"),
            "the operation that makes 'w' uses an output name that is already taken.",
        ),
    ],
)
def test_an_invalid_operation_is_refused(operation, message):
    with pytest.raises(NetworkError) as error:
        validate_operations([CONV, operation], {"w"}, output="r")
    assert str(error.value) == message


def test_an_output_that_nothing_makes_is_refused():
    with pytest.raises(NetworkError) as error:
        validate_operations([CONV], {"w"}, output="picture")
    assert str(error.value) == "no operation makes its output 'picture'."


def test_too_many_operations_are_refused():
    with pytest.raises(NetworkError) as error:
        validate_operations([CONV] * 5001, {"w"}, output="c")
    assert str(error.value) == "it has 5001 operations, but at most 5000 are allowed."


def test_another_version_is_refused():
    assert refusal(table() | {"version": 2}) == (
        "its network is described in version 2, and this program knows 1."
    )


@pytest.mark.parametrize(
    "change",
    [
        {"operations": 3},
        {"operations": [{}]},
        {"operations": [["conv"]]},
        {"convention": {"low": 0}},
        {"convention": None},
        {"hook": "os.system"},
        {"output": None},
    ],
)
def test_a_table_of_another_form_is_refused(change):
    message = refusal(table() | change)
    assert message.startswith(("its description of the network is damaged", "no operation makes"))


@pytest.mark.parametrize(
    "change",
    [
        {"multiple": 0},
        {"multiple": "4"},
        {"size": [224]},
        {"size": [0, 224]},
        {"most_pixels": 0},
        {"convention": json.loads(serialize_spec(WHOLE))["convention"] | {"low": 2}},
        {"convention": json.loads(serialize_spec(WHOLE))["convention"] | {"mean": ["a", "b", "c"]}},
    ],
)
def test_an_invalid_convention_or_size_is_refused(change):
    assert refusal(table() | change) == ("its description of the input and output is damaged.")


@pytest.mark.parametrize("text", ["", "[]", "null", '{"version": NaN}', "[" * 100_000])
def test_other_text_is_refused(text):
    with pytest.raises(NetworkError) as error:
        parse_spec(text, {"w"})
    assert str(error.value) == "its description of the network is damaged."

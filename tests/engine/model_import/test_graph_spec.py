"""A description is data: it comes back as it was written, and nothing else is let in."""

import json
from dataclasses import replace

import pytest
from pelican.plugins.stylize.engine.model_import.graph_spec import (
    IMAGE,
    Convention,
    Description,
    NetworkError,
    Operation,
    check_operations,
    read_description,
    text_of,
)
from pelican.plugins.stylize.engine.model_import.operations import OPERATIONS

CONV = Operation(kind="conv", inputs=(IMAGE, "w"), output="c", settings={"stride": (2, 2), "groups": 1})
RELU = Operation(kind="relu", inputs=("c",), output="r", settings={})
WHOLE = Description(
    operations=(CONV, RELU),
    output="r",
    convention=Convention(low=-1, high=1, mean=(1.5, 2, 3), is_bgr=True),
    multiple=4,
    size=(224, 256),
    most_pixels=57_344,
)


def refusal(table: dict) -> str:
    with pytest.raises(NetworkError) as error:
        read_description(json.dumps(table), {"w"})
    return str(error.value)


def table() -> dict:
    return json.loads(text_of(WHOLE))


def test_a_description_comes_back_as_it_was_written():
    assert read_description(text_of(WHOLE), {"w"}) == WHOLE
    assert read_description(text_of(replace(WHOLE, size=None)), {"w"}).size is None


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (
            replace(RELU, kind="eval"),
            f"the operation that makes 'r' is of the kind 'eval', but known are: {', '.join(sorted(OPERATIONS))}.",
        ),
        (
            replace(RELU, inputs=("later",)),
            "the operation that makes 'r' takes 'later', which is not there before it.",
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
        (replace(RELU, output="w"), "the operation that makes 'w' gives a name that is taken."),
    ],
)
def test_an_operation_that_cannot_be_is_refused(operation, message):
    with pytest.raises(NetworkError) as error:
        check_operations([CONV, operation], {"w"}, output="r")
    assert str(error.value) == message


def test_an_output_that_nothing_makes_is_refused():
    with pytest.raises(NetworkError) as error:
        check_operations([CONV], {"w"}, output="picture")
    assert str(error.value) == "no operation makes its output 'picture'."


def test_too_many_operations_are_refused():
    with pytest.raises(NetworkError) as error:
        check_operations([CONV] * 5001, {"w"}, output="c")
    assert str(error.value) == "it has 5001 operations, and 5000 are the most."


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
    told = refusal(table() | change)
    assert told.startswith(("its description of the network is damaged", "no operation makes"))


@pytest.mark.parametrize(
    "change",
    [
        {"multiple": 0},
        {"multiple": "4"},
        {"size": [224]},
        {"size": [0, 224]},
        {"most_pixels": 0},
        {"convention": json.loads(text_of(WHOLE))["convention"] | {"low": 2}},
        {"convention": json.loads(text_of(WHOLE))["convention"] | {"mean": ["a", "b", "c"]}},
    ],
)
def test_a_frame_that_cannot_be_is_refused(change):
    assert refusal(table() | change) == ("its description of how a photo is given to the network is damaged.")


@pytest.mark.parametrize("text", ["", "[]", "null", '{"version": NaN}', "[" * 100_000])
def test_what_is_no_description_is_refused(text):
    with pytest.raises(NetworkError) as error:
        read_description(text, {"w"})
    assert str(error.value) == "its description of the network is damaged."

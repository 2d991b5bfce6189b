"""Trials find the sizes and ranges that a network takes."""

import numpy as np
import pytest
from fixtures.onnx_models import model, node
from pelican.plugins.stylize.engine.graph_networks.graph_spec import NetworkError

HALVE = [node("Mul", ["photo", "half"], "picture")]
HALF = {"half": np.array(0.5, "f")}


def test_the_limit_follows_from_the_memory_held_at_one_time(network, convert):
    light = convert(model(HALVE, HALF))
    assert light.spec.most_pixels == 16_000_000
    assert 5_000_000 < network.spec.most_pixels < 16_000_000


@pytest.mark.parametrize(
    ("nodes", "low", "high"),
    [
        ([node("Mul", ["photo", "one"], "picture")], 0, 255),
        ([node("Mul", ["photo", "one"], "p"), node("Clip", ["p", "zero", "one"], "picture")], 0, 1),
        ([node("Sub", ["photo", "one"], "p"), node("Tanh", ["p"], "picture")], -1, 1),
    ],
)
def test_the_range_is_found_by_trials(convert, nodes, low, high):
    proto = model(nodes, {"zero": np.array(0, "f"), "one": np.array(1, "f")})
    found = convert(proto).spec.convention
    assert (found.low, found.high, found.out_low, found.out_high) == (low, high, low, high)


def test_a_given_range_is_used(convert):
    proto = model([node("Sigmoid", ["photo"], "picture")])
    found = convert(proto, range="-1", out_range="1").spec.convention
    assert (found.low, found.high, found.out_low, found.out_high) == (-1, 1, 0, 1)


def test_bgr_and_a_mean_are_undone_in_the_picture(convert, blobs):
    said = {"range": "255", "mean": (103.9, 116.8, 123.7), "adds_mean": True, "is_bgr": True}
    plain = model([node("Mul", ["photo", "one"], "picture")], {"one": np.array(1, "f")})
    network = convert(plain, **said)
    assert network.stylize(blobs, strength=1.0).tobytes() == blobs.tobytes()
    reddened = model(
        [node("Add", ["photo", "red"], "picture")], {"red": np.array([[[0]], [[0]], [[99]]], "f")}
    )
    network = convert(reddened, **said)
    red, green, _ = np.asarray(network.stylize(blobs, strength=1.0)).transpose(2, 0, 1)
    assert red.mean() > np.asarray(blobs)[:, :, 0].mean() + 40
    assert np.array_equal(green, np.asarray(blobs)[:, :, 1])


@pytest.mark.parametrize(
    ("nodes", "weights", "message"),
    [
        (
            [node("Mul", ["photo", "zero"], "picture")],
            {"zero": np.array(0, "f")},
            "a test photo came out in one color (level 0 of 255) with input from 0 to 1 and output from 0 to 1."
            " Say how its maker prepares a photo: --range 255, --range 1 or --range -1, --out-range, --mean, --bgr",
        ),
        (
            [node("Sub", ["photo", "much"], "n"), node("Sqrt", ["n"], "picture")],
            {"much": np.array(999, "f")},
            "its output is not finite. Use another style, or import this one again with --range.",
        ),
        (
            [node("Resize", ["photo", "", "s"], "picture", coordinate_transformation_mode="asymmetric")],
            {"s": np.array([1, 1, 2, 2], "f")},
            "no size was found for which a picture of the photo's size comes out.",
        ),
        (
            [node("Relu", ["same"], "picture")],
            {"same": np.ones((1, 3, 64, 64), "f")},
            "its output does not depend on the photo. This is no network that redraws photos.",
        ),
    ],
    ids=["one color", "not finite", "another size", "ignores the photo"],
)
def test_a_network_that_draws_no_picture_is_refused(convert, nodes, weights, message):
    with pytest.raises(NetworkError) as error:
        convert(model(nodes, weights))
    assert str(error.value) == message

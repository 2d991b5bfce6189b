"""The vectors of an index are those of an audition."""

import pytest
from fixtures.images import gradient, quarters
from pelican.plugins.stylize.engine.devices import inference
from pelican.plugins.stylize.engine.evaluation.style_vectors import VectorReader
from pelican.plugins.stylize.engine.networks.style_predictor import Predictor, predict_vector
from pelican.plugins.stylize.engine.networks.weight_files import load_weights


def test_several_pictures_at_once_have_the_vectors_that_each_has_alone():
    pictures = [quarters(200, 150), gradient(300, 90), quarters(80, 120)]
    reader = VectorReader(device="cpu")
    vectors = reader.read([reader.prepare(picture) for picture in pictures])
    predictor = load_weights(Predictor(), "predictor.safetensors", device="cpu")
    with inference():
        alone = [predict_vector(predictor, picture).tolist() for picture in pictures]
    for vector, expected in zip(vectors, alone, strict=True):
        assert vector == pytest.approx(expected, abs=1e-4)

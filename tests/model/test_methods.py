import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pelican.plugins.stylize.model import methods
from pelican.plugins.stylize.model.entities import StyleShare, digest_of
from pelican.plugins.stylize.model.methods import (
    ENCODER_FILES,
    FEED_FORWARD,
    IMPORTED,
    NETWORK_FILES,
    OPTIMIZE,
    OPTIMIZE_SMALL,
    choose_method,
)
from pelican.plugins.stylize.model.qualities import HOW, Quality

WEIGHTS = Path(methods.__file__).parents[1] / "engine/networks/weights"


@pytest.mark.parametrize("name", ["transformer.safetensors", "predictor.safetensors"])
def test_the_method_names_the_weights_it_runs_by_their_digest(name):
    assert NETWORK_FILES[name] == hashlib.sha256((WEIGHTS / name).read_bytes()).hexdigest()


def test_the_network_of_the_method_is_the_digest_of_both_files():
    facts = (
        '{"predictor.safetensors":"569cfb47cfb41bc47efe37b17660e5a0bf3f36108f1b4ff79a55cbfde6b3e8da",'
        '"transformer.safetensors":"d6b29674f28b5fa07d8a942f85955d8f129b1818f5752ec19641afc06129ace5"}'
    )
    assert FEED_FORWARD.network == hashlib.sha256(facts.encode()).hexdigest()


def test_the_weights_that_measure_belong_to_optimizing_and_to_nothing_else():
    digest = hashlib.sha256((WEIGHTS / "encoder.safetensors").read_bytes()).hexdigest()
    assert {"encoder.safetensors": digest} == ENCODER_FILES
    assert "encoder.safetensors" not in NETWORK_FILES
    assert OPTIMIZE.network == digest_of(ENCODER_FILES)


def test_the_method_is_known_by_name_and_version():
    assert (FEED_FORWARD.name, FEED_FORWARD.version) == ("feed-forward", 2)
    assert (OPTIMIZE.name, OPTIMIZE.version) == ("optimize", 5)
    assert (OPTIMIZE_SMALL.name, OPTIMIZE_SMALL.version) == ("optimize-small", 3)
    assert (IMPORTED.name, IMPORTED.version) == ("imported", 2)


def test_each_quality_has_a_method(style):
    blend = [StyleShare(style=style)]
    assert choose_method(Quality.QUICK, blend) == FEED_FORWARD
    assert choose_method(Quality.GOOD, blend) == OPTIMIZE_SMALL
    assert choose_method(Quality.BEST, blend) == OPTIMIZE
    assert all(choose_method(quality, blend).quality is quality for quality in Quality)
    assert list(HOW) == list(Quality)


def test_an_imported_style_draws_its_quick_pictures_itself(style):
    blend = [StyleShare(style=replace(style, is_imported=True))]
    assert choose_method(Quality.QUICK, blend) == IMPORTED
    assert choose_method(Quality.GOOD, blend) == OPTIMIZE_SMALL
    assert IMPORTED.quality is Quality.QUICK


def test_painted_pictures_read_artworks_and_have_a_twin_and_only_the_best_take_minutes():
    methods = (FEED_FORWARD, IMPORTED, OPTIMIZE_SMALL, OPTIMIZE)
    assert [method.reads_artworks for method in methods] == [False, False, True, True]
    assert [method.has_quick_twin for method in methods] == [False, False, True, True]
    assert [method.takes_minutes for method in methods] == [False, False, False, True]


def test_knowing_the_methods_takes_no_torch():
    probe = "import sys, pelican.plugins.stylize.model.methods; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe]).returncode == 0

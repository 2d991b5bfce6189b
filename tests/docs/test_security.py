"""The promises of SECURITY.md."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_each_promise_names_a_test_that_there_is():
    named = re.findall(r"`(tests/[\w/.]+\.py)(?:::(\w+))?`", (ROOT / "SECURITY.md").read_text("utf-8"))
    assert len(named) > 10
    for file, test in named:
        text = (ROOT / file).read_text("utf-8")
        assert not test or f"def {test}(" in text, f"{file}::{test}"


def test_the_sizes_that_it_names_are_those_of_the_code():
    from pelican.plugins.stylize.engine.graph_networks.graph_spec import MAX_OPERATIONS
    from pelican.plugins.stylize.engine.model_import.convert import MAX_BYTES, MAX_WEIGHTS
    from pelican.plugins.stylize.images.decode import MAX_MEGAPIXELS, MAX_SIZE
    from pelican.plugins.stylize.storage.safetensors_header import LONGEST_HEADER
    from pelican.plugins.stylize.styles.unpack import MOST_BYTES, MOST_ENTRIES

    assert (MAX_SIZE, MAX_MEGAPIXELS) == (2048, 400)
    assert (MOST_BYTES, MOST_ENTRIES) == (64 * 2**20, 32)
    assert (MAX_BYTES, MAX_WEIGHTS, MAX_OPERATIONS) == (256 * 2**20, 100_000_000, 5000)
    assert LONGEST_HEADER == 2_000_000

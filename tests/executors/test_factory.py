"""The executor of each name, and that each implements the whole interface."""

import pytest
from pelican.plugins.stylize.executors.factory import make_executor
from pelican.plugins.stylize.executors.inline import InlineExecutor
from pelican.plugins.stylize.executors.interface import Executor
from pelican.plugins.stylize.executors.local import LocalExecutor


def test_a_name_becomes_its_executor():
    assert isinstance(make_executor("local", workers=2), LocalExecutor)
    assert isinstance(make_executor("inline"), InlineExecutor)


def test_an_executor_that_a_site_brings_is_used_as_it_is():
    own = InlineExecutor()
    assert make_executor(own, device="cuda") is own


def test_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="there is no executor 'cloud'"):
        make_executor("cloud")


@pytest.mark.parametrize("kind", [LocalExecutor, InlineExecutor])
def test_every_executor_has_the_methods_of_the_interface(kind):
    asked = {name for name in vars(Executor) if not name.startswith("_")}
    assert asked == {"prepare", "run", "close", "predict", "tune"}
    assert asked <= vars(kind).keys()

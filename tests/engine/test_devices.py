import pytest
import torch
from pelican.plugins.stylize.engine.devices import choose_device, half_precision
from pelican.plugins.stylize.errors import UserError


def test_auto_takes_what_there_is():
    present = [("cuda", torch.cuda.is_available()), ("mps", torch.backends.mps.is_available()), ("cpu", True)]
    assert choose_device("auto").type == next(name for name, here in present if here)


def test_the_cpu_can_be_asked_for():
    assert choose_device("cpu").type == "cpu"


def test_an_unknown_device_is_refused():
    with pytest.raises(UserError) as error:
        choose_device("gpu")
    assert str(error.value) == "STYLIZE['device'] is 'gpu'; write one of auto, cuda, mps, cpu."


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a CUDA device")
def test_a_device_that_is_not_there_is_refused():
    with pytest.raises(UserError) as error:
        choose_device("cuda")
    assert (
        str(error.value) == "STYLIZE['device'] is 'cuda', but torch finds no such device here; write 'auto'."
    )


def test_the_cpu_keeps_full_precision():
    with half_precision(torch.device("cpu")):
        assert (
            torch.nn.functional.conv2d(torch.rand(1, 1, 3, 3), torch.rand(1, 1, 3, 3)).dtype == torch.float32
        )

import pytest
import torch
from pelican.plugins.stylize.engine.devices import choose_device, choose_precision, half_precision
from pelican.plugins.stylize.model.errors import UserError


def test_auto_chooses_the_fastest_available_device():
    present = [("cuda", torch.cuda.is_available()), ("mps", torch.backends.mps.is_available()), ("cpu", True)]
    assert choose_device("auto").type == next(name for name, here in present if here)


def test_the_cpu_can_be_chosen():
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


@pytest.mark.parametrize(
    ("capabilities", "precision"),
    [
        ({"avx512_bf16": True}, torch.bfloat16),
        ({"amx_bf16": True, "avx512_bf16": False}, torch.bfloat16),
        ({"avx512_f": True, "avx512_bf16": False}, torch.float32),  # emulated, it would take far longer
        ({"architecture": "arm64", "bf16": True}, torch.float32),  # never measured
    ],
)
def test_a_processor_with_fast_bfloat16_uses_it(monkeypatch, capabilities, precision):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities, raising=False)
    assert choose_precision(torch.device("cpu")) == precision


def test_a_torch_without_get_capabilities_uses_single_precision(monkeypatch):
    monkeypatch.delattr(torch.cpu, "get_capabilities", raising=False)
    assert choose_precision(torch.device("cpu")) == torch.float32


def test_metal_uses_single_precision():
    assert choose_precision(torch.device("mps")) == torch.float32

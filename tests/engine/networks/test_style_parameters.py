import pytest
import torch
from pelican.plugins.stylize.engine.networks.style_file import load_style_file
from pelican.plugins.stylize.engine.networks.style_parameters import SHAPES, save_parameters
from pelican.plugins.stylize.model.errors import UserError


@pytest.fixture
def style():
    return {name: torch.rand(shape) for name, shape in SHAPES.items()}


def refusal(path):
    with pytest.raises(UserError) as error:
        load_style_file(path)
    return str(error.value)


def test_a_style_has_694_parameters():
    assert sum(size for (size,) in SHAPES.values()) == 694


def test_parameters_are_loaded_as_they_were_saved(style, tmp_path):
    save_parameters(style, tmp_path / "style.safetensors")
    loaded = load_style_file(tmp_path / "style.safetensors").parameters
    assert loaded.keys() == style.keys()
    assert all(torch.equal(loaded[name], style[name]) for name in style)


def test_a_style_file_is_under_8_kb_and_the_same_bytes_every_time(style, tmp_path):
    save_parameters(style, tmp_path / "one")
    save_parameters(dict(reversed(style.items())), tmp_path / "two")
    assert (tmp_path / "one").stat().st_size < 8000
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_parameters_with_gradients_can_be_saved(style, tmp_path):
    tuned = {name: tensor.double().requires_grad_() for name, tensor in style.items()}
    save_parameters(tuned, tmp_path / "style.safetensors")
    assert load_style_file(tmp_path / "style.safetensors").parameters["expand1.gain"].dtype == torch.float32


def test_a_missing_file_is_reported(tmp_path):
    path = tmp_path / "style.safetensors"
    assert refusal(path) == f"{path}: no such file; predict the style again to create it."


def test_a_truncated_file_is_reported(style, tmp_path):
    path = tmp_path / "style.safetensors"
    save_parameters(style, path)
    path.write_bytes(path.read_bytes()[:-100])
    assert refusal(path).startswith(f"{path}: not a safetensors file (")
    assert refusal(path).endswith("); predict the style again.")


@pytest.mark.parametrize("content", [b"", b"not numbers at all, but a text"])
def test_another_kind_of_file_is_reported(content, tmp_path):
    path = tmp_path / "style.safetensors"
    path.write_bytes(content)
    assert refusal(path).startswith(f"{path}: not a safetensors file (")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"expand1.gain": None}, "expand1.gain is missing"),
        ({"expand4.gain": torch.rand(3)}, "expand4.gain is not known"),
        ({"expand3.bias": torch.rand(4)}, "expand3.bias has the shape (4,) instead of (3,)"),
        ({"expand2.bias": torch.full((8,), torch.nan)}, "expand2.bias holds a value that is not finite"),
        ({"expand1.gain": None, "expand4.gain": torch.rand(3)}, "expand1.gain is missing (and 1 more)"),
    ],
)
def test_a_file_of_other_tensors_is_reported(change, problem, style, tmp_path):
    from safetensors.torch import save_file

    path = tmp_path / "style.safetensors"
    save_file({name: tensor for name, tensor in (style | change).items() if tensor is not None}, path)
    assert (
        refusal(path)
        == f"{path}: these are not the parameters of a style: {problem}; predict the style again."
    )

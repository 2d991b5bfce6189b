"""The benchmark for GPUs, on the CPU with tiny sizes: it must run where only torch and Pillow are."""

import json
import os
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).parents[2] / "bench" / "gpu.py"


def test_it_measures_every_section_without_pelican(tmp_path: Path) -> None:
    blocker = "import sys; sys.modules |= dict.fromkeys(['platformdirs', 'markdown', 'c2pa', 'jinja2'])"
    (tmp_path / "sitecustomize.py").write_text(blocker)
    command = [sys.executable, PROGRAM, "--device", "cpu", "--small", "--out", tmp_path]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(tmp_path)}

    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    report = json.loads((tmp_path / "gpu.json").read_text())
    sections = {section["name"]: section for section in report["sections"]}
    assert list(sections) == [
        "limits",
        "equality",
        "equality of runs",
        "network",
        "optimize",
        "memory",
        "tune",
        "files",
        "waits",
        "profile",
        "graphs",
        "compiled",
    ]
    assert not [section["error"] for section in sections.values() if section["error"]]
    assert {row["verdict"] for row in sections["equality"]["rows"]} == {"equal"}
    assert all(row["images/s"] > 0 for row in sections["network"]["rows"])
    assert {row["verdict"] for row in sections["memory"]["rows"]} == {"equal"}
    assert "| what | seconds |" in (tmp_path / "gpu.md").read_text()

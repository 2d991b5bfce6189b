"""The commands of this repository: those of every blog, and those of development."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent
os.environ["PELICAN_STYLIZE_COMMAND"] = "invoke"  # what messages tell the reader to type

import pelican_stylize  # noqa: E402
from invoke import Context, Exit, task  # noqa: E402

pelican_stylize.defer_pelican()
from pelican.plugins.stylize.cli.main import make_namespace  # noqa: E402
from pelican.plugins.stylize.cli.style_tasks import panel  # noqa: E402


@task(help={"only": "run the tests whose names match, as pytest -k"})
def test(c: Context, only: str = "") -> None:
    """Run the tests. No network and no GPU needed."""
    _run(sys.executable, "-m", "pytest", *(["-k", only] if only else []))


@task(help={"tests": "run the tests too (--no-tests: do not)"})
def check(c: Context, tests: bool = True) -> None:
    """Check format, lint, types and floors, run the tests, and check that every style looks as accepted."""
    programs = Path(sys.executable).parent
    places = ["plugins", "tests", "tools", "bench", "tasks.py", "pelicanconf.py", "publishconf.py"]
    _run(str(programs / "ruff"), "format", "--check", *places)
    _run(str(programs / "ruff"), "check", *places)
    _run(str(programs / "mypy"))
    _run(str(programs / "lint-imports"))
    if tests:
        test(c)
    panel(c)


@task(help={"only": "the name of one script in bench/, such as warm"})
def bench(c: Context, only: str = "") -> None:
    """Measure: warm builds, a cold picture and a peer's, the size of an install. Takes minutes."""
    for script in sorted((ROOT / "bench").glob("[!_]*.py")):
        if only == script.stem or (not only and script.stem not in BENCHES_ON_PHOTOS):
            _run(sys.executable, str(script))


@task(help={"minutes": "how long", "seed": "another number disturbs other moments"})
def soak(c: Context, minutes: str = "10", seed: str = "1") -> None:
    """Kill commands, fill the disk (as root, on Linux), run two at once: each site must be whole."""
    _run(sys.executable, str(ROOT / "tests" / "soak" / "soak.py"), "--minutes", minutes, "--seed", seed)


def _run(*command: str) -> None:
    """Run a program in this folder; exit with its code if it fails."""
    ended = subprocess.run(command, cwd=ROOT, check=False)
    if ended.returncode:
        raise Exit(code=ended.returncode)


# They take photos or pictures: python bench/styles.py --help.
BENCHES_ON_PHOTOS = ("encoding", "pairs", "scores", "styles", "throughput")

namespace = make_namespace()
for task_of_development in (test, check, bench, soak):
    namespace.add_task(task_of_development)

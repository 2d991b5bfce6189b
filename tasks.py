"""The commands of this repository: those of every blog, and those of development."""

import os
import site
import subprocess
import sys
import tomllib
import venv
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


@task(
    help={
        "seconds": "how long, for all kinds together",
        "seed": "other seeds give other files",
        "target": "one kind of file, such as photo or pack",
    }
)
def fuzz(c: Context, seconds: int = 60, seed: int = 1, target: str = "") -> None:
    """Read broken files of every kind; exit with 1 if one ends in a traceback, or takes too long."""
    options = ["--seconds", str(seconds), "--seed", str(seed), *(["--target", target] if target else [])]
    _run(sys.executable, "-m", "tools.fuzzing.run", *options)


@task
def foreign(c: Context) -> None:
    """Install plugins and themes of other people in .foreign, try each, and write docs/compatibility.md."""
    folder = ROOT / ".foreign"
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        place = subprocess.check_output(
            [python, "-c", "import site; print(site.getsitepackages()[0])"], text=True
        )
        # What is installed here is found there too; what is installed there is not found here.
        Path(place.strip(), "this.pth").write_text("\n".join(site.getsitepackages()))
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    for package in extras["foreign"]:
        installed = subprocess.run(
            [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", package], check=False
        )
        if installed.returncode:
            print(f"{package}: cannot be installed, so it is left out")
    subprocess.run(
        [python, "-m", "foreign", str(ROOT / "docs" / "compatibility.md")], cwd=ROOT / "tests", check=True
    )


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
for task_of_development in (test, check, bench, foreign, fuzz, soak):
    namespace.add_task(task_of_development)

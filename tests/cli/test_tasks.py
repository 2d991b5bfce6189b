"""The commands of the blog: what is asked of Pelican, and reading what was typed."""

import subprocess
import sys
from pathlib import Path

import pytest
from fixtures.program import run_invoke
from invoke.loader import FilesystemLoader

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("command", "asked"),
    [
        (["livereload"], ["STYLIZE_DRAFT=true"]),
        (["livereload", "--paint"], ["STYLIZE_PAINT=true"]),
        (["preview"], ["STYLIZE_DRAFT=true"]),
        (["preview", "--paint"], ["STYLIZE_PAINT=true"]),
        (["preview", "--budget", "5"], ["STYLIZE_PAINT=true", "STYLIZE_BUDGET=5.0"]),
        (["build"], []),
        (["build", "--budget", "0.5"], ["STYLIZE_BUDGET=0.5"]),
        (["rebuild", "--budget", "0"], ["STYLIZE_BUDGET=0.0"]),
        (["publish", "--budget", "9"], ["STYLIZE_PUBLISH=true", "STYLIZE_BUDGET=9.0"]),
        (["publish", "--allow-quick"], ["STYLIZE_PUBLISH=true", "STYLIZE_ALLOW_QUICK=true"]),
    ],
)
def test_what_is_painted_is_asked_of_pelican(command, asked, tmp_path):
    probe = f"""
import sys
import livereload, pelican
from invoke import Program, Collection
from pelican.plugins.stylize.cli.main import namespace
pelican.main = lambda arguments: print(*[word for word in arguments if word.startswith("STYLIZE_") and "ERRORS" not in word]) or sys.exit(7)
livereload.Server = lambda: sys.exit(0)
Program(namespace=namespace).run(["inv", *{command!r}])
"""
    ended = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, cwd=ROOT)
    assert ended.stdout.split() == asked, ended.stderr


@pytest.mark.parametrize("typed", ["-1", "nan", "inf", "ten"])
def test_a_budget_that_is_no_number_of_minutes_is_refused(typed):
    ended = subprocess.run(
        [sys.executable, "-m", "invoke", "build", f"--budget={typed}"],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert ended.returncode == 2
    assert ended.stderr.strip() == (
        f"--budget is {typed!r}, but must be a number of minutes, 0 or more, as in --budget 10."
    )


def test_a_key_is_made_with_one_command_that_says_what_to_do_next(tmp_path):
    pytest.importorskip("cryptography", reason="the extra [c2pa] is not installed")
    command = ["provenance.keygen", "--folder", str(tmp_path / "k"), "--name", "Ana Sol"]
    ended = run_invoke(*command)
    lines = ended.out.splitlines()
    assert lines[0].startswith(f"{tmp_path}/k/signing.key: the key, good until 20"), ended.err
    assert lines[1] == f"{tmp_path}/k/root.pem: the root certificate, for everybody. SHA-256:"
    assert len(lines[2].strip()) == 95
    assert lines[3:] == [
        "To sign the pictures, write in pelicanconf.py:",
        '    STYLIZE["c2pa"] = "if-key"',
        f'    STYLIZE["c2pa_folder"] = "{tmp_path}/k"',
        f"or, where others build the blog too: export STYLIZE_C2PA_FOLDER={tmp_path}/k",
    ]
    assert "PRIVATE" not in ended.out + ended.err


def test_a_key_in_the_blogs_own_folder_is_refused():
    ended = run_invoke("provenance.keygen", "--folder", "content/key", "--name", "Ana Sol")
    assert (ended.code, ended.err.strip()) == (
        2,
        "content/key: this is inside the site (.), where a private key gets published or committed sooner or"
        " later. Name a folder outside of it.",
    )
    assert not (ROOT / "content" / "key").exists()


@pytest.mark.parametrize("typed", ["wall", "wall --photos mine --strengths 0.5,1 --tuned 3 --to board.html"])
def test_places_of_an_audition_are_typed_without_an_option(typed):
    from invoke.parser import Parser

    module, _ = FilesystemLoader(start=str(ROOT)).load("tasks")
    (call,) = Parser(contexts=module.namespace.to_contexts()).parse_argv(["style.audition", *typed.split()])
    assert call.args["places"].value == "wall"


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["style.tune", "ink", "--steps", "many"], "--steps is 'many', but must be a whole number."),
        (["style.tune", "ink", "--style-weight", "2O"], "--style-weight is '2O', but must be a number."),
        (["style.audition", "styles", "--tuned", "1.5"], "--tuned is '1.5', but must be a whole number."),
        (
            ["preview", "--port", "99999"],
            "--port is 99999, but ports run from 1 to 65535, as in --port 8000.",
        ),
        (["livereload", "--port", "http"], "--port is 'http', but must be a whole number."),
    ],
)
def test_a_number_that_is_none_is_reported_in_a_line(command, message):
    ended = run_invoke(*command)
    assert (ended.code, ended.err.splitlines()) == (2, [message])

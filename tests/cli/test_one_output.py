"""One output and several commands: publish, plain pelican, prune, a killed run, a link."""

import subprocess
import sys
from pathlib import Path

import pytest
from fixtures.program import START, run_program
from pelican.plugins.stylize.storage import site_lock

PUBLISHING = """\
from pelicanconf import *
SITEURL = "https://pier.example"
FEED_ALL_ATOM = "all.xml"
OUTPUT_RETENTION = ["downloads"]
"""


@pytest.fixture
def ready(blog):
    """A blog that can be published, and whose pictures are in the store."""
    blog.post("pier", "Words.", Style="harvesters", Photos="pier.jpg | A pier")
    blog.stylize = {"style_pages": False}
    assert blog.build().code == 0
    (blog.root / "publishconf.py").write_text(PUBLISHING)
    return blog


def site_of(output: Path) -> set[str]:
    return {path.relative_to(output).as_posix() for path in output.rglob("*") if path.is_file()}


def start(*words: str, cwd: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", START, *words]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=cwd, stdout=pipe, stderr=subprocess.STDOUT, text=True)


def test_two_that_publish_at_once_end_in_one_whole_site(ready):
    both = [start("publish", cwd=ready.root) for _ in range(2)]
    printed = [running.communicate(timeout=120)[0] for running in both]
    # On a busy machine the first may take longer than the second waits.
    assert sorted(running.returncode for running in both) in ([0, 0], [0, 2]), printed
    assert sum("; waiting for it to end." in words for words in printed) == 1, printed
    together = site_of(ready.root / "output")
    assert run_program("publish", cwd=ready.root).code == 0
    assert together == site_of(ready.root / "output")
    assert {"index.html", "pier.html", "all.xml"} <= together
    verified = run_program("provenance.verify", cwd=ready.root)
    assert verified.code == 0, verified


def test_a_command_that_finds_the_output_taken_waits_and_changes_nothing(ready):
    preview = ready.root / "output.preview"
    preview.mkdir()
    before = site_of(ready.root)
    with site_lock.release_afterwards():
        assert site_lock.acquire(preview) and site_lock.acquire(ready.root / "output")
        commands = ("build", "rebuild", "clean", "preview", "store.prune")
        for running in [start(command, cwd=ready.root) for command in commands]:
            with running:
                assert "is writing to it; waiting for it to end." in running.stdout.readline()
                running.terminate()
    assert {name for name in site_of(ready.root) ^ before if "__pycache__" not in name} == set()


def test_what_another_command_wrote_while_a_build_waited_is_no_page_of_another_plugin(ready):
    output = ready.root / "output"
    with site_lock.release_afterwards():
        assert site_lock.acquire(output)
        waiting = start("build", cwd=ready.root)
        assert "waiting for it to end." in waiting.stdout.readline()
        for page in output.rglob("*.html"):
            page.write_text("of the other command")
    printed, _ = waiting.communicate(timeout=120)
    assert waiting.returncode == 0, printed
    assert "of the other command" not in (output / "credits/index.html").read_text()
    assert not list((ready.root / ".stylize").glob("places-*.json"))


def test_plain_pelican_keeps_to_the_lock_and_empties_no_folder_that_is_taken(ready):
    ready.settings.update(DELETE_OUTPUT_DIRECTORY=True)
    before = site_of(ready.root / "output")
    with site_lock.release_afterwards():
        site_lock.acquire(ready.root / "output")
        built = ready.build()
    assert built.code == 2
    lines = built.printed.splitlines()
    assert lines[-1].endswith(
        "is writing to it. Nothing was changed. Try again when it has ended; one output is written by one"
        " command at a time."
    )
    assert "Traceback" not in built.printed
    assert site_of(ready.root / "output") == before
    assert ready.build().code == 0


def test_what_pelican_did_not_make_outlives_publish_rebuild_and_clean_through_a_link(ready):
    www = ready.root / "srv" / "www"
    www.parent.mkdir()
    (ready.root / "output").rename(www)
    (ready.root / "output").symlink_to("srv/www")
    assert ready.build().code == 0
    authors = {".git/HEAD", "CNAME", ".nojekyll", "downloads/song.ogg", "google1.html"}
    for name in authors:
        (www / name).parent.mkdir(exist_ok=True)
        (www / name).write_text("author")
    for command in ("publish", "rebuild", "publish"):
        ended = run_program(command, cwd=ready.root)
        assert ended.code == 0, ended
        assert "output: no build made .git, .nojekyll, CNAME, downloads, google1.html; kept.\n" in ended.out
        assert (ready.root / "output").is_symlink()
        assert authors < site_of(www)
    assert run_program("clean", cwd=ready.root).code == 0
    assert site_of(www) == authors
    assert sorted(path.name for path in www.parent.iterdir()) == [".www.stylize", "www"]


def test_a_draft_page_of_a_build_is_not_published(ready):
    draft = ready.post("secret", "Words.", Status="draft")
    assert ready.build().code == 0
    assert (ready.root / "output/drafts/secret.html").is_file()
    draft.unlink()
    assert run_program("publish", cwd=ready.root).code == 0
    assert not (ready.root / "output/drafts").exists()
    assert not (ready.root / "output.aside").exists()


def test_a_killed_publish_leaves_the_good_site_and_nothing_for_long(ready):
    assert run_program("publish", cwd=ready.root).code == 0
    before = site_of(ready.root / "output")
    ready.photo("storm.jpg", color="navy")
    ready.fault = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    ready.configure()
    ready.post("storm", "Words.", Style="harvesters", Photos="storm.jpg | A storm")
    assert run_program("publish", cwd=ready.root).code == -9
    assert site_of(ready.root / "output") == before
    ready.fault = "pass"
    ready.configure()
    assert run_program("publish", cwd=ready.root).code == 0
    assert (ready.root / "output/storm.html").is_file()
    assert sorted(path.name for path in (ready.root / ".output.stylize").iterdir()) == [
        ".gitignore",
        "entries.json",
        "lock",
    ]


def test_an_option_that_leads_elsewhere_does_not_publish_an_empty_site(ready):
    before = site_of(ready.root / "output")
    ended = run_program("publish", "--", "-o", "elsewhere", cwd=ready.root)
    assert ended.code == 2
    assert ended.err.splitlines()[-1] == (
        "output: the build wrote nothing there, so the last site stays. Does an option behind `--` name another"
        " folder?"
    )
    assert site_of(ready.root / "output") == before


def test_a_build_by_plain_pelican_without_a_picture_leaves_nothing_beside_the_output(blog):
    blog.post("words", "Only words.")
    blog.stylize = {"style_pages": False, "provenance_pages": False}
    assert blog.build().code == 0
    assert not list(blog.root.glob(".output*"))


def test_a_full_disk_while_a_site_is_prepared_leaves_the_last_site_and_is_a_sentence(ready):
    assert run_program("publish", cwd=ready.root).code == 0
    before = site_of(ready.root / "output")
    ready.post("long", "Words and words. " * 4000)
    program = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000)); {START}"
    ended = subprocess.run(
        [sys.executable, "-c", program, "publish"], cwd=ready.root, capture_output=True, text=True
    )
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1] == (
        "output: the system refuses a file of this size while building the site; what was finished is kept."
        " Raise the limit ('ulimit -f') and build again."
    )
    assert "Traceback" not in ended.stderr
    assert site_of(ready.root / "output") == before


def test_an_output_inside_another_one_is_pruned_with_it(ready):
    (ready.root / "publishconf.py").write_text(f'{PUBLISHING}OUTPUT_PATH = "output/site"\n')
    assert run_program("publish", cwd=ready.root).code == 0
    pruned = run_program("store.prune", cwd=ready.root)
    assert (pruned.code, pruned.out.splitlines()[-1][:18]) == (0, "Nothing to remove;"), pruned
    published = site_of(ready.root / "output" / "site")
    assert run_program("rebuild", cwd=ready.root).code == 0
    assert site_of(ready.root / "output" / "site") == published

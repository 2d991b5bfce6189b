"""`pelican-stylize` from outside: what it says, where it finds the blog, how it ends."""

import shutil
from pathlib import Path

import pytest
from fixtures.program import quickstart, run_program
from pelican.plugins.stylize.cli.main import namespace

SITE = "https://pier.example"


@pytest.fixture(scope="module")
def quick(tmp_path_factory) -> Path:
    """A blog as pelican-quickstart makes it, without the plugin."""
    return quickstart(tmp_path_factory.mktemp("quick") / "blog")


@pytest.fixture
def blog_of_two(blog):
    """The small blog with a settings file for publishing, and two folders to run commands in."""
    blog.configure()
    (blog.root / "publishconf.py").write_text(
        f"from pelicanconf import *\nSITEURL = {SITE!r}\nOUTPUT_PATH = 'public'\n"
    )
    (blog.root / "content" / "deep" / "down").mkdir(parents=True)
    return blog


def test_help_names_every_command_and_the_option_for_settings(tmp_path):
    ended = run_program("--help", cwd=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("Usage: pelican-stylize [--settings FILE] COMMAND [options] ...")
    assert "--settings" in ended.out
    assert not [name for name in namespace.task_names if f"  {name} " not in ended.out]


def test_it_says_its_version(tmp_path):
    assert run_program("--version", cwd=tmp_path).out == "pelican-stylize 0.1.0\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["biuld"],
            "there is no command or option 'biuld'. Did you mean 'build'? All commands: pelican-stylize --list\n",
        ),
        (
            ["style.tine", "ink"],
            "there is no command or option 'style.tine'. Did you mean 'style.tune'?"
            " All commands: pelican-stylize --list\n",
        ),
    ],
)
def test_a_mistyped_command_is_answered_with_the_nearest_and_2(words, message, tmp_path):
    ended = run_program(*words, cwd=tmp_path)
    assert (ended.code, ended.out, ended.err) == (2, "", message)


def test_completion_comes_for_the_usual_shells(tmp_path):
    for shell in ("bash", "zsh", "fish"):
        assert "pelican-stylize" in run_program("--print-completion-script", shell, cwd=tmp_path).out


def test_without_a_blog_it_says_what_to_do(tmp_path):
    ended = run_program("build", cwd=tmp_path)
    assert (ended.code, ended.err) == (
        2,
        f"there is no pelicanconf.py in {tmp_path} or in a folder above it. Go to the folder of your blog, begin"
        " one with pelican-quickstart, or name its settings: --settings FILE\n",
    )
    ended = run_program("build", "--settings", "other/conf.py", cwd=tmp_path)
    assert (ended.code, ended.err) == (2, "other/conf.py: there is no such settings file.\n")


def test_the_blog_is_found_from_any_folder_below_it(blog_of_two):
    blog_of_two.post("pier", "Words.", Style="harvesters", Photos="pier.jpg | A pier")
    ended = run_program("build", cwd=blog_of_two.root / "content" / "deep" / "down")
    assert (ended.code, ended.err) == (0, "")
    assert (blog_of_two.root / "output" / "pier.html").is_file()
    assert sorted(path.name for path in (blog_of_two.root / "content" / "deep").rglob("*")) == ["down"]


def test_settings_named_from_elsewhere_lead_to_the_same_blog(blog_of_two, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    blog_of_two.post("pier", "Words.", Style="harvesters", Photos="pier.jpg | A pier")
    ended = run_program("build", "--settings", f"{blog_of_two.root}/pelicanconf.py", cwd=elsewhere)
    assert (ended.code, ended.err) == (0, "")
    assert (blog_of_two.root / "output" / "pier.html").is_file()
    assert list(elsewhere.iterdir()) == []


def test_pelican_itself_finds_styles_and_store_beside_its_settings(blog, tmp_path_factory):
    """`pelican -s /blog/pelicanconf.py` from another folder, as cron and CI start it."""
    import subprocess
    import sys

    elsewhere = tmp_path_factory.mktemp("cron")
    blog.post("pier", "Words.", Style="harvesters", Photos="pier.jpg | A pier")
    settings = blog.configure()
    settings.write_text(settings.read_text() + 'STYLIZE["store"] = "~/pictures"\nOUTPUT_PATH = "output"\n')
    home = tmp_path_factory.mktemp("home")
    ended = subprocess.run(
        [sys.executable, "-m", "pelican", "--fatal=errors", "--log-handler=plain", "-s", str(settings)],
        cwd=elsewhere,
        capture_output=True,
        text=True,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
    )
    assert ended.returncode == 0, ended.stderr
    assert "<figure" in (blog.root / "output" / "pier.html").read_text()
    assert [path.name for path in home.iterdir()] == ["pictures"]
    assert not (elsewhere / ".stylize").exists()
    assert not (blog.root / "~").exists()


def test_a_settings_file_with_a_mistake_is_named(blog):
    blog.configure().write_text("SITENAME = (\n")
    ended = run_program("style.list", cwd=blog.root)
    assert ended.code == 2
    assert ended.err.startswith("pelicanconf.py: SyntaxError: ")


def test_publish_goes_by_publishconf_and_verify_checks_both_sites(blog_of_two):
    blog_of_two.post("pier", "Words.", Style="harvesters", Photos="pier.jpg | A pier")
    assert run_program("build", cwd=blog_of_two.root).code == 0
    ended = run_program("publish", cwd=blog_of_two.root)
    assert (ended.code, ended.out.splitlines()[-1]) == (0, "public/ is ready to upload.")
    assert f"{SITE}/pictures/" in (blog_of_two.root / "public" / "pier.html").read_text()
    ended = run_program("provenance.verify", cwd=blog_of_two.root)
    assert (ended.code, ended.out.count(" images: all are as they were published.")) == (0, 2)
    assert ended.out.count(" other files: all are as they were published.") == 1  # of the published site
    page = blog_of_two.root / "public/pier.html"
    page.write_bytes(page.read_bytes().replace(b"Words.", b"Wards."))
    ended = run_program("provenance.verify", cwd=blog_of_two.root)
    assert ended.code == 1
    assert [line for line in ended.out.splitlines() if line.startswith("pier.html: it was changed after")]


def test_a_build_into_a_published_site_withdraws_the_list_of_its_files(blog_of_two):
    blog_of_two.post("pier", "Words.", Style="harvesters", Photos="pier.jpg | A pier")
    assert run_program("rebuild", cwd=blog_of_two.root).code == 0
    listed = blog_of_two.root / "output/provenance/SHA256SUMS"
    assert listed.exists()
    blog_of_two.post("typo", "Words.", Style="harvestres", Photos="pier.jpg | A pier")
    assert run_program("build", cwd=blog_of_two.root).code == 2
    assert listed.exists()  # nothing was written
    blog_of_two.post("typo", "Words.")
    assert run_program("build", cwd=blog_of_two.root).code == 0
    assert not listed.exists()


def test_publish_is_a_gate_even_where_publishconf_asks_for_placeholders(blog_of_two):
    with (blog_of_two.root / "publishconf.py").open("a") as settings:
        settings.write('STYLIZE = {**STYLIZE, "placeholders": True}\n')
    blog_of_two.post("pier", "Words.", Style="harvesters", Photos="pier.jpg | A pier")
    assert run_program("publish", cwd=blog_of_two.root).code == 0
    before = (blog_of_two.root / "public" / "pier.html").read_bytes()
    blog_of_two.photo("storm.jpg", color="navy")
    blog_of_two.fault = "from pelican.plugins.stylize.model.errors import PhotoError; raise PhotoError('no')"
    blog_of_two.configure()
    blog_of_two.post("pier", "Other words.", Style="harvesters", Photos="storm.jpg | A storm")
    ended = run_program("publish", cwd=blog_of_two.root)
    assert ended.code == 2
    assert ended.err.splitlines()[-2:] == ["storm.jpg: no", "nothing was published."]
    assert (blog_of_two.root / "public" / "pier.html").read_bytes() == before


def test_publish_in_a_quickstart_blog_names_what_its_settings_lack(quick):
    ended = run_program("publish", cwd=quick)
    assert ended.code == 2
    assert ended.err.splitlines()[-2:] == [
        "publishconf.py: SITEURL is '', but pictures, feeds and credits need the address of the site, as in"
        ' SITEURL = "https://blog.example"',
        "nothing was published.",
    ]
    assert list((quick / "output").iterdir()) == []


def test_publish_without_publishconf_names_everything_that_is_missing(quick, tmp_path):
    blog = shutil.copytree(quick, tmp_path / "blog")
    (blog / "publishconf.py").unlink()
    ended = run_program("publish", cwd=blog)
    assert (ended.code, ended.err.splitlines()) == (
        2,
        [
            "there is no publishconf.py beside pelicanconf.py. Write one that begins with"
            " `from pelicanconf import *` and sets what follows.",
            "pelicanconf.py: SITEURL is '', but pictures, feeds and credits need the address of the site, as in"
            ' SITEURL = "https://blog.example"',
            'pelicanconf.py: no feed is set, as in FEED_ALL_ATOM = "feeds/all.atom.xml"',
            "nothing was published.",
        ],
    )


def test_serve_says_what_to_build_first(quick):
    ended = run_program("serve", "--no-browser", cwd=quick)
    assert (ended.code, ended.err) == (2, "output/ is not there yet. Type: pelican-stylize build\n")


def test_the_module_is_the_same_program(tmp_path):
    import subprocess
    import sys

    ended = subprocess.run(
        [sys.executable, "-m", "pelican.plugins.stylize", "--version"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert ended.stdout == "pelican-stylize 0.1.0\n"


@pytest.mark.parametrize("output", [".", "..", "content"])
@pytest.mark.parametrize("command", ["clean", "rebuild", "publish"])
def test_a_folder_that_holds_more_than_the_site_is_never_replaced(output, command, blog):
    blog.settings.update(OUTPUT_PATH=output, SITEURL=SITE, FEED_ALL_ATOM="all.xml")
    blog.post("pier", "Words.", Style="harvesters", Photos="pier.jpg | A pier")
    blog.configure()
    (blog.root / "publishconf.py").write_text("from pelicanconf import *\n")
    kept = sorted(blog.root.rglob("*.md")) + sorted(blog.root.rglob("style.toml"))
    ended = run_program(command, cwd=blog.root)
    assert ended.code == 2
    assert "is inside it. Name a folder of its own" in ended.err
    assert [path for path in kept if not path.is_file()] == []


def test_an_interrupted_publish_leaves_the_good_site_and_says_130(blog_of_two):
    import signal
    import subprocess
    import sys

    from fixtures.program import START

    blog_of_two.post("pier", "Words.", Style="harvesters", Photos="pier.jpg | A pier")
    assert run_program("publish", cwd=blog_of_two.root).code == 0
    before = sorted(path for path in (blog_of_two.root / "public").rglob("*"))
    blog_of_two.photo("storm.jpg", color="navy")
    blog_of_two.fault = "import time; open('begun', 'w').close(); time.sleep(60)"
    blog_of_two.configure()
    blog_of_two.post("pier", "Words.", Style="harvesters", Photos="storm.jpg | A storm")
    (blog_of_two.root / "begun").unlink(missing_ok=True)
    running = subprocess.Popen(
        [sys.executable, "-c", START, "publish"],
        cwd=blog_of_two.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    import time

    for _ in range(300):
        if (blog_of_two.root / "begun").exists():
            break
        time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    out, _ = running.communicate(timeout=60)
    assert running.returncode == 130
    assert b"ready to upload" not in out
    assert sorted(path for path in (blog_of_two.root / "public").rglob("*")) == before


@pytest.mark.parametrize("command", ["plan", "publish"])
def test_a_plugin_that_is_not_loaded_is_told(command, blog_of_two):
    settings = blog_of_two.root / "pelicanconf.py"
    settings.write_text(settings.read_text() + "PLUGINS = []\n")
    ended = run_program(command, cwd=blog_of_two.root)
    assert ended.code == 2
    assert ended.err.splitlines()[-1].endswith(
        'the plugin is not in PLUGINS, so no picture is made. Add "pelican.plugins.stylize" to the list.'
    )


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("1 / 0\n", "pelicanconf.py:{line}: ZeroDivisionError: division by zero."),
        ("raise SystemExit(3)\n", "pelicanconf.py:{line}: SystemExit: 3."),
        ("STYLIZE = 5\n", "STYLIZE is 5, but must be a dict of settings, as in STYLIZE = {{'style': 'ink'}}"),
    ],
)
def test_settings_that_do_not_run_are_told_in_a_line(more, message, blog):
    path = blog.configure()
    path.write_text(path.read_text() + more)
    line = len(path.read_text().splitlines())
    ended = run_program("style.list", cwd=blog.root)
    assert (ended.code, ended.err) == (2, message.format(line=line) + "\n")


@pytest.mark.parametrize(
    ("words", "start"),
    [
        (["--help", "nope"], "there is no command or option 'nope'."),
        (["--settings"], "--settings needs a value."),
        (["style.add"], "style.add needs FILE. What it takes: pelican-stylize --help style.add"),
        (["museum.add"], "museum.add needs PLACE. What it takes: pelican-stylize --help museum.add"),
    ],
)
def test_mistyped_options_of_the_program_end_with_2(words, start, tmp_path):
    ended = run_program(*words, cwd=tmp_path)
    assert ended.code == 2
    assert ended.err.startswith(start)

"""The commands of the blog: `invoke --list` reads like a manual."""

import contextlib
import functools
import http.server
import importlib
import logging
import os
import shutil
import subprocess
import sys
import webbrowser
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from invoke import Collection, Context, Exit, task

os.environ["PELICAN_STYLIZE_COMMAND"] = "invoke"  # what messages tell the reader to type

ROOT = Path(__file__).parent
OUTPUT = ROOT / "output"
PYTHON = sys.executable


@task
def build(c: Context) -> None:
    """Build the site into output/, making the pictures it lacks. Pelican's own options follow `--`."""
    _pelican("-s", "pelicanconf.py")


@task
def rebuild(c: Context) -> None:
    """Build the site anew and swap it in whole; pictures come from the store."""
    _build_aside("pelicanconf.py")


@task
def clean(c: Context) -> None:
    """Remove output/. The store of pictures, .stylize/, stays: it is dear."""
    shutil.rmtree(OUTPUT, ignore_errors=True)


@task(help={"port": "where to serve", "browser": "open a browser (--no-browser: do not)"})
def serve(c: Context, port: str = "8000", browser: bool = True) -> None:
    """Show output/ at http://localhost:8000 and open a browser."""
    if not OUTPUT.is_dir():
        raise Exit("output/ is not there yet. Type: invoke build", code=2)
    _serve(OUTPUT, _port(port), browser=browser)


OPTIMIZE_HELP = "make optimized pictures too, which takes minutes"


@task(
    help={
        "port": "where to serve",
        "browser": "open a browser (--no-browser: do not)",
        "optimize": OPTIMIZE_HELP,
    }
)
def livereload(c: Context, port: str = "8000", browser: bool = True, optimize: bool = False) -> None:
    """Build, serve, and build again at every change, with mistakes shown in the page."""
    at = _port(port)
    try:
        from livereload import Server
    except ImportError:
        raise Exit("livereload is not installed. Type: pip install -e '.[serve]'", code=2) from None

    def build_again() -> None:
        with contextlib.suppress(Exit):  # it was told in the terminal, and the server goes on
            asked = ("CACHE_CONTENT=true", "STYLIZE_SHOW_ERRORS=true", _drafts(optimize))
            _pelican("-s", "pelicanconf.py", "-e", *asked)

    build_again()
    server = Server()
    for pattern in ("content/**/*", "styles/**/*", "theme/**/*", "plugins/**/*.py", "pelicanconf.py"):
        server.watch(pattern, build_again)
    server.serve(root=str(OUTPUT), port=at, open_url_delay=1 if browser else None)


@task(
    help={
        "port": "where to serve",
        "browser": "open a browser (--no-browser: do not)",
        "optimize": OPTIMIZE_HELP,
    }
)
def preview(c: Context, port: str = "8000", browser: bool = True, optimize: bool = False) -> None:
    """Build as `publish` would, into output.preview/, and show it at http://localhost:8000."""
    folder, at = ROOT / "output.preview", _port(port)
    asked = (f'SITEURL="http://localhost:{at}"', _drafts(optimize))
    _pelican("-s", "publishconf.py", "-d", "-o", str(folder), "-e", *asked)
    _serve(folder, at, browser=browser)


@task
def publish(c: Context) -> None:
    """Build for the world with publishconf.py and swap it into output/, or refuse and change nothing."""
    _build_aside("publishconf.py")
    print("output/ is ready to upload.")


@task(help={"json": "print JSON for programs instead of a table"})
def plan(c: Context, json: bool = False) -> None:
    """List every picture the posts ask for: made or missing, and how long the missing ones will take."""
    from pelican.plugins.stylize.cli import styles_train as commands

    with _mistakes_told():
        print(commands.plan("pelicanconf.py", as_json=json))


@task(
    auto_shortflags=False,
    help={
        "file": "the picture of the artwork; its record may lie beside it as artwork.toml, or as NAME.toml",
        "slug": "the name of the style's folder; without it made from the title",
        "category": "one of STYLIZE['categories']",
        "crop": "the part to take: LEFT,TOP,WIDTH,HEIGHT in pixels, or pct:5,5,90,90 in percent",
        "meaning": "what this artwork says about a photo it redraws",
        "own": "the work is your own; needs neither --source-url nor, with STYLIZE['author'], the rest",
        "license": "as the collection states it: CC0-1.0, CC-BY-4.0, or the address of the license",
        "source_url": "the page of the item",
        "image_url": "where the file came from",
        "accession": "the collection's own number",
    },
)
def add(
    c: Context,
    file: str,
    slug: str = "",
    category: str = "",
    crop: str = "",
    title: str = "",
    creator: str = "",
    date: str = "",
    medium: str = "",
    institution: str = "",
    accession: str = "",
    source_url: str = "",
    image_url: str = "",
    license: str = "",
    credit_line: str = "",
    meaning: str = "",
    own: bool = False,
) -> None:
    """Make a style of an artwork's picture and its record, in a few seconds: level 0, for nothing."""
    from pelican.plugins.stylize.cli import styles_library as library_commands

    given = {name: value for name, value in locals().items() if isinstance(value, str) and name != "file"}
    place = _from_here(file)
    with _mistakes_told():
        print(library_commands.add("pelicanconf.py", place, given, own=own))


@task(
    help={
        "slug": "the style's folder in styles/; several with commas between, or all",
        "to": "the file to write, or a folder; without it SLUG.style.zip here",
    }
)
def pack(c: Context, slug: str, to: str = "") -> None:
    """Write a style into one file, with a manifest and a card, to keep or to hand on."""
    from pelican.plugins.stylize.cli import styles_library as library_commands

    names = _listed(slug)
    place = _from_here(to)
    with _mistakes_told():
        for line in library_commands.pack("pelicanconf.py", names, to=place):
            print(line, flush=True)


@task(
    help={
        "file": "a pack, as `invoke style.pack` writes it",
        "as_": "another name for the style",
        "predict": "where its numbers belong to another network, make them anew from the artwork",
    }
)
def unpack(c: Context, file: str, as_: str = "", predict: bool = False) -> None:
    """Put the style of a pack into styles/, once everything in it is found to be as it was packed."""
    from pelican.plugins.stylize.cli import styles_library as library_commands

    place = _from_here(file)
    with _mistakes_told():
        print(library_commands.unpack("pelicanconf.py", place, slug=as_, predict=predict))


@task(help={"slug": "the style's folder in styles/"})
def predict(c: Context, slug: str) -> None:
    """Make a style's numbers from its artwork.jpg, without training: a second or two."""
    from pelican.plugins.stylize.cli import styles_train as commands

    with _mistakes_told():
        print(commands.predict("pelicanconf.py", slug))


@task(
    help={
        "slug": "the style's folder in styles/; several with commas between: harvesters,ink",
        "level": "1 tunes the style's numbers (5 kB), 2 the network too (220 kB)",
        "photos": "a folder of photos to tune on; without it content/photos",
        "steps": "how many; more than 250 show little",
        "budget": "for each style at most: minutes, or money such as '$0.05'",
        "seed": "another number draws other crops",
        "style_weight": "20 or 30 bring a faint style out, 5 keeps more of the photo; without it 10",
        "resume": "go on where Ctrl-C or a power cut ended it",
    },
)
def tune(
    c: Context,
    slug: str,
    level: str = "2",
    photos: str = "",
    steps: str = "250",
    budget: str = "",
    seed: str = "0",
    style_weight: str = "10",
    resume: bool = False,
) -> None:
    """Tune a style on its artwork, so that it paints like it: two or three minutes on two cores."""
    from pelican.plugins.stylize.cli import styles_train as commands

    with _mistakes_told():
        told = commands.tune(
            "pelicanconf.py",
            _listed(slug),
            level=_number("level", level),
            photos=photos,
            steps=_number("steps", steps),
            budget=budget,
            seed=_number("seed", seed),
            style_weight=_number("style-weight", style_weight, kind=float),
            resume=resume,
        )
        _follow(told, stopped="Stopped; nothing is lost. Go on with --resume")


@task(
    help={
        "places": "pictures, folders of them, styles, or a package of museum records, with commas between",
        "photos": "a folder of your own photos; without it the six of the panel",
        "strengths": "with commas between: 0.5,1",
        "tuned": "how many of the first to tune for 30 s each",
        "to": "the page; without it .stylize/audition/board.html",
    },
)
def audition(
    c: Context, places: str, photos: str = "", strengths: str = "1", tuned: str = "0", to: str = ""
) -> None:
    """Show what artworks would do to your photos, before you spend anything: a second for each."""
    from pelican.plugins.stylize.cli import styles_audition as audition_commands

    try:
        at = [float(part) for part in strengths.split(",") if part.strip()]
    except ValueError:
        raise Exit(f"--strengths is {strengths!r}; write numbers, as in --strengths 0.5,1", code=2) from None
    wish = audition_commands.AuditionRequest(
        places=_listed(places),
        photos=photos,
        strengths=at or [1.0],
        tuned=_number("tuned", tuned),
        to=to,
    )
    with _mistakes_told():
        _follow(
            audition_commands.audition("pelicanconf.py", wish), stopped="Stopped; what was drawn is kept."
        )


@task(
    help={
        "only": "styles with commas between: harvesters,ink; without them all",
        "accept": "keep what is drawn now as the look of these styles",
    },
)
def panel(c: Context, only: str = "", accept: bool = False) -> None:
    """Draw six photos in each style and compare with the panel.jpg that was accepted beside it."""
    from pelican.plugins.stylize.cli import styles_train as commands

    names = _listed(only)
    with _mistakes_told():
        for line in commands.panel("pelicanconf.py", names, accept=accept):
            print(line.text, flush=True)


@task(
    name="import",
    help={
        "file": "weights of fast_neural_style (.pth, .model) or an ONNX model",
        "slug": "the style's folder in styles/, with its artwork and style.toml",
        "range": "what white is to the network: 255, 1, or -1 for -1 to 1; without it found by trying",
        "out-range": "the same of its answer, where that is another",
        "mean": "what it wants taken from the channels, in its own order: 123.68,116.78,103.94",
        "adds-mean": "its answer lacks the mean too",
        "bgr": "it wants blue first, as models from Caffe or OpenCV do",
        "pick": "which style, from 0, of a network that has several",
        "url": "where the model was found, for the record",
        "license": "of the model, for the record",
    },
)
def import_(
    c: Context,
    file: str,
    slug: str,
    range: str = "",
    out_range: str = "",
    mean: str = "",
    adds_mean: bool = False,
    bgr: bool = False,
    pick: str = "",
    url: str = "",
    license: str = "",
) -> None:
    """Bring an old model home: a style's artwork stays, and a network trained elsewhere draws it."""
    from pelican.plugins.stylize.cli import styles_import as import_commands

    place = Path(file).expanduser().absolute()
    with _mistakes_told():
        for line in import_commands.import_style(
            "pelicanconf.py",
            place,
            slug,
            range=range,
            out_range=out_range,
            mean=mean,
            adds_mean=adds_mean,
            bgr=bgr,
            pick=pick,
            url=url,
            license=license,
        ):
            print(line, flush=True)


@task(
    help={
        "slug": "the style's folder in styles/",
        "word": "cool or meh",
        "note": "why, in a sentence",
        "suits": "kinds of photos with commas between: sky,portrait",
    },
)
def verdict(c: Context, slug: str, word: str, note: str = "", suits: str = "") -> None:
    """Write down what you think of a style: cool or meh, why, and what it suits."""
    commands = _commands_without_pelican("cli.styles_list")
    kinds = _listed(suits)
    with _mistakes_told("stylize"):
        print(commands.judge("pelicanconf.py", slug, word, note=note, suits=kinds))


@task(
    name="list",
    help={
        "category": "only its styles: art, space, ...",
        "json": "print JSON for programs instead of a table",
    },
)
def list_styles(c: Context, category: str = "", json: bool = False) -> None:
    """List the styles: level, size, what they cost, your verdict, how many posts use them."""
    commands = _commands_without_pelican("cli.styles_list")
    with _mistakes_told("stylize"):
        print(commands.list_styles("pelicanconf.py", category=category, as_json=json))


@task(
    help={
        "by": "style, post or month",
        "json": "print JSON for programs instead of a table",
    },
)
def ledger(c: Context, by: str = "style", json: bool = False) -> None:
    """Tell what all pictures and tunings took and cost, beside what bought styles would have."""
    commands = _commands_without_pelican("cli.costs")
    with _mistakes_told("stylize"):
        print(commands.ledger("pelicanconf.py", by=by, as_json=json))


@task(
    help={
        "only": "styles and photos with commas between: harvesters,pier.jpg; without it all",
        "digest": "fetch every image whole, and tell where the museum has replaced it",
        "json": "print JSON for programs instead of a table",
    },
)
def links(c: Context, only: str = "", digest: bool = False, json: bool = False) -> None:
    """Visit the sources of artworks and photos: alive, moved, gone, blocked? Takes a minute."""
    from pelican.plugins.stylize.cli import links as link_commands

    names = _listed(only)
    with _mistakes_told():
        try:
            for line in link_commands.links("publishconf.py", names, digest=digest, as_json=json):
                print(line, flush=True)
        except KeyboardInterrupt:
            raise Exit("\nStopped; what was found until here is kept.", code=130) from None


@task(
    help={
        "name": "whose pictures the key signs, as readers will see it",
        "folder": "where to, outside the site; without it the one of STYLIZE['c2pa_folder']",
    },
)
def keygen(c: Context, name: str, folder: str = "") -> None:
    """Make the key with which the pictures are signed (Content Credentials), once."""
    from pelican.plugins.stylize.cli import keygen as key_commands

    with _mistakes_told():
        print(key_commands.keygen("pelicanconf.py", name=name, folder=folder))


@task(help={"file": "a JPEG, PNG, WebP or AVIF file, from here or anywhere"})
def show(c: Context, file: str) -> None:
    """Tell what a picture's file says about itself: from what it was made, by whom, under which license."""
    commands = _commands_without_pelican("cli.provenance")
    _tell(commands.show(file), commands.UserError)


@task(help={"place": "a built site, a folder in it or one file; without it output/"})
def verify(c: Context, place: str = "") -> None:
    """Check that every image of a built site, its metadata and its pages say what was published."""
    commands = _commands_without_pelican("cli.provenance")
    _tell(commands.verify(place or str(OUTPUT)), commands.UserError)


@task
def prune(c: Context) -> None:
    """Remove from the store what no built site uses and is older than a month; pictures always stay."""
    from pelican.plugins.stylize.cli import store as store_commands

    with _mistakes_told():
        print(store_commands.prune("pelicanconf.py", [OUTPUT, ROOT / "output.preview"]))


@task(help={"only": "run the tests whose names match, as pytest -k"})
def test(c: Context, only: str = "") -> None:
    """Run the tests. No network and no GPU needed."""
    _run(PYTHON, "-m", "pytest", *(["-k", only] if only else []))


@task(help={"tests": "run the tests too (--no-tests: do not)"})
def check(c: Context, tests: bool = True) -> None:
    """Check format, lint, types and floors, run the tests, and see that every style looks as accepted."""
    bin = Path(PYTHON).parent
    places = ["plugins", "tests", "tools", "bench", "tasks.py", "pelicanconf.py", "publishconf.py"]
    _run(str(bin / "ruff"), "format", "--check", *places)
    _run(str(bin / "ruff"), "check", *places)
    _run(str(bin / "mypy"))
    _run(str(bin / "lint-imports"))
    if tests:
        test(c)
    panel(c)


@task(help={"only": "warm, cold, signed, styles or install"})
def bench(c: Context, only: str = "") -> None:
    """Measure: warm builds, a cold picture beside a peer, the size of an install. Takes minutes."""
    for script in sorted((ROOT / "bench").glob("*.py")):
        if not script.name.startswith("_") and only in ("", script.stem):
            _run(PYTHON, str(script))


def _follow(told: Iterator[Any], *, stopped: str) -> None:
    """Print what is told; a line that passes is written over by the next where a terminal can do that."""
    try:
        for line in told:
            if not line.passing:
                print(f"\r\033[K{line.text}" if sys.stdout.isatty() else line.text, flush=True)
            elif sys.stdout.isatty():
                print(f"\r\033[K{line.text}", end="", flush=True)
    except KeyboardInterrupt:
        raise Exit(f"\n{stopped}", code=130) from None


def _drafts(optimize: bool) -> str:
    """Return the setting that says whether a draft waits for optimized pictures."""
    return "STYLIZE_OPTIMIZE=true" if optimize else "STYLIZE_DRAFT=true"


def _pelican(*arguments: str) -> None:
    """Run Pelican in this process; what follows `--` on the command line is passed on to it.

    Pelican exits with 0 after most errors, and with `--fatal` it stops at the first; we hear all of
    them, and then fail.
    """
    from pelican import main

    rest = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []
    told = _Told()
    logging.getLogger("pelican").addHandler(told)
    with contextlib.chdir(ROOT):
        try:
            main([*arguments, "--log-handler", "plain", *rest])
        except SystemExit as end:
            if end.code:
                raise Exit(code=int(end.code)) from None
        finally:
            logging.getLogger("pelican").removeHandler(told)
    if told.errors:
        raise Exit(code=1)


class _Told(logging.StreamHandler):
    """Prints what is logged as it is, without wrapping paths, and counts the errors in it."""

    errors = 0

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR:
            self.errors += 1
            reason = sys.exc_info()[1]  # Pelican keeps it to itself: "Could not process pier.md"
            if reason is not None and not record.exc_info and str(reason) not in record.getMessage():
                record.msg, record.args = f"{record.getMessage()}: {reason}", ()
        super().emit(record)


def _build_aside(configuration: str) -> None:
    """Build into a new folder and put it in the place of output/ only when it is whole."""
    coming = ROOT / "output.coming"
    shutil.rmtree(coming, ignore_errors=True)
    _pelican("-s", configuration, "-o", str(coming))
    swap_in(coming, OUTPUT)


def swap_in(coming: Path, place: Path) -> None:
    """Put a folder in the place of another, which is removed only when the new one stands there."""
    going = place.with_name(f"{place.name}.going")
    if place.exists():
        shutil.rmtree(going, ignore_errors=True)
        place.rename(going)
    # Killed here, the last site lies in `going`, and no run removes it before another stands.
    coming.rename(place)
    shutil.rmtree(going, ignore_errors=True)


def _listed(names: str) -> list[str]:
    """Return names that were typed with commas between."""
    return [name.strip() for name in names.split(",") if name.strip()]


def _number(option: str, typed: str, *, kind: Callable[[str], Any] = int) -> Any:
    """Return a number that was typed; kind: what makes it of the text."""
    try:
        return kind(typed)
    except ValueError:
        wanted = "a whole number" if kind is int else "a number"
        raise Exit(f"--{option} is {typed!r}, but must be {wanted}.", code=2) from None


def _port(typed: str) -> int:
    """Return a port that was typed."""
    port = _number("port", typed)
    if not 1 <= port <= 65535:
        raise Exit(f"--port is {port}, but ports run from 1 to 65535, as in --port 8000.", code=2)
    return int(port)


def _from_here(path: str) -> str:
    """Return a path as it was typed, from wherever; commands run in the folder of the blog."""
    if not path:
        return ""
    return f"{Path(path).expanduser().absolute()}{'/' if path.endswith('/') else ''}"


@contextlib.contextmanager
def _mistakes_told(plugin: str = "pelican.plugins.stylize") -> Iterator[None]:
    """Print what is wrong with the site's own files, without a traceback, and exit with 2.

    plugin: as whose part the command was imported.
    """
    mistake = importlib.import_module(f"{plugin}.model.errors").UserError
    with contextlib.chdir(ROOT):
        try:
            yield
        except mistake as error:
            raise Exit(str(error), code=getattr(error, "exitcode", 2)) from None


def _commands_without_pelican(name: str) -> Any:
    """Return commands that need nothing of Pelican: it may be missing, or take longer than they do."""
    sys.path.insert(0, str(ROOT / "plugins"))  # not as a part of Pelican
    return importlib.import_module(f"stylize.{name}")


def _tell(lines: Iterable[str], mistake: type[Exception]) -> None:
    """Print lines as they come, then what is wrong with what the user gave, without a traceback."""
    try:
        for line in lines:
            print(line, flush=True)
    except mistake as error:
        raise Exit(str(error), code=getattr(error, "exitcode", 2)) from None


def _run(*command: str) -> None:
    """Run a program; its failure is ours."""
    ended = subprocess.run(command, cwd=ROOT, check=False)
    if ended.returncode:
        raise Exit(code=ended.returncode)


def _serve(folder: Path, port: int, *, browser: bool) -> None:
    """Show a folder on this machine until Ctrl-C, with the site's own page for what is not there."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        error_message_format = _page_not_found(folder)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    try:
        server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", port), functools.partial(Handler, directory=str(folder))
        )
    except OSError as error:
        raise Exit(
            f"Port {port} cannot be used ({error.strerror}). Try another: --port {port + 1}", code=2
        ) from None
    address = f"http://localhost:{port}/"
    print(f"{folder.name}/ is at {address}, until Ctrl-C.", flush=True)
    if browser:
        webbrowser.open(address)
    with server, contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


def _page_not_found(folder: Path) -> str:
    page = folder / "404.html"
    text = page.read_text("utf-8") if page.is_file() else "There is no such page."
    return text.replace("%", "%%")  # the server puts values into it


style = Collection("style")
style.add_task(add)
style.add_task(audition)
style.add_task(predict)
style.add_task(tune)
style.add_task(panel)
style.add_task(pack)
style.add_task(unpack)
style.add_task(verdict)
style.add_task(list_styles)
style.add_task(import_)
provenance = Collection("provenance")
provenance.add_task(links)
provenance.add_task(keygen)
provenance.add_task(show)
provenance.add_task(verify)
store = Collection("store")
store.add_task(prune)
namespace = Collection(
    build,
    rebuild,
    clean,
    serve,
    livereload,
    preview,
    publish,
    plan,
    ledger,
    test,
    check,
    bench,
    style,
    provenance,
    store,
)

"""The commands of every day: build, show, plan, publish. Each imports its code when it runs."""

from contextlib import ExitStack, suppress
from pathlib import Path

from invoke import Context, task

from ..model.command_name import command
from ..model.errors import UserError
from .blog_folder import (
    PUBLISH_SETTINGS,
    check_plugin,
    in_blog,
    output_folder,
    output_folders,
    publish_settings,
    read_site,
)
from .console import parse_minutes, parse_port

SERVE_HELP = {"port": "where to serve", "browser": "open a browser (--no-browser: do not)"}
BUDGET_HELP = {
    "budget": "minutes that painting may take: covers first, then the newest posts; the rest stays quick"
}
DRAFT_HELP = {
    **SERVE_HELP,
    **BUDGET_HELP,
    "paint": "paint the good and the best pictures too, which takes seconds or minutes for each",
}


@task(help=BUDGET_HELP)
def build(c: Context, budget: str = "") -> None:
    """Build the site, making the pictures it lacks. Pelican's own options follow `--`."""
    from .pelican_runner import run_pelican

    overrides = _budget_settings(budget)
    with in_blog(c) as settings_file:
        run_pelican(settings_file, overrides=overrides)


@task(help=BUDGET_HELP)
def rebuild(c: Context, budget: str = "") -> None:
    """Build the site from nothing and swap it in whole, beside what no build made."""
    from .pelican_runner import build_aside

    overrides = _budget_settings(budget)
    with in_blog(c) as settings_file:
        site, settings = read_site(settings_file)
        output = output_folder(site, settings)
        build_aside(settings_file, output, retained=site["OUTPUT_RETENTION"], overrides=overrides)


@task
def clean(c: Context) -> None:
    """Remove what builds have made of the site. The store of pictures stays, and what no build made."""
    from ..storage.site_swap import remove_site
    from .pelican_runner import lock_output

    with in_blog(c) as settings_file:
        site, settings = read_site(settings_file)
        output = output_folder(site, settings)
        with lock_output(output) as lock:
            remove_site(lock, blog=Path.cwd(), retained=site["OUTPUT_RETENTION"], tell=print)


@task(help=SERVE_HELP)
def serve(c: Context, port: str = "8000", browser: bool = True) -> None:
    """Show the built site at http://localhost:8000 and open a browser."""
    from .server import serve_folder

    with in_blog(c) as settings_file:
        output = Path(read_site(settings_file)[0]["OUTPUT_PATH"])
        if not output.is_dir() or not any(output.iterdir()):
            raise UserError(f"{output.name}/ is not there yet. Type: {command('build')}")
        serve_folder(output, parse_port(port), browser=browser)


@task(help=DRAFT_HELP)
def livereload(
    c: Context, port: str = "8000", browser: bool = True, paint: bool = False, budget: str = ""
) -> None:
    """Build, serve, and build again at every change, with mistakes shown in the page."""
    from .pelican_runner import run_pelican

    at = parse_port(port)
    with in_blog(c) as settings_file:
        try:
            from livereload import Server
        except ImportError:
            raise UserError(
                "livereload is not installed. Type: pip install 'pelican-stylize[serve]'"
            ) from None
        site, settings = read_site(settings_file)

        def build_again() -> None:
            with suppress(Exception):  # it was reported in the terminal; keep serving
                run_pelican(
                    settings_file,
                    overrides=(
                        "CACHE_CONTENT=true",
                        "STYLIZE_SHOW_ERRORS=true",
                        *_draft_settings(paint=paint, budget=budget),
                    ),
                )

        build_again()
        server = Server()
        folders = [site["PATH"], str(settings.styles)]
        if Path(site["THEME"]).is_dir():
            folders.append(site["THEME"])
        for pattern in (*(f"{folder}/**/*" for folder in folders), "plugins/**/*.py", settings_file):
            server.watch(pattern, build_again)
        server.serve(root=site["OUTPUT_PATH"], port=at, open_url_delay=1 if browser else None)


@task(help=DRAFT_HELP)
def preview(
    c: Context, port: str = "8000", browser: bool = True, paint: bool = False, budget: str = ""
) -> None:
    """Build as `publish` would, into a folder of its own, and show it at http://localhost:8000."""
    from .pelican_runner import run_pelican
    from .server import serve_folder

    at = parse_port(port)
    with in_blog(c) as settings_file:
        file = publish_settings(settings_file)
        folder = _preview_folder(Path(read_site(file)[0]["OUTPUT_PATH"]))
        overrides = (f'SITEURL="http://localhost:{at}"', *_draft_settings(paint=paint, budget=budget))
        run_pelican(file, "-d", "-o", str(folder), overrides=overrides)
        serve_folder(folder, at, browser=browser)


@task(
    help={**BUDGET_HELP, "allow_quick": "publish also the quick pictures that the budget has not reached"},
)
def publish(c: Context, budget: str = "", allow_quick: bool = False) -> None:
    """Build for the world with publishconf.py and swap it in, or refuse and change nothing."""
    from .pelican_runner import build_aside

    overrides = ("STYLIZE_PUBLISH=true", *_budget_settings(budget))
    if allow_quick:
        overrides = (*overrides, "STYLIZE_ALLOW_QUICK=true")
    with in_blog(c) as settings_file:
        file = publish_settings(settings_file)
        site, settings = read_site(file)
        _check_publishing(site, file)
        check_plugin(site, file)
        output = output_folder(site, settings)
        build_aside(file, output, retained=site["OUTPUT_RETENTION"], overrides=overrides)
        print(f"{output.name}/ is ready to upload.")


@task(help={"json": "print JSON for programs instead of a table"})
def plan(c: Context, json: bool = False) -> None:
    """List every picture the posts ask for: made or missing, and how long the missing ones will take."""
    with in_blog(c) as settings_file:
        from .plan import plan as list_pictures

        print(list_pictures(settings_file, as_json=json))


@task
def prune(c: Context) -> None:
    """Remove from the store what no built site uses and is older than a month; pictures always stay."""
    with in_blog(c) as settings_file:
        from .pelican_runner import lock_output
        from .store import prune as prune_store

        outputs = output_folders(settings_file)
        folders = [*outputs, *map(_preview_folder, outputs)]
        with ExitStack() as locked:  # a build rewrites the index, which says what is in use
            outer: Path | None = None  # whose lock is that of the folders in it too
            for folder in sorted({folder.resolve() for folder in folders if folder.is_dir()}):
                if outer is None or not folder.is_relative_to(outer):
                    locked.enter_context(lock_output(folder))
                    outer = folder
            print(prune_store(settings_file, folders))


@task(
    help={"by": "style, post, month or quality", "json": "print JSON for programs instead of a table"},
)
def ledger(c: Context, by: str = "style", json: bool = False) -> None:
    """Show what all pictures and tunings took and cost, and what bought styles would have cost."""
    with in_blog(c) as settings_file:
        from .costs import ledger as list_costs

        print(list_costs(settings_file, by=by, as_json=json))


def _draft_settings(*, paint: bool, budget: str) -> tuple[str, ...]:
    """Return the settings that say whether drafts get painted pictures, and for how many minutes."""
    limit = _budget_settings(budget)
    return ("STYLIZE_PAINT=true", *limit) if paint or limit else ("STYLIZE_DRAFT=true",)


def _budget_settings(typed: str) -> tuple[str, ...]:
    """Return the setting with the minutes that painting may take, if any were typed."""
    minutes = parse_minutes("budget", typed)
    return () if minutes is None else (f"STYLIZE_BUDGET={minutes}",)


def _preview_folder(output: Path) -> Path:
    return output.with_name(f"{output.name}.preview")


def _check_publishing(site: dict[str, object], file: str) -> None:
    """Raise UserError with everything that the settings lack for publishing."""
    problems = []
    if file != PUBLISH_SETTINGS:
        problems.append(
            f"there is no {PUBLISH_SETTINGS} beside {file}. Write one that begins with"
            f" `from {Path(file).stem} import *` and sets what follows."
        )
    if not str(site.get("SITEURL") or "").startswith(("https://", "http://")):
        problems.append(
            f"{file}: SITEURL is {site.get('SITEURL')!r}, but pictures, feeds and credits need the address of"
            ' the site, as in SITEURL = "https://blog.example"'
        )
    feeds = ("FEED_ALL_ATOM", "FEED_ALL_RSS", "FEED_ATOM", "FEED_RSS")
    if file != PUBLISH_SETTINGS and not any(site.get(feed) for feed in feeds):
        problems.append(f'{file}: no feed is set, as in FEED_ALL_ATOM = "feeds/all.atom.xml"')
    if problems:
        raise UserError(*problems, "nothing was published.")

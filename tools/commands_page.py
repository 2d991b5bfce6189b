"""Writes docs/commands.md from the commands themselves.

    python tools/commands_page.py

A test compares the page with what this writes, so that it cannot go stale.
"""

from pathlib import Path

import pelican_stylize

pelican_stylize.defer_pelican()
from invoke import Task  # noqa: E402
from pelican.plugins.stylize.cli.main import namespace  # noqa: E402

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "commands.md"
INTRODUCTION = """\
# Commands

`pelican-stylize COMMAND` works in every blog that has the plugin, from any folder below its `pelicanconf.py`. In a
clone of this project, `invoke COMMAND` is the same. `pelican-stylize --help COMMAND` prints what is below.

Another settings file: `pelican-stylize --settings FILE COMMAND`. Paths in the settings start from the folder of that file.
`publish`, `preview` and `provenance.links` read the `publishconf.py` next to it.

Tab completion: put `source <(pelican-stylize --print-completion-script bash)` into `~/.bashrc`; `zsh` and `fish` work too.

## Exit codes

| code | meaning |
|---|---|
| 0 | done |
| 1 | something was found to be wrong: a page that Pelican could not build, a published file that was changed, a style that looks different, a source that is gone |
| 2 | a mistake in the blog or on the command line; the message says where, what, and what to do. Nothing was changed |
| 130 | interrupted with Ctrl-C; what was finished is kept |

"""
GROUPS = {
    "Begin": ("init", "new", "paint"),
    "Every day": ("build", "serve", "livereload", "plan", "preview", "publish", "rebuild", "clean", "ledger"),
    "Styles": ("style",),
    "Museums": ("museum",),
    "Provenance": ("provenance",),
    "The store": ("store",),
}


def write_page() -> str:
    """Return the page."""
    tasks = {name: namespace[name] for name in namespace.task_names}
    parts = [INTRODUCTION]
    for title, names in GROUPS.items():
        parts.append(f"## {title}\n\n")
        chosen = [
            name for wanted in names for name in tasks if name == wanted or name.startswith(f"{wanted}.")
        ]
        parts += [_describe(name, tasks[name]) for name in chosen]
    return "".join(parts).rstrip() + "\n"


def _describe(name: str, task: "Task") -> str:
    """Return a command with its options."""
    arguments = task.get_arguments()
    positional = [argument for argument in arguments if argument.positional]
    words = "".join(f" {argument.name.replace('_', '-').upper()}" for argument in positional)
    lines = [f"### `{name}{words}`\n\n{(task.__doc__ or '').strip()}\n\n"]
    rows = []
    for argument in arguments:
        name = argument.name.strip("_").replace("_", "-")
        name = name.upper() if argument in positional else f"--{name}"
        rows.append(f"| `{name}` | {argument.help or ''}{_default(argument)} |\n")
    if rows:
        lines.append("| | |\n|---|---|\n" + "".join(rows) + "\n")
    return "".join(lines)


def _default(argument: object) -> str:
    value = getattr(argument, "default", None)
    return f" ({value})" if isinstance(value, str) and value else ""


if __name__ == "__main__":
    PAGE.write_text(write_page(), "utf-8")
    print(PAGE.relative_to(ROOT))

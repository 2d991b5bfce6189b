"""Try all plugins and themes of other people that are installed: `python -m foreign PAGE`, in the folder tests/."""

import sys
from pathlib import Path

import pelican.plugins

ROOT = Path(__file__).parents[2]
pelican.plugins.__path__.append(str(ROOT / "plugins"))

from .ecosystem import make_page  # noqa: E402

with Path(sys.argv[1]).open("w", encoding="utf-8") as page:
    for piece in make_page():
        page.write(piece)
        page.flush()

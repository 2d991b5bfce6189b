"""Draw the project's own artworks again, for categories in which no museum's page could be verified.

    python -m tools.plates.draw [SLUG...] [--out FOLDER]

writes FOLDER/SLUG/artwork.jpg, by default the ones in styles/. Both plates are original works of this
project, published under CC0 1.0 (https://creativecommons.org/publicdomain/zero/1.0/).
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from . import overprint, reduction_gear

STYLES = Path(__file__).parents[2] / "styles"
PLATES: dict[str, Callable[[], Image.Image]] = {
    "overprint": overprint.draw,
    "reduction-gear": reduction_gear.draw,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("slugs", nargs="*", metavar="SLUG", help=", ".join(PLATES))
    parser.add_argument("--out", type=Path, default=STYLES)
    arguments = parser.parse_args()
    if unknown := set(arguments.slugs) - set(PLATES):
        parser.error(f"there is no plate {min(unknown)!r}. The plates: {', '.join(PLATES)}")
    for slug in arguments.slugs or PLATES:
        path = arguments.out / slug / "artwork.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        # Full color resolution: red dots on cream would blur at half.
        PLATES[slug]().save(path, quality=92, subsampling=0, optimize=True)
        print(path)


if __name__ == "__main__":
    main()

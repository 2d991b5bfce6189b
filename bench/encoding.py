"""The encoders of renditions at several settings: bytes, processor seconds, and difference to the picture.

Takes stylized pictures as they lie in a store, scaled to each published width by the plugin. *PSNR* is in dB,
over all channels; higher is nearer. Rows of one format may only be compared at a similar PSNR or size.

    python bench/encoding.py PICTURE [...]      for instance .stylize/pictures/*/*/picture.png
"""

import io
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from _machine import machine
from PIL import Image

WIDTHS = (1600, 800)  # pixels
AVIF = {"format": "AVIF", "subsampling": "4:4:4", "codec": "aom", "max_threads": 1, "autotiling": False}
JPEG = {"format": "JPEG", "quality": 78, "subsampling": "4:4:4"}
SETTINGS: dict[str, dict[str, Any]] = {
    **{f"AVIF, quality 60, speed {speed}": AVIF | {"quality": 60, "speed": speed} for speed in (6, 7, 8, 9)},
    **{f"AVIF, quality {quality}, speed 8": AVIF | {"quality": quality, "speed": 8} for quality in (55, 65)},
    "JPEG, baseline": JPEG,
    "JPEG, optimized": JPEG | {"optimize": True},
    "JPEG, optimized and progressive": JPEG | {"optimize": True, "progressive": True},
    **{
        f"WebP, quality 80, method {method}": {"format": "WEBP", "quality": 80, "method": method}
        for method in (2, 4)
    },
}


def main(paths: list[Path]) -> None:
    """Print the table: sums over all pictures and widths, and the mean PSNR."""
    images = list(scale(paths))
    print(f"{machine()}; {len(paths)} pictures in widths {', '.join(map(str, WIDTHS))}\n")
    print("| | kB | processor seconds | PSNR |\n|---|---|---|---|")
    for name, options in SETTINGS.items():
        size, seconds, ratios = 0, 0.0, []
        for image in images:
            file = io.BytesIO()
            begun = time.process_time()
            image.save(file, **options)
            seconds += time.process_time() - begun
            size += len(file.getvalue())
            ratios.append(compute_psnr(image, Image.open(file)))
        print(f"| {name} | {size / 1000:.0f} | {seconds:.2f} | {np.mean(ratios):.2f} |", flush=True)


def scale(paths: list[Path]) -> Iterator[Image.Image]:
    """Yield each picture in each width that it reaches."""
    for path in paths:
        with Image.open(path) as picture:
            picture = picture.convert("RGB")
        for width in {min(width, picture.width) for width in WIDTHS}:
            height = max(1, round(picture.height * width / picture.width))
            yield picture.resize((width, height), Image.Resampling.LANCZOS)


def compute_psnr(image: Image.Image, other: Image.Image) -> float:
    """Return the peak signal-to-noise ratio of two images of one size, in dB."""
    pixels, others = (np.asarray(each.convert("RGB"), dtype=np.float64) for each in (image, other))
    return float(10 * np.log10(255**2 / np.mean((pixels - others) ** 2)))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    main([Path(each) for each in sys.argv[1:]])

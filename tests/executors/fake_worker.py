"""A worker with an engine that inverts colors, and does worse when a photo's color asks for it.

Started like the real one, with a folder in place of the device: there it leaves a file named by its
process id.
"""

import importlib.util
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

from PIL import Image, ImageOps

LAUNCH = Path(__file__).parents[2] / "plugins" / "stylize" / "executors" / "launch.py"
COMMAND = (sys.executable, "-P", __file__)

BLACK = (0, 0, 0)  # kills the worker
RED = (255, 0, 0)  # kills the first worker that meets it
GREEN = (0, 255, 0)  # raises an error of two lines
BLUE = (0, 0, 255)  # asks for too much memory
CYAN = (0, 255, 255)  # chatters on stdout and reads stdin
PINK = (255, 0, 255)  # becomes a picture with a fault
YELLOW = (255, 255, 0)  # takes a minute; optimized, it does so after its second step, the first time


class FakeEngine:
    """Draws by inverting colors."""

    device_name = "fake"

    def __init__(self, device: str) -> None:
        self._notes = Path(device)
        (self._notes / str(os.getpid())).touch()
        if (self._notes / "trap").exists():
            (self._notes / "trap").unlink()
            os.kill(os.getpid(), signal.SIGKILL)

    def stylize(self, photo: Image.Image, *, blend: list[tuple[Path, float]], strength: float) -> Image.Image:
        color = photo.getpixel((0, 0))
        if color == BLACK or (color == RED and not (self._notes / "died").exists()):
            (self._notes / "died").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if color == GREEN:
            raise RuntimeError("the shapes do not match\n(1, 3, 64, 64)")
        if color == BLUE:
            raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 GiB.")
        if color == CYAN:
            os.write(1, b'{"is": "done"}\nloading a progress bar ...')
            assert os.read(0, 1) == b""
        if color == YELLOW:
            (self._notes / "asleep").touch()
            time.sleep(60)
        return ImageOps.invert(photo)

    def artifacts(self, picture: Image.Image, *, photo: Image.Image, artworks: object) -> tuple[str, ...]:
        assert picture.size == photo.size
        return ("confetti on 2.1 % of the picture (limit 0.5 %)",) if photo.getpixel((0, 0)) == PINK else ()

    def optimize(
        self,
        photo: Image.Image,
        *,
        artworks: list[tuple[Image.Image, float]],
        content: float,
        strength: float,
        checkpoint: Path,
    ) -> Iterator[SimpleNamespace | Image.Image]:
        """Go four steps of a minute each from a photo to the artworks' mean color, counting in the checkpoint."""
        begun = int(checkpoint.read_text()) if checkpoint.exists() else 0
        for step in range(begun + 1, 5):
            checkpoint.write_text(f"{step}")
            yield SimpleNamespace(step=step, steps=4, seconds=60.0 * step)
            if step == 2 and photo.getpixel((0, 0)) == YELLOW and not begun:
                (self._notes / "asleep").touch()
                time.sleep(60)
        colors = [(artwork.getpixel((0, 0)), part) for artwork, part in artworks]
        mean = tuple(round(sum(part * color[channel] for color, part in colors)) for channel in range(3))
        yield Image.new("RGB", photo.size, mean)


if __name__ == "__main__":
    spec = importlib.util.spec_from_file_location("launch", LAUNCH)
    launch = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(launch)
    launch.run(FakeEngine)

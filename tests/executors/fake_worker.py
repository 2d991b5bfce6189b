"""A worker with an engine that inverts colors, and does worse when a photo's color asks for it.

Started like the real one, with a folder in place of the device: there it leaves a file named by its
process id.
"""

import importlib.util
import os
import signal
import sys
import time
from pathlib import Path

from PIL import Image, ImageOps

LAUNCH = Path(__file__).parents[2] / "plugins" / "stylize" / "executors" / "launch.py"
COMMAND = (sys.executable, "-P", __file__)

BLACK = (0, 0, 0)  # kills the worker
RED = (255, 0, 0)  # kills the first worker that meets it
GREEN = (0, 255, 0)  # raises an error of two lines
BLUE = (0, 0, 255)  # asks for too much memory
CYAN = (0, 255, 255)  # chatters on stdout and reads stdin
YELLOW = (255, 255, 0)  # takes a minute
PINK = (255, 0, 255)  # becomes a picture with a fault


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

    def artifacts(self, picture: Image.Image, *, photo: Image.Image) -> tuple[str, ...]:
        assert picture.size == photo.size
        return ("confetti on 2.1 % of the picture (limit 0.5 %)",) if photo.getpixel((0, 0)) == PINK else ()


if __name__ == "__main__":
    spec = importlib.util.spec_from_file_location("launch", LAUNCH)
    launch = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(launch)
    launch.run(FakeEngine)

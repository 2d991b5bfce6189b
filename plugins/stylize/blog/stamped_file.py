"""A JSON file with facts read from other files, valid while those files and the plugin are unchanged."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from ..model.version import digest_of_code
from ..storage.atomic_files import display_path, is_settled
from ..storage.checked_files import DamagedError, read_facts, write_facts

logger = logging.getLogger(__name__)

Stamps = Mapping[str, list[int]]  # path of a file that was read -> its stamp; see `read_stamp`
Facts = TypeVar("Facts")


def load_facts(path: Path, stamps: Stamps, *, parse: Callable[[Any], Facts]) -> Facts | None:
    """Return the saved facts; None if there are none, a file has changed since, or the cache is damaged.

    parse: makes the facts from JSON; it may raise any error that JSON of another form leads to.
    """
    try:
        saved = read_facts(path)
        if saved["code"] == digest_of_code() and saved["stamps"] == stamps:
            return parse(saved["facts"])
    except FileNotFoundError:
        pass
    except DamagedError as error:
        logger.warning("%s: %s; what it was read from is read again.", display_path(path), error)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        logger.debug("%s is not used: %s", path, error)
    return None


def save_facts(path: Path, stamps: Stamps, facts: Any, *, started: int) -> None:
    """Save facts for the next build, unless one of the files is too new for its stamp to be trusted.

    started: when the reading began, in nanoseconds since 1970. If the disk refuses, the next build
    reads the files again; nothing else is lost.
    """
    if not all(is_settled(stamp, at=started) for stamp in stamps.values()):
        return
    try:
        write_facts(path, {"code": digest_of_code(), "stamps": stamps, "facts": facts})
    except OSError as error:
        logger.debug("%s could not be written: %s", path, error)

"""Explains errors that Pelican would log with a traceback: a typo in a post, or a full disk, is no crash."""

import errno
import logging
from pathlib import Path

from ..model.errors import UserError
from ..storage.atomic_files import OUTPUT, DiskError, explain_refusals
from ..storage.site_lock import list_locked

logger = logging.getLogger(__name__)

# Errors that only writing has; others may be of a post that cannot be read.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)


def explain_error(record: logging.LogRecord) -> bool:
    """Replace the traceback of a UserError in a log record by its message; with --debug, tracebacks stay.

    A filter of logging: returns True, so no record is left out.
    """
    error = record.exc_info[1] if record.exc_info else None
    if error is None or logger.getEffectiveLevel() <= logging.DEBUG:
        return True
    if isinstance(error, OSError) and error.errno in _FULL:
        error = _explain_refusal(error)
    if isinstance(error, UserError):
        record.msg, record.args, record.exc_info = str(error), (), None
        record.is_explained = True
    return True


def _explain_refusal(error: OSError) -> Exception:
    """Return the explanation of an error of the disk that holds the output."""
    named = Path(error.filename) if isinstance(error.filename, str) else None  # none if the disk is full
    place = named or next(iter(list_locked()), Path.cwd())
    try:
        with explain_refusals(place, doing="building the site", setting=OUTPUT):
            raise error
    except DiskError as explained:
        return explained

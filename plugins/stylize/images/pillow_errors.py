"""One door for the errors of Pillow and its decoders: whatever they raise for a file becomes a PhotoError."""

from collections.abc import Iterator
from contextlib import contextmanager

from ..model.errors import PhotoError, UserError


@contextmanager
def explain_damage(*, advice: str = "Copy the photo again from where it came from.") -> Iterator[None]:
    """Turn any error inside into a PhotoError; one that is a UserError already passes through.

    Decoders raise nearly every kind for damaged files: IndexError, EOFError, struct.error, SyntaxError,
    OverflowError, zlib.error, RecursionError. advice: what to do about a damaged file.
    """
    try:
        yield
    except UserError:
        raise
    except MemoryError as error:
        raise PhotoError(
            "there is not enough memory to read it. Close other programs, or save it smaller."
        ) from error
    except OSError as error:
        if error.errno is None:  # Pillow says by this that a file is cut off
            raise PhotoError(_describe(error, advice)) from error
        raise PhotoError(f"the file cannot be read: {error.strerror}. Check the disk.") from error
    except Exception as error:
        raise PhotoError(_describe(error, advice)) from error


def _describe(error: Exception, advice: str) -> str:
    words = " ".join(str(error).split()).rstrip(".") or type(error).__name__
    return f"the file is damaged or cut off ({words[:200]}). {advice}"

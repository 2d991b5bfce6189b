"""What a worker says when a task cannot be done."""

import sys
import traceback

from ..model.errors import UserError
from ..storage.atomic_files import DiskError
from .wire_protocol import Drawing, Refused, Task, Tuning


def make_refusal(task: Task, error: Exception, *, name: str) -> Refused:
    """Return the answer to a task that failed; what nobody foresaw is printed to stderr as well.

    name: of the photo or the artwork.
    """
    if isinstance(error, DiskError):
        return Refused(job=task.job, message=str(error), final=True)
    if isinstance(task, Tuning) and type(error) is UserError:
        message = str(error)  # it names what is wrong, which is seldom the artwork's file
    elif isinstance(error, UserError):
        message = f"{name}: {error}"
    elif _is_out_of_memory(error):
        message = f"{name}: there is not enough memory. {_remedy(task)}"
    else:
        traceback.print_exception(error, file=sys.stderr)
        lines = str(error).strip().splitlines() or [""]
        message = f"{name}: {type(error).__name__}: {lines[0]}"
    return Refused(job=task.job, message=message, final=False)


def _remedy(task: Task) -> str:
    if not isinstance(task, Drawing):
        return "Close other programs and try again."
    setting = "optimize_long_edge" if task.method.is_slow else "long_edge"
    return f"Lower STYLIZE['{setting}'] and build again."


def _is_out_of_memory(error: Exception) -> bool:
    # torch.OutOfMemoryError on CUDA, plain RuntimeErrors on MPS ("MPS backend out of memory") and
    # on the CPU ("DefaultCPUAllocator: can't allocate memory").
    text = str(error).lower()
    return isinstance(error, MemoryError) or "out of memory" in text or "can't allocate memory" in text

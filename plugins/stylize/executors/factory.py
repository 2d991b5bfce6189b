"""The executor that a site's settings name."""

from .interface import Executor


def make_executor(
    executor: str | Executor = "local",
    *,
    device: str = "auto",
    workers: int = 1,
    threads: int | None = None,
    memory_limit: int | None = None,
) -> Executor:
    """Return the executor of a name, "local" or "inline"; an executor object is returned as it is.

    device: "auto", "cuda", "mps" or "cpu". workers: how many processes stylize at the same time. threads:
    how many each of them uses; None divides the processor among them. memory_limit: bytes that all of them
    and this process may use; None for most of what the machine has to spare.
    """
    if not isinstance(executor, str):
        return executor
    # Each executor is imported only where it is used: the inline one with Pillow, another with its library.
    if executor == "inline":
        from .inline import InlineExecutor

        return InlineExecutor(device=device, memory_limit=memory_limit)
    if executor == "local":
        from .local import LocalExecutor

        return LocalExecutor(device, workers=workers, threads=threads, memory_limit=memory_limit)
    raise ValueError(f"there is no executor {executor!r}")

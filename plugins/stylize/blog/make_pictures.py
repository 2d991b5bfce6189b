"""Makes the pictures that the store lacks, and shows the progress. A warm build does not import this."""

import logging

from ..costs.estimates import estimate_seconds, format_duration, learn_rates
from ..executors.factory import make_executor
from ..executors.interface import Executor
from ..model.entities import Stylization
from ..model.errors import UserError
from ..pipeline.make import Report, find_lacking, find_missing, make
from ..pipeline.publication import Publication
from . import progress
from .build_state import BuildState

logger = logging.getLogger(__name__)

WORTH_SAYING = 60  # seconds of painting, from which the author is told beforehand


class Interrupted(UserError):
    """Ctrl-C while pictures were being made."""

    exitcode = 130  # as a shell reports it


def get_executor(state: BuildState) -> Executor:
    """Return what makes the pictures of a run; created when the first one is missing."""
    if state.executor is None:
        state.executor = make_executor(
            state.settings.executor,
            device=state.settings.device,
            workers=state.settings.workers,
            memory_limit=state.settings.memory_limit or None,
        )
    return state.executor


def make_pictures(state: BuildState, lacking: list[Publication], *, pictures: int, raises: bool) -> Report:
    """Make the pictures that the store lacks, showing the progress.

    pictures: the number of stylized pictures on the site. raises: whether an error that stops the work
    ends the run; under autoreload it is logged instead, and the place of each missing picture says why.
    """
    if state.signer:
        state.signer.check()  # before hours of work, not after them
    wanted = find_missing(lacking, state.store)
    painted = [stylization for stylization in wanted.values() if stylization.method.reads_artworks]
    takes_minutes = any(stylization.method.takes_minutes for stylization in painted)
    if painted:
        rates = learn_rates(state.store.receipts())
        seconds = [estimate_seconds(stylization, rates) for stylization in painted]
        if takes_minutes or sum(seconds) > WORTH_SAYING:
            _announce(seconds)
    try:
        with progress.show_progress(len(wanted)) as listener:
            return make(
                lacking,
                store=state.store,
                executor=get_executor(state),
                listener=listener,
                pictures=pictures,
                tariff=state.settings.tariff,
                parallel_jobs=state.settings.parallel_jobs,
            )
    except KeyboardInterrupt:
        kept = len(wanted) - len(find_missing_pictures(state))
        again = "Build again to continue" + (
            ", a picture of the best quality from the last step that was saved." if takes_minutes else "."
        )
        raise Interrupted(
            f"interrupted; {kept} of {len(wanted)} new pictures are made and kept. {again}"
        ) from None
    except UserError as error:
        if raises:
            raise
        logger.error(str(error))
        failures = dict.fromkeys(find_missing_pictures(state), str(error))
        return Report(pictures=pictures, new=0, seconds=0.0, failures=failures)


def find_missing_pictures(state: BuildState) -> dict[str, Stylization]:
    """Return the pictures of a run that have to be stylized, by key."""
    return find_missing(find_lacking(state.publications, state.store), state.store)


def _announce(seconds: list[float]) -> None:
    """Print how many pictures are painted, and how long that takes; seconds: of each."""
    pictures = "1 picture" if len(seconds) == 1 else f"{len(seconds)} pictures"
    progress.print_line(
        f"{pictures} to paint, about {format_duration(sum(seconds))}; Ctrl-C keeps what is done."
    )

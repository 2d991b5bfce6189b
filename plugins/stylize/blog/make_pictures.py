"""The pictures that a build has to make: announced, drawn, and told of. A warm build does not load this."""

import logging

from ..costs.estimates import estimate_seconds, format_duration, learn_rates
from ..executors.factory import make_executor
from ..model.entities import Stylization
from ..model.errors import UserError
from ..pipeline import make as pipeline
from ..pipeline.make import Report
from ..pipeline.publication import Publication
from . import progress
from .build import Run

logger = logging.getLogger(__name__)


class Interrupted(UserError):
    """Ctrl-C while pictures were being made."""

    exitcode = 130  # as a shell reports it


def make_pictures(run: Run, lacking: list[Publication], *, pictures: int, raises: bool) -> Report:
    """Make what the store lacks, and tell of it as it goes.

    pictures: how many stylized ones the site shows in all. raises: whether what stops the making ends
    the run; under autoreload it is told, and each picture that is not there says why.
    """
    if run.signer:
        run.signer.check()  # before hours of drawing, not after them
    wanted = pipeline.find_missing(lacking, run.store)
    slow = [stylization for stylization in wanted.values() if stylization.method.is_slow]
    if slow:
        rates = learn_rates(run.store.receipts())
        _announce([estimate_seconds(stylization, rates) for stylization in slow])
    try:
        with progress.show_progress(len(wanted)) as listener:
            return pipeline.make(
                lacking,
                store=run.store,
                executor=make_executor(
                    run.settings.executor, device=run.settings.device, workers=run.settings.workers
                ),
                listener=listener,
                pictures=pictures,
                tariff=run.settings.tariff,
                parallel_jobs=run.settings.parallel_jobs,
            )
    except KeyboardInterrupt:
        kept = len(wanted) - len(find_missing_pictures(run))
        again = "Build again to go on" + (", an optimized picture from its last step." if slow else ".")
        raise Interrupted(
            f"interrupted; {kept} of {len(wanted)} new pictures are made and kept. {again}"
        ) from None
    except UserError as error:
        if raises:
            raise
        logger.error(str(error))
        failures = dict.fromkeys(find_missing_pictures(run), str(error))
        return Report(pictures=pictures, new=0, seconds=0.0, failures=failures)


def find_missing_pictures(run: Run) -> dict[str, Stylization]:
    """Return, by key, the pictures of a run that have to be stylized."""
    return pipeline.find_missing(pipeline.find_lacking(run.publications, run.store), run.store)


def _announce(slow: list[float]) -> None:
    """Say before it begins how many slow pictures there are, and how long they will take.

    slow: the seconds of each.
    """
    pictures = "1 picture" if len(slow) == 1 else f"{len(slow)} pictures"
    progress.tell(f"{pictures} to optimize, about {format_duration(sum(slow))}; Ctrl-C keeps what is done.")

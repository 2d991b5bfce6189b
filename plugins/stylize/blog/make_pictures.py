"""The pictures that a build has to make: announced, drawn, and told of. A warm build does not load this."""

import logging

from ..costs.estimates import estimate_seconds, format_duration, learn_rates
from ..costs.ledger_entries import RunCosts
from ..model.entities import Stylization
from ..model.errors import UserError
from ..pipeline import make as pipeline
from ..pipeline.make import Report
from ..pipeline.publication import Publication
from . import progress
from .build import Run
from .settings import Executor, Settings
from .style_usage import collect_usage

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
    rates = learn_rates(run.store.receipts()) if wanted else {}
    estimates = {key: round(estimate_seconds(stylization, rates), 3) for key, stylization in wanted.items()}
    slow = [key for key, stylization in wanted.items() if stylization.method.is_slow]
    if slow:
        _announce([estimates[key] for key in slow])
    try:
        with progress.show_progress(len(wanted)) as listener:
            return pipeline.make(
                lacking,
                store=run.store,
                executor=_executor_of(run.settings),
                listener=listener,
                pictures=pictures,
                books=RunCosts(
                    tariff=run.settings.tariff,
                    at_once=run.settings.at_once,
                    posts=_posts_of(run),
                    estimates=estimates,
                ),
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


def _posts_of(run: Run) -> dict[str, list[str]]:
    """Return the posts that ask for each picture, by its key, as their author knows them."""
    posts: dict[str, list[str]] = {}
    for post, keys in collect_usage(run).items():
        for key in keys:
            posts.setdefault(key, []).append(post)
    return posts


def _executor_of(settings: Settings) -> Executor:
    """Return who draws the pictures."""
    if not isinstance(settings.executor, str):
        return settings.executor
    if settings.executor == "inline":
        from ..executors.inline import InlineExecutor
        from ..executors.worker import load_examiner, load_performer

        device = settings.device
        return InlineExecutor(load_performer(device), examine=load_examiner(device))
    from ..executors.local import LocalExecutor

    return LocalExecutor(device=settings.device, workers=settings.workers)

"""The plan: which pictures the posts ask for, without making them."""

import json
from dataclasses import asdict

from ..blog.settings import load_settings
from ..pipeline.plan import StopAfterPlanning
from ..storage.store import Store
from .plan_table import format_plan, make_plan_rows


def plan(settings_file: str, *, as_json: bool = False) -> str:
    """Return every stylized picture that the posts ask for, as a table or as JSON.

    Raises UserError with every problem of every post.
    """
    import pelican
    from pelican.settings import read_settings

    site = read_settings(
        settings_file, override={"STYLIZE_PLAN_ONLY": True, "DELETE_OUTPUT_DIRECTORY": False}
    )
    try:
        pelican.Pelican(site).run()
    except StopAfterPlanning as planned:
        settings = load_settings(site)
        rows = make_plan_rows(
            planned, Store(settings.store), tariff=settings.tariff, parallel_jobs=settings.parallel_jobs
        )
    else:
        rows = []
    if as_json:
        return json.dumps([asdict(row) for row in rows], indent=2, ensure_ascii=False)
    return format_plan(rows)

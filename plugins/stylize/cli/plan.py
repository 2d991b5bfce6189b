"""The command `plan`: lists the pictures that the posts ask for, without making them."""

import json
from dataclasses import asdict

from ..pipeline.plan import StopAfterPlanning
from ..storage.store import Store
from .blog_folder import check_plugin, read_site
from .plan_table import format_plan, make_plan_rows


def plan(settings_file: str, *, as_json: bool = False) -> str:
    """Return every stylized picture that the posts ask for, as a table or as JSON.

    Raises UserError with every problem of every post.
    """
    import pelican

    site, settings = read_site(settings_file)
    check_plugin(site, settings_file)
    site |= {"STYLIZE_PLAN_ONLY": True, "DELETE_OUTPUT_DIRECTORY": False}
    try:
        pelican.Pelican(site).run()
    except StopAfterPlanning as planned:
        rows = make_plan_rows(
            planned, Store(settings.store), tariff=settings.tariff, parallel_jobs=settings.parallel_jobs
        )
    else:
        rows = []
    if as_json:
        return json.dumps([asdict(row) for row in rows], indent=2, ensure_ascii=False)
    return format_plan(rows)

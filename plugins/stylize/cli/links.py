"""The command `provenance.links`. Yields the lines to print."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..model.errors import UserError
from ..museums.http_client.client import PoliteClient
from ..museums.http_client.rate_limit import RateLimiter
from ..museums.link_check.check import LinkFinding, check_links
from ..museums.link_check.link_status import LinkStatus
from ..museums.link_check.sources import find_addresses
from .blog_folder import read_site
from .museum_access import explain_contact, find_contact, make_user_agent

HISTORY = Path("provenance/links.json")  # below the site's own folder, for version control


class LinkError(UserError):
    """Some records contain addresses that are gone or have moved."""

    exitcode = 1


def links(
    settings_file: str,
    only: Sequence[str] = (),
    *,
    digest: bool = False,
    as_json: bool = False,
    interval: float = 1.0,
) -> Iterator[str]:
    """Check the source addresses of artworks and photos; yields a table line by line, or one JSON text.

    only: slugs of styles and names of photos; empty for all. digest: download every image and report those
    that have changed. interval: seconds between two requests to one host. Raises LinkError at the end if an
    address is gone or has moved, and UserError if nothing can be checked.
    """
    site, settings = read_site(settings_file)
    contact = find_contact(site, settings)
    if not contact:
        raise UserError(explain_contact(site, settings_file=settings_file))
    user_agent = make_user_agent(contact, does="checks the links to the sources it credits")
    client = PoliteClient(user_agent, limiter=RateLimiter(interval))
    addresses = find_addresses(settings.styles, Path(site["PATH"]), only=only)
    verdict_width = max(map(len, LinkStatus))
    places = [str(place) for address in addresses for place in address.places]
    margin, width = " " * verdict_width, max(map(len, ["written in", *places]))
    findings = []
    if not as_json:
        yield f"{'verdict':{verdict_width}}  {'written in':{width}}  address"
    for finding in check_links(addresses, client, history=Path.cwd() / HISTORY, download=digest):
        findings.append(finding)
        if not as_json:
            first, *others = map(str, finding.address.places)
            yield f"{finding.result.verdict:{verdict_width}}  {first:{width}}  {finding.address.url}"
            yield from (f"{margin}  {other}" for other in others)
            if finding.advice:
                yield f"{margin}  → {finding.advice}"
    if as_json:
        yield json.dumps([_to_json(finding) for finding in findings], indent=2, ensure_ascii=False)
    else:
        saved = f" The results are saved in {HISTORY}." if any(item.result.asked for item in findings) else ""
        yield f"{_count(findings)}{saved}"
    if outdated := [finding for finding in findings if finding.needs_author]:
        raise LinkError(f"{_count(outdated)} Correct the records that name them.")


def _count(findings: Sequence[LinkFinding]) -> str:
    numbers = Counter(finding.result.verdict for finding in findings)
    parts = [f"{numbers[verdict]} {verdict}" for verdict in LinkStatus if numbers[verdict]]
    many = f"{len(findings)} address{'' if len(findings) == 1 else 'es'}"
    return f"{many}: {', '.join(parts)}." if parts else f"{many}."


def _to_json(finding: LinkFinding) -> dict[str, Any]:
    result = finding.result
    return {
        "url": finding.address.url,
        "places": [asdict(place) for place in finding.address.places],
        "verdict": str(result.verdict),
        "status": result.status,
        "why": result.why,
        "moved_to": result.moved_to,
        "last_alive": finding.last_alive,
        "advice": finding.advice,
    }

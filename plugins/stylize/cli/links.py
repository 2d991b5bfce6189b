"""What tasks.py asks for about the links to sources. Yields lines to print."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..model.errors import UserError
from ..model.version import SOFTWARE, installed_version
from ..museums.http_client.client import LinkStatus, Visitor
from ..museums.http_client.rate_limit import Pace
from ..museums.link_check.check import LinkFinding, check_links
from ..museums.link_check.sources import find_addresses
from .blog_folder import read_site

EVIDENCE = Path("provenance/links.json")  # below the site's own folder, to be kept with its sources
ORDER = (LinkStatus.ALIVE, LinkStatus.MOVED, LinkStatus.GONE, LinkStatus.BLOCKED, LinkStatus.UNREACHABLE)


class LinkError(UserError):
    """Addresses that a record must not name any longer."""

    exitcode = 1


def links(
    configuration: str,
    only: Sequence[str] = (),
    *,
    digest: bool = False,
    as_json: bool = False,
    interval: float = 1.0,
) -> Iterator[str]:
    """Visit the sources of the artworks and photos; yields a table line by line, or one text of JSON.

    only: slugs of styles and names of photos; none takes all. digest: fetch every image whole and tell
    where it has become another. interval: seconds between two requests to one host. Raises LinkError at
    the end where an address is gone or has moved, and UserError where nothing can be checked.
    """
    site, settings = read_site(configuration)
    visitor = Visitor(_agent(site.get("SITEURL") or "", configuration), pace=Pace(interval))
    addresses = find_addresses(settings.styles, Path(site["PATH"]), only=only)
    verdict_width = max(map(len, LinkStatus))
    places = [str(place) for address in addresses for place in address.places]
    margin, width = " " * verdict_width, max(map(len, ["written in", *places]))
    findings = []
    if not as_json:
        yield f"{'verdict':{verdict_width}}  {'written in':{width}}  address"
    for finding in check_links(addresses, visitor, evidence=Path.cwd() / EVIDENCE, digest=digest):
        findings.append(finding)
        if not as_json:
            first, *others = map(str, finding.address.places)
            yield f"{finding.answer.verdict:{verdict_width}}  {first:{width}}  {finding.address.url}"
            yield from (f"{margin}  {other}" for other in others)
            if finding.advice:
                yield f"{margin}  → {finding.advice}"
    if as_json:
        yield json.dumps([_facts(finding) for finding in findings], indent=2, ensure_ascii=False)
    else:
        kept = f" {EVIDENCE} keeps what was found." if any(item.answer.asked for item in findings) else ""
        yield f"{_count(findings)}{kept}"
    if any(finding.needs_author for finding in findings):
        needy = [finding for finding in findings if finding.needs_author]
        raise LinkError(f"{_count(needy)} Correct the records that name them.")


def _agent(address: str, configuration: str) -> str:
    """Return how we introduce ourselves; raises UserError for a site without an address of its own.

    Wikimedia asks for "<client>/<version> (<contact information>)" and refuses others; all may know who asks.
    """
    if not (urlsplit(address).hostname or "").strip("."):
        raise UserError(
            f"{configuration}: SITEURL is {address!r}, but museums are told which site asks."
            " Put the address of the blog there, as in https://blog.example"
        )
    release = "/".join(filter(None, (SOFTWARE, installed_version())))
    return f"{release} (+{address}; looks whether the sources it credits are still there)"


def _count(findings: Sequence[LinkFinding]) -> str:
    numbers = Counter(finding.answer.verdict for finding in findings)
    parts = [f"{numbers[verdict]} {verdict}" for verdict in ORDER if numbers[verdict]]
    many = f"{len(findings)} address{'' if len(findings) == 1 else 'es'}"
    return f"{many}: {', '.join(parts)}." if parts else f"{many}."


def _facts(finding: LinkFinding) -> dict[str, Any]:
    answer = finding.answer
    return {
        "url": finding.address.url,
        "places": [asdict(place) for place in finding.address.places],
        "verdict": str(answer.verdict),
        "status": answer.status,
        "why": answer.why,
        "moved_to": answer.moved_to,
        "last_alive": finding.last_alive,
        "advice": finding.advice,
    }

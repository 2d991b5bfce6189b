"""What may be made of a work, and under which license a picture may go out. Not legal advice.

A style transfer counts as an adaptation of the photo and of every artwork: of the photo it plainly is one,
of the artwork nobody has settled it. The clauses are those of Creative Commons 4.0, where no other is named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ..model.entities import Decision, License
from ..model.errors import UserError
from ..storage.toml_tables import from_table
from .vocabulary import LICENSES

DECIDED = "DECIDED"  # the family of a work whose license a person has lifted


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What of the site decides what it may publish."""

    commercial: bool = False  # advertising, a shop, sponsored posts
    country: str = ""  # two letters of ISO 3166: "DE"; "" where it is not said
    license: License | None = None  # for pictures whose works leave the choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Under which license a picture goes out, or why it does not."""

    license: License | None  # None for a refusal
    refusal: str = ""  # a clause with the reason; "" where there is none
    needs_person: bool = False  # whether somebody has to read what a work's own terms say
    warnings: tuple[str, ...] = ()


def decide(works: Sequence[License], *, site: Site) -> Terms:
    """Decide under which license a picture made of a photo and artworks may be published.

    The order of the works does not matter, nor how often one is named. A work of the author's own and one
    that a person has decided about (`apply_decision`) add no condition.
    """
    of_family = {work.family: work for work in reversed(works)}
    refusal = _refusal(of_family, site)
    if refusal:
        return Terms(license=None, refusal=refusal)
    if "REVIEW" in of_family:
        return _for_a_person(of_family["REVIEW"])
    warnings = tuple(dict.fromkeys(text for work in works if (text := _warning(work, site))))
    return Terms(license=_license(of_family, site), warnings=warnings)


def decide_plain(work: License, *, site: Site) -> Terms:
    """Decide whether a work may be shown as it is; cutting it smaller is no adaptation."""
    if work.family == "NONE":
        return Terms(license=None, refusal=_NONE.format(work.name))
    is_noncommercial = work.family in _NONCOMMERCIAL or (work.family == "ND" and "-NC-" in work.code)
    if site.commercial and is_noncommercial:
        return Terms(license=None, refusal=_COMMERCIAL.format(work.name))
    if work.family == "REVIEW":
        return _for_a_person(work)
    warning = _warning(work, site)
    return Terms(license=work, warnings=(warning,) if warning else ())


def apply_decision(license: License, decision: Decision | None) -> License:
    """Return a work's license as it counts once a person has decided about it.

    Who has read the terms lifts REVIEW, and the doubt whether a work is free outside the United States.
    Other conditions, but for a credit, are lifted only by whom they protect: by a decision that begins with
    "Permission".
    """
    if decision is None or license.family in ("OWN", "PD", "NKC", "BY"):
        return license
    if license.family == "PD-US":
        return replace(license, family="PD")
    if license.family == "REVIEW" or decision.text.lower().startswith("permission"):
        return replace(license, family=DECIDED)
    return license


def read_decision(table: Mapping[str, Any] | None, *, where: str) -> Decision | None:
    """Read the table [rights] of a credit; raises UserError with all that is wrong in it."""
    if table is None:
        return None
    where = f"{where} [rights]"
    if not isinstance(table, Mapping):
        raise UserError(f"{where}: must be a table. Write [rights] on a line of its own above it.")
    given = from_table(_DecisionTable, table, where=where)
    empty = [name for name in ("decision", "by") if not getattr(given, name).strip()]
    if empty:
        raise UserError(
            *(f"{where}: {name} is empty. Say what was decided, by whom and when." for name in empty)
        )
    # TOML has dates with a time of day as well.
    return Decision(text=given.decision.strip(), by=given.by.strip(), on=given.on.isoformat()[:10])


@dataclass(frozen=True, slots=True, kw_only=True)
class _DecisionTable:
    """What [rights] may say."""

    decision: str
    by: str
    on: date


_NONCOMMERCIAL = ("NoC-NC", "BY-NC", "BY-NC-SA", "BY-NC-SA-1.0")
_SHARE_ALIKE = {  # what they ask of the result
    "BY-SA": "CC-BY-SA-4.0",  # 4.0 section 3(b), 3.0 and 2.0 section 4(b): this version or a later one
    "BY-SA-1.0": "CC-BY-SA-1.0",
    "BY-NC-SA": "CC-BY-NC-SA-4.0",
    "BY-NC-SA-1.0": "CC-BY-NC-SA-1.0",
}

_NONE = "{} gives no permission, and a missing statement is none either"
_COMMERCIAL = (
    "{} does not allow commercial use (section 2(a)(1)), and this site is commercial (STYLIZE['commercial'])"
)


def _refusal(works: Mapping[str, License], site: Site) -> str:
    """Return why no license lets a picture of these works be published, or ""; works: by family."""
    if "NONE" in works:
        return _NONE.format(works["NONE"].name)
    if "ND" in works:
        # "produce and reproduce, but not Share, Adapted Material"
        name = works["ND"].name
        return f"{name} does not allow adaptations to be published (section 2(a)(1)(B))"
    noncommercial = [family for family in _NONCOMMERCIAL if family in works]
    if site.commercial and noncommercial:
        return _COMMERCIAL.format(works[noncommercial[0]].name)
    sharing = [family for family in _SHARE_ALIKE if family in works]
    if len(sharing) > 1:
        one, other = (works[family].name for family in sharing[:2])
        return f"{one} and {other} each ask for a result under their own license (section 3(b))"
    if noncommercial and sharing and "NC" not in sharing[0]:
        one, other = works[sharing[0]].name, works[noncommercial[0]].name
        return f"{one} asks for a result free for commercial use (section 3(b)), which {other} forbids"
    return ""


def _license(works: Mapping[str, License], site: Site) -> License:
    """Return the license of a picture that nothing refuses; works: by family."""
    for family, code in _SHARE_ALIKE.items():
        if family in works:
            return LICENSES[code]
    if DECIDED in works:  # who may use a work may not thereby pass it on
        return LICENSES["ALL-RIGHTS-RESERVED"]
    if any(family in works for family in _NONCOMMERCIAL):
        return LICENSES["CC-BY-NC-4.0"]
    if "BY" in works:
        return LICENSES["CC-BY-4.0"]
    # Nobody gives away for the author what the author keeps.
    return site.license or works.get("OWN") or LICENSES["CC0-1.0"]


def _for_a_person(work: License) -> Terms:
    return Terms(
        license=None, refusal=f"a person has to read its terms first ({work.name})", needs_person=True
    )


def _warning(work: License, site: Site) -> str:
    if work.family != "PD-US" or site.country in ("", "US"):
        return ""
    return (
        f"{work.name} speaks of the law of the United States, and this site is published in {site.country}, "
        "where the work may still be protected"
    )

"""What a license allows, and under which license a picture may be published. Not legal advice.

A style transfer counts as an adaptation of the photo and of every artwork. Of the photo it clearly is one; of
the artwork, courts have not decided. Clauses are those of Creative Commons 4.0 unless another is named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ..model.entities import Decision, License
from ..model.errors import UserError
from ..storage.toml_tables import from_table
from .vocabulary import LICENSES

DECIDED = "DECIDED"  # the family of a work that a person has cleared


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePolicy:
    """The facts about a site that decide what it may publish."""

    commercial: bool = False  # advertising, a shop, sponsored posts
    country: str = ""  # two letters of ISO 3166: "DE"; "" if unknown
    license: License | None = None  # for pictures whose sources leave the choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Under which license a picture is published, or why it is refused."""

    license: License | None  # None for a refusal
    refusal: str = ""  # a clause with the reason; "" if there is none
    needs_person: bool = False  # whether a person has to read the work's own terms
    warnings: tuple[str, ...] = ()


def decide(works: Sequence[License], *, policy: SitePolicy) -> Terms:
    """Decide under which license a picture made of a photo and artworks may be published.

    Neither the order of the works nor repetition matters. The author's own works, and works that a person has
    cleared (`apply_decision`), add no condition.
    """
    of_family = {work.family: work for work in reversed(works)}
    refusal = _find_refusal(of_family, policy)
    if refusal:
        return Terms(license=None, refusal=refusal)
    if "REVIEW" in of_family:
        return _require_person(of_family["REVIEW"])
    warnings = tuple(dict.fromkeys(text for work in works if (text := _find_warning(work, policy))))
    return Terms(license=_choose_license(of_family, policy), warnings=warnings)


def decide_plain(work: License, *, policy: SitePolicy) -> Terms:
    """Decide whether a work may be shown as it is; scaling it down is no adaptation."""
    if work.family == "NONE":
        return Terms(license=None, refusal=_NONE.format(work.name))
    is_noncommercial = work.family in _NONCOMMERCIAL or (work.family == "ND" and "-NC-" in work.code)
    if policy.commercial and is_noncommercial:
        return Terms(license=None, refusal=_COMMERCIAL.format(work.name))
    if work.family == "REVIEW":
        return _require_person(work)
    warning = _find_warning(work, policy)
    return Terms(license=work, warnings=(warning,) if warning else ())


def apply_decision(license: License, decision: Decision | None) -> License:
    """Return the effective license after a person's decision has been applied.

    A person who has read the terms can clear REVIEW, and works that are free in the United States. Other
    conditions, except for attribution, need the permission of the rights holder: a decision that begins with
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
    """Read the table [rights] of a credit; raises UserError that lists all problems."""
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
    """The fields of [rights]."""

    decision: str
    by: str
    on: date


_NONCOMMERCIAL = ("NoC-NC", "BY-NC", "BY-NC-SA", "BY-NC-SA-1.0")
_SHARE_ALIKE = {  # family: license of the result
    "BY-SA": "CC-BY-SA-4.0",  # 4.0 section 3(b), 3.0 and 2.0 section 4(b): this version or a later one
    "BY-SA-1.0": "CC-BY-SA-1.0",
    "BY-NC-SA": "CC-BY-NC-SA-4.0",
    "BY-NC-SA-1.0": "CC-BY-NC-SA-1.0",
}

_NONE = "{} gives no permission, and a missing statement is none either"
_COMMERCIAL = (
    "{} does not allow commercial use (section 2(a)(1)), and this site is commercial (STYLIZE['commercial'])"
)


def _find_refusal(works: Mapping[str, License], policy: SitePolicy) -> str:
    """Return why a picture of these works cannot be published, or ""; works: by family."""
    if "NONE" in works:
        return _NONE.format(works["NONE"].name)
    if "ND" in works:
        # "produce and reproduce, but not Share, Adapted Material"
        name = works["ND"].name
        return f"{name} does not allow adaptations to be published (section 2(a)(1)(B))"
    noncommercial = [family for family in _NONCOMMERCIAL if family in works]
    if policy.commercial and noncommercial:
        return _COMMERCIAL.format(works[noncommercial[0]].name)
    sharing = [family for family in _SHARE_ALIKE if family in works]
    if len(sharing) > 1:
        one, other = (works[family].name for family in sharing[:2])
        return f"{one} and {other} each ask for a result under their own license (section 3(b))"
    if noncommercial and sharing and "NC" not in sharing[0]:
        one, other = works[sharing[0]].name, works[noncommercial[0]].name
        return f"{one} asks for a result free for commercial use (section 3(b)), which {other} forbids"
    return ""


def _choose_license(works: Mapping[str, License], policy: SitePolicy) -> License:
    """Return the license of a picture that is not refused; works: by family."""
    for family, code in _SHARE_ALIKE.items():
        if family in works:
            return LICENSES[code]
    if DECIDED in works:  # permission to use a work is no permission to license it
        return LICENSES["ALL-RIGHTS-RESERVED"]
    if any(family in works for family in _NONCOMMERCIAL):
        return LICENSES["CC-BY-NC-4.0"]
    if "BY" in works:
        return LICENSES["CC-BY-4.0"]
    # An author who reserves all rights keeps them.
    return policy.license or works.get("OWN") or LICENSES["CC0-1.0"]


def _require_person(work: License) -> Terms:
    return Terms(
        license=None, refusal=f"a person has to read its terms first ({work.name})", needs_person=True
    )


def _find_warning(work: License, policy: SitePolicy) -> str:
    if work.family != "PD-US" or policy.country in ("", "US"):
        return ""
    return (
        f"{work.name} covers only the law of the United States, but this site is published in"
        f" {policy.country}, where the work may still be protected"
    )

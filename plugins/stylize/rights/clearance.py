"""Whether a picture may be published; messages name its photo and artworks and say what to do."""

from dataclasses import dataclass, replace

from ..model.entities import Credit, License, MuseumItem, Photo, Style, Stylization
from .rules import SitePolicy, Terms, apply_decision, decide, decide_plain


def clear(stylization: Stylization, *, policy: SitePolicy) -> tuple[Terms, list[str]]:
    """Return the terms of a stylized picture, and every problem that forbids publishing it."""
    works = [
        _describe_photo(stylization.photo),
        *(_describe_artwork(share.style) for share in stylization.blend),
    ]
    problems = []
    for work in works:
        alone = decide([work.license], policy=policy)
        if alone.refusal:
            plain = work.is_photo and not decide_plain(work.license, policy=policy).refusal
            advice = _advise(work, needs_person=alone.needs_person, plain=plain)
            problems.append(f"{work.name} cannot be used: {alone.refusal}. {advice}")
    terms = decide([work.license for work in works], policy=policy)
    if terms.refusal and not problems:  # each may be used, but not together
        problems.append(
            f"this picture cannot be published: {terms.refusal}. Choose another style, or another photo."
        )
    return replace(terms, warnings=_collect_warnings(works, policy)), problems


def clear_plain(photo: Photo, *, policy: SitePolicy) -> tuple[Terms, list[str]]:
    """Return the terms of a photo that is shown as it is, and every problem that forbids it."""
    return _clear_work(_describe_photo(photo), policy)


def clear_artwork(style: Style, *, policy: SitePolicy) -> tuple[Terms, list[str]]:
    """Return the terms of a style's artwork that is shown as it is, and every problem that forbids it."""
    return _clear_work(_describe_artwork(style), policy)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    name: str  # in a sentence
    license: License  # the effective one
    museum: MuseumItem | None
    file: str  # where a decision about it belongs
    is_photo: bool


def _describe_photo(photo: Photo) -> _Work:
    file = photo.path.with_suffix(".toml").name
    name = f"the photo {photo.path.name}"
    return _Work(
        name=name, license=_effective_license(photo.credit), museum=photo.museum, file=file, is_photo=True
    )


def _describe_artwork(style: Style) -> _Work:
    name = f"the artwork of the style {style.slug!r}"
    license = _effective_license(style.artwork.credit)
    museum = style.artwork.museum
    return _Work(name=name, license=license, museum=museum, file="its style.toml", is_photo=False)


def _effective_license(credit: Credit) -> License:
    return apply_decision(credit.license, credit.decision)


def _clear_work(work: _Work, policy: SitePolicy) -> tuple[Terms, list[str]]:
    terms = decide_plain(work.license, policy=policy)
    problems = []
    if terms.refusal:
        advice = _advise(work, needs_person=terms.needs_person)
        problems.append(f"{work.name} cannot be shown: {terms.refusal}. {advice}")
    return replace(terms, warnings=_collect_warnings([work], policy)), problems


def _advise(work: _Work, *, needs_person: bool, plain: bool = False) -> str:
    """Return what to do about a refused work; plain: whether it may be shown as it is."""
    other = "another photo" if work.is_photo else "another style"
    if needs_person:
        return f"Read them, and write what you decide under [rights] in {work.file}, or choose {other}."
    if plain:
        return f"Show the photo plain (stylize=none) or choose {other}."
    return f"Choose {other}, or write the permission you have under [rights] in {work.file}."


def _collect_warnings(works: list[_Work], policy: SitePolicy) -> tuple[str, ...]:
    found = [
        f"{work.name}: {text}. Find out, and write what you found under [rights] in {work.file}."
        for work in works
        for text in decide_plain(work.license, policy=policy).warnings
    ]
    found += [
        f"{work.name}: since {work.museum.checked} its museum says {work.museum.says!r}. Read its page;"
        f" then correct the license in {work.file}, or write your decision under [rights], and remove says"
        " from [museum]."
        for work in works
        if work.museum and work.museum.says
    ]
    return tuple(found)

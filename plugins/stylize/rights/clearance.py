"""Whether a picture may go out, told in the words of its photo and its artworks, with what to do."""

from dataclasses import dataclass, replace

from ..model.entities import Credit, License, Photo, Style, Stylization
from .rules import Site, Terms, apply_decision, decide, decide_plain


def clear(stylization: Stylization, *, site: Site) -> tuple[Terms, list[str]]:
    """Return under which license a stylized picture goes out, and every problem that forbids it."""
    works = [_photo(stylization.photo), *(_artwork(share.style) for share in stylization.blend)]
    problems = []
    for work in works:
        alone = decide([work.license], site=site)
        if alone.refusal:
            plain = work.is_photo and not decide_plain(work.license, site=site).refusal
            way_out = _way_out(work, needs_person=alone.needs_person, plain=plain)
            problems.append(f"{work.name} cannot be used: {alone.refusal}. {way_out}")
    terms = decide([work.license for work in works], site=site)
    if terms.refusal and not problems:  # each may be used, but not with the others
        problems.append(
            f"this picture cannot be published: {terms.refusal}. Choose another style, or another photo."
        )
    return replace(terms, warnings=_warnings(works, site)), problems


def clear_plain(photo: Photo, *, site: Site) -> tuple[Terms, list[str]]:
    """Return under which license a photo is shown as it is, and what forbids it."""
    return _shown(_photo(photo), site)


def clear_artwork(style: Style, *, site: Site) -> tuple[Terms, list[str]]:
    """Return under which license the artwork of a style is shown as it is, and what forbids it."""
    return _shown(_artwork(style), site)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    name: str  # in a sentence
    license: License  # as it counts
    file: str  # where a decision about it is written down
    is_photo: bool


def _photo(photo: Photo) -> _Work:
    file = photo.path.with_suffix(".toml").name
    name = f"the photo {photo.path.name}"
    return _Work(name=name, license=_counted(photo.credit), file=file, is_photo=True)


def _artwork(style: Style) -> _Work:
    name = f"the artwork of the style {style.slug!r}"
    license = _counted(style.artwork.credit)
    return _Work(name=name, license=license, file="its style.toml", is_photo=False)


def _counted(credit: Credit) -> License:
    return apply_decision(credit.license, credit.decision)


def _shown(work: _Work, site: Site) -> tuple[Terms, list[str]]:
    terms = decide_plain(work.license, site=site)
    problems = []
    if terms.refusal:
        way_out = _way_out(work, needs_person=terms.needs_person)
        problems.append(f"{work.name} cannot be shown: {terms.refusal}. {way_out}")
    return replace(terms, warnings=_warnings([work], site)), problems


def _way_out(work: _Work, *, needs_person: bool, plain: bool = False) -> str:
    """Say what to do about a work that is refused; plain: whether it may be shown as it is."""
    other = "another photo" if work.is_photo else "another style"
    if needs_person:
        return f"Read them, and write what you decide under [rights] in {work.file}, or choose {other}."
    if plain:
        return f"Show the photo plain (stylize=none) or choose {other}."
    return f"Choose {other}, or write the permission you have under [rights] in {work.file}."


def _warnings(works: list[_Work], site: Site) -> tuple[str, ...]:
    return tuple(
        f"{work.name}: {text}. Find out, and write what you found under [rights] in {work.file}."
        for work in works
        for text in decide_plain(work.license, site=site).warnings
    )

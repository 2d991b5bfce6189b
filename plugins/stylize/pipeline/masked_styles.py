"""Parses styles that go where masks say: "harvesters on sky.png, overprint elsewhere"."""

import re
from collections.abc import Mapping, Sequence

from ..model.entities import Mask, Photo, Request, Style, StyleShare
from .style_expression import MOST, PLAIN, StyleExpressionError, find_style

TOLERANCE = 0.02  # of the aspect ratio: one of both was cropped by a few pixels
BLACK, WHITE = 8, 247  # levels of 8 bits; a mask saved as JPEG is not quite black

_PLACED = re.compile(r"\S\s+(?:on|elsewhere)(?=[\s,]|$)")
_ON = re.compile(r"(.+?)\s+on(?:\s+(.+))?")
_ELSEWHERE = re.compile(r"(.+?)\s+elsewhere")
_EXAMPLE = "harvesters on sky.png, overprint elsewhere"
_PAINT = "Paint white where the style goes, and black elsewhere."


def has_places(written: str) -> bool:
    """Whether a style expression says where its styles go."""
    return bool(_PLACED.search(written))


def find_style_expression(request: Request, *, default: str) -> str:
    """Return the style of a picture as one expression, the mask included.

    `mask=sky.png` stands for "on sky.png, none elsewhere". default: the site's style.

    Raises StyleExpressionError if style and mask contradict each other.
    """
    style = request.options.style or default
    mask = find_mask_option(request)
    if not mask:
        return style
    if style == PLAIN:
        text = "the photo itself is shown here, so there is nothing to mask. Leave mask out, or name a style."
        raise StyleExpressionError((text, mask))
    if has_places(style):
        text = f"{style!r} says already where its styles go. Leave mask={mask} out, or name one style."
        raise StyleExpressionError((text, mask))
    return f"{style} on {mask}, {PLAIN} elsewhere"


def find_mask_option(request: Request) -> str:
    """Return the mask that is written for a picture, or else for its post; "" if there is none."""
    own, of_post = request.own, request.of_post
    replaced = own.style == PLAIN or has_places(own.style)
    mask = own.mask or ("" if replaced else of_post.mask)
    return "" if mask == PLAIN else mask


def list_mask_names(written: str) -> list[str]:
    """Return the masks that a style expression names, each once."""
    if not has_places(written):
        return []
    found = (_ON.fullmatch(piece.strip()) for piece in written.split(","))
    return list(dict.fromkeys(match[2] for match in found if match and match[2]))


def parse_masked_styles(
    written: str, styles: Mapping[str, Style], masks: Mapping[str, Mask]
) -> tuple[StyleShare, ...]:
    """Return each style with its mask, the topmost first, and last the style elsewhere, if there is one.

    masks: by name; () is returned if one is missing, which is reported where it is looked for. Raises
    StyleExpressionError with everything that is wrong.
    """
    wrong: list[tuple[str, str]] = []
    placed: list[tuple[str, str]] = []  # style and mask
    elsewhere: list[str] = []
    for piece in (piece.strip() for piece in written.split(",")):
        on, rest = _ON.fullmatch(piece), _ELSEWHERE.fullmatch(piece)
        name = on[1] if on else rest[1] if rest else ""
        if "%" in name or (not name and "%" in piece):
            wrong.append(
                (f"{piece!r} has a percentage, but on its mask a style goes in full. Leave it out.", piece)
            )
        elif not name:
            wrong.append((f"{piece!r} is not a style and its place. Write them as in: {_EXAMPLE}.", piece))
        elif rest:
            elsewhere.append(name)
        elif on and not on[2]:
            wrong.append(
                (f"{piece!r} names no mask. Write an image beside the photo, as in: {_EXAMPLE}.", piece)
            )
        elif name == PLAIN:
            text = "'none' can stand elsewhere only. Paint the mask white where a style goes instead."
            wrong.append((text, piece))
        elif on:
            placed.append((name, on[2]))
    if len(elsewhere) > 1:
        wrong.append((f"{written!r} says twice what goes elsewhere. Name one style, or none.", written))
    elif not elsewhere and not wrong:
        text = f"{written!r} does not say what goes elsewhere. Add a style, or: {PLAIN} elsewhere."
        wrong.append((text, written))
    names = [*(name for name, _ in placed), *(name for name in elsewhere if name != PLAIN)]
    if len(names) > MOST:
        wrong.append(
            (f"a picture has at most {MOST} styles, but this one has {len(names)}. Leave some out.", written)
        )
    for name in dict.fromkeys(names):
        try:
            find_style(name, styles)
        except StyleExpressionError as error:
            wrong += error.wrong
    found = [styles[name] for name in names if name in styles]
    wrong += find_wrong_styles(found, [mask for _, mask in placed])
    if wrong:
        raise StyleExpressionError(*wrong)
    if any(mask not in masks for _, mask in placed):
        return ()
    return (
        *(StyleShare(style=styles[name], mask=masks[mask]) for name, mask in placed),
        *(StyleShare(style=styles[name]) for name in elsewhere if name != PLAIN),
    )


def find_wrong_masks(blend: tuple[StyleShare, ...], photo: Photo) -> list[tuple[str, str]]:
    """Return what is wrong with masks for a photo, and the name of each: another shape, or one tone only."""
    wrong: list[tuple[str, str]] = []
    for index, share in enumerate(blend):
        mask = share.mask
        if not mask:
            continue
        ratio = mask.width * photo.height / (mask.height * photo.width)
        below = [repr(other.style.slug) for other in blend[index + 1 :]]
        if blend[-1].mask:
            below.append("the photo")
        if not 1 - TOLERANCE <= ratio <= 1 + TOLERANCE:
            text = (
                f"{mask.name} is {mask.width} x {mask.height} pixels, but {photo.path.name}"
                f" {photo.width} x {photo.height}. Save the mask at the photo's size, or at the same aspect"
                " ratio."
            )
        elif mask.lightest <= BLACK:
            text = f"{mask.name} is black everywhere, so {share.style.slug!r} would not be seen. {_PAINT}"
        elif mask.darkest >= WHITE:
            text = f"{mask.name} is white everywhere, so {' and '.join(below)} would not be seen. {_PAINT}"
        else:
            continue
        wrong.append((text, mask.name))
    return wrong


def find_wrong_styles(styles: Sequence[Style], masks: Sequence[str]) -> list[tuple[str, str]]:
    """Return why styles cannot be combined by masks, and the name that it is about.

    masks: their names.
    """
    wrong: list[tuple[str, str]] = []
    for name in _find_repeated([style.slug for style in styles]):
        wrong.append((f"{name!r} is named twice. Paint one mask for all of its places.", name))
    for name in _find_repeated(masks):
        wrong.append((f"{name!r} is named twice. Where styles meet on it, only one can be seen.", name))
    imported = [style.slug for style in styles if style.is_imported]
    if imported and len(imported) < len(styles):
        text = (
            f"{imported[0]!r} is an imported style, whose network is its own and cannot be combined with"
            " others. Name it alone with its mask, or leave it out."
        )
        wrong.append((text, imported[0]))
    return wrong


def _find_repeated(names: Sequence[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if names.count(name) > 1]

"""An imported network as data: which operations in which order, and how a photo is given to it.

A description is JSON and stands in the metadata of the style's safetensors file, beside the tensors that
it names. Whatever is in such a file, reading it runs nothing: an operation is a word of the closed set in
`operations`, its settings are plain values of known types, and everything is checked before use.
"""

import inspect
import json
import math
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args, get_origin

from ...model.errors import UserError
from .operations import OPERATIONS

VERSION = 1
# What the first operations take: the photo as (1, 3, H, W), in the network's own range. No exporter
# begins a name so.
IMAGE = "@photo"
MOST_OPERATIONS = 5000

Setting = int | float | str | bool | tuple[int, ...]


class NetworkError(UserError):
    """A network that cannot be used; its message says what and what to do, the caller adds where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One step: a word of `operations.OPERATIONS`, what it takes, and the name of what comes out."""

    kind: str
    inputs: tuple[str, ...]  # IMAGE, outputs of earlier operations, or tensors; "" for one that is left out
    output: str
    settings: Mapping[str, Setting]


@dataclass(frozen=True, slots=True, kw_only=True)
class Convention:
    """How a photo is given to a network, and how its answer is read."""

    low: float = 0.0  # what black is, before the mean is taken away
    high: float = 255.0  # what white is
    out_low: float = 0.0  # the same of the answer
    out_high: float = 255.0
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)  # taken from the channels, in the network's order
    adds_mean: bool = False  # whether the answer lacks the mean as well
    is_bgr: bool = False  # blue comes first, as OpenCV and Caffe have it


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A whole network: photo in, picture of the same size out."""

    operations: tuple[Operation, ...]
    output: str  # the name of the picture, (1, 3, H, W)
    convention: Convention
    multiple: int = 1  # height and width must be divisible by it
    size: tuple[int, int] | None = None  # height and width, where it takes no others
    most_pixels: int = 2_000_000  # of a photo that is drawn at once; a larger one is scaled down and back


def text_of(description: Description) -> str:
    """Return a description as JSON, the same text every time."""
    return json.dumps({"version": VERSION, **asdict(description)}, sort_keys=True)


def read_description(text: str, tensors: Collection[str]) -> Description:
    """Return the description that `text_of` wrote; raises NetworkError for anything else.

    tensors: the names of those that the file holds.
    """
    try:
        table = json.loads(text, parse_constant=_refuse_number)
        version = table.pop("version")
        if version != VERSION:
            raise NetworkError(
                f"its network is described in version {version}, and this program knows {VERSION}."
            )
        operations = tuple(
            Operation(
                kind=part["kind"],
                inputs=tuple(part["inputs"]),
                output=part["output"],
                settings={name: _frozen(value) for name, value in part["settings"].items()},
            )
            for part in table.pop("operations")
        )
        size = table.pop("size")
        convention = table.pop("convention")
        description = Description(
            operations=operations,
            convention=Convention(**convention | {"mean": tuple(convention["mean"])}),
            size=tuple(size) if size else None,
            **table,
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise NetworkError("its description of the network is damaged.") from None
    check_operations(operations, tensors, output=description.output)
    _check_frame(description)
    return description


def check_operations(operations: Collection[Operation], tensors: Collection[str], *, output: str) -> None:
    """Raise NetworkError unless every operation is known, is set as it can be, and takes what is there."""
    if len(operations) > MOST_OPERATIONS:
        raise NetworkError(f"it has {len(operations)} operations, and {MOST_OPERATIONS} are the most.")
    there = {IMAGE, *tensors}
    for operation in operations:
        place = f"the operation that makes {operation.output!r}"
        if operation.kind not in OPERATIONS:
            known = ", ".join(sorted(OPERATIONS))
            raise NetworkError(f"{place} is of the kind {operation.kind!r}, but known are: {known}.")
        for name in operation.inputs:
            if name and name not in there:
                raise NetworkError(f"{place} takes {name!r}, which is not there before it.")
        wrong = _wrong_with(operation)
        if wrong:
            raise NetworkError(f"{place}, {operation.kind}, {wrong}.")
        if operation.output in there:
            raise NetworkError(f"{place} gives a name that is taken.")
        there.add(operation.output)
    if output not in there - {IMAGE, *tensors}:
        raise NetworkError(f"no operation makes its output {output!r}.")


def _wrong_with(operation: Operation) -> str:
    """Return what is wrong with an operation's inputs and settings, going by the function that does it."""
    parameters = inspect.signature(OPERATIONS[operation.kind]).parameters.values()
    inputs = [each for each in parameters if each.kind is not each.KEYWORD_ONLY]
    settings = {each.name: each for each in parameters if each.kind is each.KEYWORD_ONLY}
    endless = any(each.kind is each.VAR_POSITIONAL for each in inputs)
    needed = sum(each.default is each.empty for each in inputs)
    count = len(operation.inputs)
    if count < needed or (count > len(inputs) and not endless):
        return f"has {count} inputs"
    if not all(operation.inputs[:needed]):
        return "lacks an input"
    for name, value in operation.settings.items():
        if name not in settings:
            return f"has no setting {name!r}"
        if not _is_of(value, settings[name].annotation):
            return f"cannot be set to {name} = {str(value)[:40]!r}"
    missing = [each.name for each in settings.values() if each.default is each.empty]
    missing = [name for name in missing if name not in operation.settings]
    return f"lacks the setting {missing[0]!r}" if missing else ""


def _is_of(value: object, annotation: Any) -> bool:
    if get_origin(annotation) is Literal:
        return value in get_args(annotation)
    if get_origin(annotation) is tuple:
        return isinstance(value, tuple) and all(_is_of(part, int) for part in value)
    if isinstance(value, bool) or annotation is bool:
        return isinstance(value, bool) and annotation is bool
    if annotation is float:
        return isinstance(value, int | float) and math.isfinite(value)
    return isinstance(value, annotation) and (not isinstance(value, int) or abs(value) < 2**31)


def _check_frame(description: Description) -> None:
    convention, size = description.convention, description.size or (64, 64)
    numbers = (convention.low, convention.high, convention.out_low, convention.out_high, *convention.mean)
    fine = (
        all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers)
        and len(convention.mean) == 3
        and convention.low < convention.high
        and convention.out_low < convention.out_high
        and isinstance(convention.adds_mean, bool)
        and isinstance(convention.is_bgr, bool)
        and all(
            isinstance(number, int) and 1 <= number <= most
            for number, most in (
                (description.multiple, 256),
                (size[0], 16_384),
                (size[-1], 16_384),
                (description.most_pixels, 2**31),
            )
        )
        and len(size) == 2
    )
    if not fine:
        raise NetworkError("its description of how a photo is given to the network is damaged.")


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _refuse_number(text: str) -> None:
    raise ValueError(text)  # JSON knows no NaN and no Infinity; Python's reader does

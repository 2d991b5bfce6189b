"""The specification of an imported network: its operations in order, and how to pass a photo to it.

A specification is stored as JSON in the metadata of the style's safetensors file, next to the tensors that it
names. Reading such a file runs no code: an operation is a word of the closed set in `operations`, its
settings are plain values of known types, and everything is validated before use.
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
# The name of the network's input: the photo as (1, 3, H, W), in the network's own range. No exporter
# begins a name with "@".
IMAGE = "@photo"
MAX_OPERATIONS = 5000

Setting = int | float | str | bool | tuple[int, ...]


class NetworkError(UserError):
    """A network that cannot be used; its message says what is wrong and what to do, but not in which file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation: its kind, a key of `operations.OPERATIONS`, and the names of its inputs and output."""

    kind: str
    inputs: tuple[str, ...]  # IMAGE, outputs of earlier operations, or tensors; "" leaves an input out
    output: str
    settings: Mapping[str, Setting]


@dataclass(frozen=True, slots=True, kw_only=True)
class Convention:
    """How a photo is converted to the network's input, and the network's output to a picture."""

    low: float = 0.0  # the value of black, before the mean is subtracted
    high: float = 255.0  # the value of white
    out_low: float = 0.0  # the same for the output
    out_high: float = 255.0
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)  # subtracted by channel, in the network's order
    adds_mean: bool = False  # whether the mean is to be added to the output
    is_bgr: bool = False  # channels are blue, green, red, as in OpenCV and Caffe


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSpec:
    """A whole network, which takes a photo and returns a picture of the same size."""

    operations: tuple[Operation, ...]
    output: str  # the name of the picture, (1, 3, H, W)
    convention: Convention
    multiple: int = 1  # height and width must be divisible by it
    size: tuple[int, int] | None = None  # height and width, for a network that takes one size only
    most_pixels: int = 2_000_000  # of a photo; a larger one is scaled down, and its picture enlarged


def serialize_spec(spec: NetworkSpec) -> str:
    """Return a specification as JSON; equal specifications give the same text."""
    return json.dumps({"version": VERSION, **asdict(spec)}, sort_keys=True)


def parse_spec(text: str, tensors: Collection[str]) -> NetworkSpec:
    """Return the specification that `serialize_spec` wrote; raises NetworkError for any other text.

    tensors: the names of the tensors in the file.
    """
    try:
        table = json.loads(text, parse_constant=_refuse_constant)
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
                settings={name: _to_tuple(value) for name, value in part["settings"].items()},
            )
            for part in table.pop("operations")
        )
        size = table.pop("size")
        convention = table.pop("convention")
        spec = NetworkSpec(
            operations=operations,
            convention=Convention(**convention | {"mean": tuple(convention["mean"])}),
            size=tuple(size) if size else None,
            **table,
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise NetworkError("its description of the network is damaged.") from None
    validate_operations(operations, tensors, output=spec.output)
    _validate_convention_and_sizes(spec)
    return spec


def validate_operations(operations: Collection[Operation], tensors: Collection[str], *, output: str) -> None:
    """Raise NetworkError unless every operation is known, has valid settings, and has its inputs before it.

    tensors: the names of the tensors in the file. output: the name that an operation must produce.
    """
    if len(operations) > MAX_OPERATIONS:
        raise NetworkError(f"it has {len(operations)} operations, but at most {MAX_OPERATIONS} are allowed.")
    defined = {IMAGE, *tensors}
    for operation in operations:
        place = f"the operation that makes {operation.output!r}"
        if operation.kind not in OPERATIONS:
            known = ", ".join(sorted(OPERATIONS))
            raise NetworkError(f"{place} is of the kind {operation.kind!r}, but known are: {known}.")
        for name in operation.inputs:
            if name and name not in defined:
                raise NetworkError(f"{place} takes {name!r}, which is not defined before it.")
        problem = _find_problem(operation)
        if problem:
            raise NetworkError(f"{place}, {operation.kind}, {problem}.")
        if operation.output in defined:
            raise NetworkError(f"{place} uses an output name that is already taken.")
        defined.add(operation.output)
    if output not in defined - {IMAGE, *tensors}:
        raise NetworkError(f"no operation makes its output {output!r}.")


def _find_problem(operation: Operation) -> str:
    """Return what is wrong with an operation, or "": its function's signature says what it accepts."""
    parameters = inspect.signature(OPERATIONS[operation.kind]).parameters.values()
    inputs = [each for each in parameters if each.kind is not each.KEYWORD_ONLY]
    settings = {each.name: each for each in parameters if each.kind is each.KEYWORD_ONLY}
    is_variadic = any(each.kind is each.VAR_POSITIONAL for each in inputs)
    required = sum(each.default is each.empty for each in inputs)
    count = len(operation.inputs)
    if count < required or (count > len(inputs) and not is_variadic):
        return f"has {count} inputs"
    if not all(operation.inputs[:required]):
        return "lacks an input"
    for name, value in operation.settings.items():
        if name not in settings:
            return f"has no setting {name!r}"
        if not _matches(value, settings[name].annotation):
            return f"cannot be set to {name} = {str(value)[:40]!r}"
    missing = [each.name for each in settings.values() if each.default is each.empty]
    missing = [name for name in missing if name not in operation.settings]
    return f"lacks the setting {missing[0]!r}" if missing else ""


def _matches(value: object, annotation: Any) -> bool:
    if get_origin(annotation) is Literal:
        return value in get_args(annotation)
    if get_origin(annotation) is tuple:
        return isinstance(value, tuple) and all(_matches(part, int) for part in value)
    if isinstance(value, bool) or annotation is bool:
        return isinstance(value, bool) and annotation is bool
    if annotation is float:
        return isinstance(value, int | float) and math.isfinite(value)
    return isinstance(value, annotation) and (not isinstance(value, int) or abs(value) < 2**31)


def _validate_convention_and_sizes(spec: NetworkSpec) -> None:
    convention, size = spec.convention, spec.size or (64, 64)
    numbers = (convention.low, convention.high, convention.out_low, convention.out_high, *convention.mean)
    is_valid = (
        all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers)
        and len(convention.mean) == 3
        and convention.low < convention.high
        and convention.out_low < convention.out_high
        and isinstance(convention.adds_mean, bool)
        and isinstance(convention.is_bgr, bool)
        and all(
            isinstance(number, int) and 1 <= number <= limit
            for number, limit in (
                (spec.multiple, 256),
                (size[0], 16_384),
                (size[-1], 16_384),
                (spec.most_pixels, 2**31),
            )
        )
        and len(size) == 2
    )
    if not is_valid:
        raise NetworkError("its description of the input and output is damaged.")


def _to_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _refuse_constant(text: str) -> None:
    raise ValueError(text)  # JSON has no NaN and no Infinity, but Python's parser accepts them

"""Draws a picture with the transformer, in strips that fit the memory there is."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor
from torch.func import functional_call

from ...model.errors import UserError
from ...model.memory_limit import AHEAD, LARGE, find_own_memory, find_setting, return_freed_memory
from ..devices import half_precision
from ..image_tensors import mirror_to_fit, to_picture, to_tensor
from ..networks.shared_moments import SharedMoments
from ..networks.strip_kernels import make_strip_kernels
from ..networks.style_parameters import StyleParameters
from ..networks.transformer import Transformer, compute_moments
from .feature_maps import FeatureMap, find_scratch_folder
from .photo_rows import MirroredPhoto
from .recovery import Warn, do_within_memory
from .strip_workers import open_strip_workers
from .transformer_strips import StripDrawing

logger = logging.getLogger(__name__)

# Bytes for each pixel of the picture, measured with bench/memory.py
PICTURE = 4  # as Pillow keeps it
MAPS = 32  # the feature maps that exist at the same time, the last one computed twice
ALL_MAPS = 48  # the same, if the last one is stored
STRIP = 200  # what a thread computes from a strip, for each of its pixels and those of its halo

HALO = 16  # rows of the photo that a strip reads besides its own, at most
FAST = 2**17  # pixels of a strip: the larger the faster, up to the size of a processor's cache
# Rows of a strip: at least, as long as memory allows; before fewer threads save more; and at all
FAST_ROWS, SCARCE_ROWS, FEWEST_ROWS = 32, 16, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class StripPlan:
    """How a picture is divided, and where its feature maps are kept."""

    rows: int  # of the picture in a strip
    threads: int = 1
    scratch: Path | None = None  # the folder of scratch files; None keeps the maps in memory
    keeps_last_map: bool = True


def draw_picture(
    transformer: Transformer,
    photo: Image.Image,
    parameters: StyleParameters,
    *,
    weights: Mapping[str, Tensor],
    memory_limit: int,
    shared: SharedMoments | None = None,
    warn: Warn = logger.warning,
) -> Image.Image:
    """Redraw a photo with the transformer, at the photo's size.

    photo: RGB, from 1x1 pixels up. weights: replace those of the same name in the transformer. memory_limit:
    bytes that this process may use, all of it. shared: the moments of a series, instead of the photo's own.
    warn: told if a graphics card has too little memory for the whole picture. Raises a UserError if the limit
    or the card's memory is too low, and a DiskError if a scratch file does not fit on its disk.
    """
    weights = dict(transformer.named_parameters()) | dict(weights)
    if weights["contract1.weight"].device.type != "cpu":
        return draw_on_device(
            transformer,
            photo,
            parameters,
            weights=weights,
            memory_limit=memory_limit,
            shared=shared,
            warn=warn,
        )
    plan = _plan_for_photo(photo, memory_limit=memory_limit, threads=torch.get_num_threads())
    return _draw_in_strips(weights, photo, parameters, plan=plan, shared=shared)


def draw_on_device(
    transformer: Transformer,
    photo: Image.Image,
    parameters: StyleParameters,
    *,
    weights: Mapping[str, Tensor],
    memory_limit: int,
    shared: SharedMoments | None = None,
    warn: Warn = logger.warning,
) -> Image.Image:
    """Redraw a photo on a graphics card: whole, or in strips if its memory does not suffice.

    The feature maps of strips wait in the processor's memory. Strips are drawn in single precision, where
    CUDA draws the whole picture in half: that differs by 2 levels of 255 at most. weights: all of the
    transformer's, on the card. The rest is as for `draw_picture`.
    """
    device = weights["contract1.weight"].device
    rows = 0  # of the strips that were tried last

    def draw_whole() -> Image.Image:
        pixels = mirror_to_fit(to_tensor(photo, device=device)).contiguous(memory_format=torch.channels_last)
        with half_precision(device):
            moments = shared.compute if shared else compute_moments
            pixels = functional_call(transformer, dict(weights), (pixels, parameters), {"moments": moments})
        return to_picture(pixels[:, :, : photo.height, : photo.width])

    def list_attempts() -> Iterator[Callable[[], Image.Image]]:
        nonlocal rows
        yield draw_whole
        plan = _plan_for_photo(photo, memory_limit=memory_limit, threads=1)
        while plan.rows != rows:
            rows = plan.rows
            yield partial(_draw_in_strips, weights, photo, parameters, plan=plan, shared=shared)
            plan = replace(plan, rows=max(min(rows, FEWEST_ROWS), rows // 4))

    picture = do_within_memory(
        list_attempts(),
        device=device,
        smallest=f"strips of {FEWEST_ROWS} rows of {photo.width} x {photo.height} pixels",
    )
    if rows:
        warn(
            f"the GPU has too little memory for {photo.width} x {photo.height} pixels at once and draws"
            f" strips of {rows} rows."
        )
    return picture


def _plan_for_photo(photo: Image.Image, *, memory_limit: int, threads: int) -> StripPlan:
    if photo.width * photo.height > LARGE or 2 * find_own_memory() > memory_limit:
        return_freed_memory()  # of reading the photo, and of the picture before
    return plan_strips(
        photo.width, photo.height, memory_limit=memory_limit, used=find_own_memory(), threads=threads
    )


def _draw_in_strips(
    weights: Mapping[str, Tensor],
    photo: Image.Image,
    parameters: StyleParameters,
    *,
    plan: StripPlan,
    shared: SharedMoments | None,
) -> Image.Image:
    picture = Image.new("RGB", photo.size)
    first, above = 0, 0  # rows that are drawn, and rows of them that come again
    last: Tensor | None = None  # the one above them
    for rows in draw_strips(weights, photo, parameters, plan=plan, shared=shared):
        # Whether a row is dithered depends on the one above it.
        strip = rows if last is None else torch.cat([last, rows])
        pixels = strip[:, : photo.width].permute(2, 0, 1)[None]
        part = to_picture(pixels, top=first - above)
        picture.paste(part.crop((0, above, part.width, part.height)), (0, first))
        first, above, last = first + len(rows), 1, rows[-1:].clone()
    return picture


def draw_strips(
    weights: Mapping[str, Tensor],
    photo: Image.Image,
    parameters: StyleParameters,
    *,
    plan: StripPlan,
    shared: SharedMoments | None = None,
) -> Iterator[Tensor]:
    """Yield the pixels of strip after strip, (rows, width, 3), RGB from 0 to 1.

    Width and rows are those that the network takes, up to three more than the photo's.
    """
    with open_strip_workers(plan.threads) as workers:
        drawing = StripDrawing(
            photo=MirroredPhoto(photo),
            kernels=make_strip_kernels(weights),
            parameters=parameters,
            workers=workers,
            rows=plan.rows,
            shared={layer: (mean[0], variance[0]) for layer, (mean, variance) in shared.layers.items()}
            if shared
            else {},
            make_map=partial(FeatureMap, scratch=plan.scratch, device=weights["contract1.weight"].device),
            keeps_last_map=plan.keeps_last_map,
        )
        yield from drawing.draw()


def plan_strips(width: int, height: int, *, memory_limit: int, used: int, threads: int) -> StripPlan:
    """Choose the fastest way to draw a picture of this size that fits the limit.

    memory_limit: bytes of the whole process. used: bytes that it occupies already. threads: at most. Feature
    maps stay in memory if there is room for them; otherwise they go to scratch files, at most 32 bytes for
    each pixel. Raises a UserError that says the least that works if not even a strip fits.
    """
    pixels = width * height
    # A worker reads and writes other pictures meanwhile; see `executors.worker_memory`.
    others = max(0, round(AHEAD * memory_limit) - 2 * PICTURE * pixels)
    used += others + PICTURE * pixels
    rows = min(FAST // width, -(-height // threads))  # so that every thread has a strip
    plan = StripPlan(rows=min(height, max(FAST_ROWS, rows)), threads=threads)
    for bytes_, keeps_last_map in ((ALL_MAPS, True), (MAPS, False)):
        if used + bytes_ * pixels + _strip_bytes(width, plan) <= memory_limit:
            return replace(plan, keeps_last_map=keeps_last_map)
    plan = replace(plan, scratch=find_scratch_folder(), keeps_last_map=False)
    while used + _strip_bytes(width, plan) > memory_limit:
        if plan.rows > SCARCE_ROWS or (plan.threads == 1 and plan.rows > FEWEST_ROWS):
            plan = replace(plan, rows=max(FEWEST_ROWS, plan.rows // 2))
        elif plan.threads > 1:
            plan = replace(plan, threads=plan.threads // 2)
        else:
            here = used - others + _strip_bytes(width, plan)
            least = find_setting(max(here, round((here - 2 * PICTURE * pixels) / (1 - AHEAD))))
            raise UserError(
                f"memory_limit is {find_setting(memory_limit) / 1e6:.0f} MB, but drawing {width} x {height}"
                f" pixels takes at least {-(-least // 10**6)} MB. Raise STYLIZE['memory_limit'] or lower"
                " STYLIZE['long_edge']."
            )
    return plan


def _strip_bytes(width: int, plan: StripPlan) -> int:
    return STRIP * width * (plan.rows + HALO) * plan.threads

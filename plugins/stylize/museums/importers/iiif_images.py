"""Find the pictures of a canvas: their files, image services and thumbnails.

IIIF Presentation API 3.0, section 5 (annotations with the motivation "painting"), and 2.1, section 5.4
(`images` with a `resource`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ..record import ImageFile
from .answer import View
from .iiif_texts import read_address

THUMBNAIL = 400  # pixels wide
MOST_IMAGES = 50  # of a canvas that are looked at
_CHOICES = ("Choice", "oa:Choice")
_SPECIFIC = ("SpecificResource", "oa:SpecificResource")


class Service(NamedTuple):
    """An image service, as a manifest names it."""

    address: str = ""  # without a slash at the end
    version: int = 0  # 1, 2 or 3; 0 if it is not named
    scales: bool = False  # whether it says that it sends any size: level 1 or 2


@dataclass(frozen=True, slots=True)
class CanvasImage:
    """One picture on a canvas."""

    files: tuple[ImageFile, ...]  # the best first
    service: str  # the address of its image service; "" if it has none
    thumbnail: str
    sources: tuple[View, ...]  # the objects that may have rights of their own, the nearest first


def read_images(canvas: View, *, address: str) -> list[CanvasImage]:
    """Return the pictures of a canvas, in the order in which they are painted. address: of the manifest."""
    images = []
    for annotation, body in list(_find_bodies(canvas))[:MOST_IMAGES]:
        service = read_service(body)
        file = ImageFile(
            url=read_address(body, base=address),
            width=_read_length(body, "width"),
            height=_read_length(body, "height"),
            media_type=body.text("format"),
        )
        files = tuple(each for each in (_full_image(service, file), file) if each.url)
        if files:
            images.append(
                CanvasImage(
                    files=tuple({each.url: each for each in reversed(files)}.values())[::-1],
                    service=service.address,
                    thumbnail=read_thumbnail(body) or _make_thumbnail(service, file),
                    sources=(body, annotation),
                )
            )
    return images


def _make_thumbnail(service: Service, file: ImageFile) -> str:
    """Return the address of a small picture, if the service scales and its picture is larger."""
    quality = "native" if service.version == 1 else "default"
    can_scale = service.scales and file.width > THUMBNAIL
    return f"{service.address}/full/{THUMBNAIL},/0/{quality}.jpg" if can_scale else ""


def _scales(service: View) -> bool:
    profiles = [each.value for each in service.views("profile")]
    return any(isinstance(each, str) and re.search(r"level[12]\b", each) for each in profiles)


def read_service(resource: View) -> Service:
    """Return the image service of a resource, the newest if there are several; other services are none."""
    services = [
        Service(address, version, _scales(each))
        for each in resource.views("service")
        if (address := read_address(each).rstrip("/")) and (version := _read_version(each)) is not None
    ]
    return max(services, key=lambda service: service.version, default=Service())


def read_thumbnail(source: View) -> str:
    """Return the address of a thumbnail, "" if there is none; of a service, a picture 400 pixels wide."""
    for thumbnail in source.views("thumbnail"):
        if address := read_address(thumbnail):
            service = read_service(thumbnail) if isinstance(thumbnail.value, dict) else Service()
            is_service = address.rstrip("/") == service.address
            return f"{service.address}/full/{THUMBNAIL},/0/default.jpg" if is_service else address
    return ""


def _find_bodies(canvas: View) -> Iterator[tuple[View, View]]:
    """Yield annotations and the pictures they paint."""
    for annotation in canvas.views("images"):  # version 2
        if isinstance(annotation.value, dict) and (body := _resolve(annotation.at("resource"))):
            yield annotation, body
    for page in canvas.views("items"):
        if not isinstance(page.value, dict):  # the address of a page that would have to be asked for
            continue
        for annotation in page.views("items"):
            motivations = annotation.texts("motivation")
            if motivations and "painting" not in motivations:
                continue
            bodies = annotation.views("body")
            # Several bodies are alternatives in practice, the first of them the usual one.
            for body in filter(None, map(_resolve, bodies[:1])):
                yield annotation, body


def _resolve(body: View) -> View | None:
    """Return the image of a body: of a choice its default, of a part of an image the whole."""
    for _ in range(4):
        if not isinstance(body.value, dict):
            return None
        kind = body.text("type") or body.text("@type")
        if kind in _CHOICES:
            body = body.at("default") if body.at("default") else body.at("items", 0) or body.at("item", 0)
        elif kind in _SPECIFIC:
            body = body.at("source") if body.at("source") else body.at("full")
        else:
            is_image = kind.rpartition(":")[2] in ("Image", "") or body.text("format").startswith("image/")
            return body if is_image else None
    return None


def _read_version(service: View) -> int | None:
    """Return the version of an image service, 0 if it does not say; None if it is no image service."""
    if not isinstance(service.value, dict):
        return None
    words = " ".join(
        text
        for name in ("type", "@type", "@context", "context", "profile")
        for each in service.views(name)
        if isinstance(text := each.value, str)
    )
    for version, marks in (
        (3, ("ImageService3", "image/3")),
        (2, ("ImageService2", "image/2")),
        (1, ("ImageService1", "image/1", "image-api/1", "image-api/compliance", "image-api/conformance")),
    ):
        if any(mark in words for mark in marks):
            return version
    return 0 if not words or re.search(r"\blevel[012]\b|image", words) else None  # or of a login, a search


def _full_image(service: Service, file: ImageFile) -> ImageFile:
    """Return the largest file of a service: `max` in version 3, `full` before."""
    if not service.address:
        return ImageFile(url="")
    size = "max" if service.version == 3 else "full"
    quality = "native" if service.version == 1 else "default"
    whole = (f"{service.address}/full/full/", f"{service.address}/full/max/")
    is_file = file.url.startswith(whole)
    return ImageFile(
        url=file.url if is_file else f"{service.address}/full/{size}/0/{quality}.jpg",
        width=file.width if is_file else 0,
        height=file.height if is_file else 0,
        media_type=file.media_type if is_file else "image/jpeg",
    )


def _read_length(body: View, name: str) -> int:
    value = body.at(name).value
    return int(value) if isinstance(value, int | float) and 0 < value < 10**6 else 0

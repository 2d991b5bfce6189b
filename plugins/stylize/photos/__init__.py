"""The author's photos: where they lie, who made them, and what is already known of them."""

from .finding import find_photo
from .index import PhotoIndex

__all__ = ["PhotoIndex", "find_photo"]

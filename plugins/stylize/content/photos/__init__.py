"""The author's photos: how they are found, their credits, and the cache of their sizes and digests."""

from .credit_files import credit_path
from .index import PhotoIndex
from .lookup import find_mask, find_photo, list_candidate_paths, list_mask_paths, list_photos

__all__ = [
    "PhotoIndex",
    "credit_path",
    "find_mask",
    "find_photo",
    "list_candidate_paths",
    "list_mask_paths",
    "list_photos",
]

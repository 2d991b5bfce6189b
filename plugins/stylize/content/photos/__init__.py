"""The author's photos: where they lie, who made them, and what is already known of them."""

from .credit_files import credit_path
from .index import PhotoIndex
from .lookup import candidate_paths, find_photo, photos_in

__all__ = ["PhotoIndex", "candidate_paths", "credit_path", "find_photo", "photos_in"]

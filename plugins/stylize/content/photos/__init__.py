"""The author's photos: where they lie, who made them, and what is already known of them."""

from .credit_files import credit_path
from .index import PhotoIndex
from .lookup import find_photo, paths_of, photos_in

__all__ = ["PhotoIndex", "credit_path", "find_photo", "paths_of", "photos_in"]

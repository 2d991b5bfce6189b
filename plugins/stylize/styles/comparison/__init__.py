"""The board that shows one photo in many styles."""

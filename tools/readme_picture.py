"""Puts a photo, an artwork and the optimized picture made of them side by side, for README.md.

python tools/readme_picture.py        after `invoke build`; then tools/label_pictures.py
"""

from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
HEIGHT = 360  # pixels
GAP = 12  # pixels


def main() -> None:
    """Write docs/images/photo-artwork-picture.jpg from the demo blog's own files."""
    (folder,) = (ROOT / "output" / "pictures").glob("mont-saint-michel-harvesters-*")
    picture = max(folder.glob("*.jpg"), key=lambda path: int(path.stem))
    photo, artwork = ROOT / "content/photos/mont-saint-michel.jpg", ROOT / "styles/harvesters/artwork.jpg"
    images = [scaled(path) for path in (photo, artwork, picture)]
    width = sum(image.width for image in images) + GAP * (len(images) - 1)
    sheet = Image.new("RGB", (width, HEIGHT), "white")
    left = 0
    for image in images:
        sheet.paste(image, (left, 0))
        left += image.width + GAP
    target = ROOT / "docs" / "images" / "photo-artwork-picture.jpg"
    target.parent.mkdir(exist_ok=True)
    sheet.save(target, quality=82, optimize=True)


def scaled(path: Path) -> Image.Image:
    """Return an image at the sheet's height."""
    with Image.open(path) as image:
        return image.convert("RGB").resize((round(image.width * HEIGHT / image.height), HEIGHT))


if __name__ == "__main__":
    main()

"""A blog whose authors, photographers and museums type what breaks pages."""

import json
import shutil

from blog import ROOT, Blog

LONG = "A title that does not end, " * 75  # 2,025 characters
assert len(LONG) >= 2000
WORDS = {
    "tags": '</script><b>bold</b> <!-- "x" -->',
    "signs": "5 < 6 & 7 > 2; \"quoted\", 'single', &amp; &lt;i&gt; a\\b {{ x }} %s",
    "emoji": "Pier 🌊👩‍👩‍👧‍👦 naïve ﬁn e\u0301",
    "right to left": "رصيف البحر & מזח <ים> (2026)",
    "long": LONG.strip(),
}
SOURCE = "https://photos.example/item?a=1&b=%22x%22&copy=2"
ARTWORK_SOURCE = "https://museum.example/o'k?id=1&lang=he#top"


def write_posts(blog: Blog) -> None:
    """Write a post for each kind of words, with its own photo and style, and the demo theme around them."""
    blog.theme = str(ROOT / "theme")
    blog.settings.update(
        SITEURL="https://pier.example", FEED_ALL_ATOM="all.atom.xml", FEED_ALL_RSS="all.rss.xml"
    )
    for number, words in enumerate(WORDS.values()):
        photo = blog.photo(f"{number}.jpg", color=f"hsl({number * 60}, 60%, 50%)")
        photo.with_suffix(".toml").write_text(
            f"title = {_toml(words)}\ncreator = {_toml(words)}\ninstitution = {_toml(words)}\n"
            f'source_url = {_toml(SOURCE)}\nlicense = "CC-BY-4.0"\nalt = {_toml(words)}\n',
            "utf-8",
        )
        _write_style(blog, f"style-{number}", words)
        # Pelican takes titles for HTML, and makes file names of them unless there is a slug.
        title = words.replace("&", "&amp;").replace("<", "&lt;")
        fields = {"Title": title, "Slug": f"post-{number}", "Style": f"style-{number}"}
        blog.post(f"post-{number}", "Words.", **fields, Photos=f"{number}.jpg")


def _write_style(blog: Blog, slug: str, words: str) -> None:
    folder = blog.root / "styles" / slug
    shutil.copytree(blog.root / "styles" / "harvesters", folder)
    path = folder / "style.toml"
    lines = []
    for line in path.read_text("utf-8").splitlines():
        name = line.partition(" = ")[0]
        if name in (
            "title",
            "creator",
            "date",
            "medium",
            "institution",
            "accession",
            "credit_line",
            "meaning",
        ):
            line = f"{name} = {_toml(words)}"
        if name == "source_url":
            line = f"{name} = {_toml(ARTWORK_SOURCE)}"
        lines.append(line)
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _toml(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)  # a basic string is written alike in both

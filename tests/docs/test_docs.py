"""What the docs say is true."""

import ast
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pelican.plugins.stylize.model.entities import CATEGORIES
from pelican.plugins.stylize.museums.importers.registry import MUSEUMS
from PIL import Image

ROOT = Path(__file__).parents[2]
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def code_blocks(path: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def all_texts() -> str:
    """Return every text of the plugin's code, in pieces where values are put in."""
    texts = []
    for path in (ROOT / "plugins" / "stylize").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else "\0" for part in node.values]
                texts.append("".join(parts))
    return "\n".join(texts)


def test_the_messages_in_the_handbook_are_those_of_the_code():
    table = (ROOT / "docs" / "writing.md").read_text("utf-8").partition("| What you see | What to do |")[2]
    messages = [row.split(" | ")[0].strip("| ") for row in table.splitlines() if row.startswith("| ")]
    assert len(messages) > 25
    texts = all_texts()
    for message in messages:
        # Names, numbers and suggestions are put in; what stands between them is the code's own.
        pieces = re.split(
            r"'[^']*'|“[^”]*”|\d+(?: pictures?)?|\S+\.\w+|Did you mean.*|CC BY\S*|GIF|EXIF|content|Style|title|date|the control character U\+"
            r"|pelican-stylize \w+|[,:]",
            message,
        )
        words = [piece.strip(" .,()x") for piece in pieces]
        for piece in (piece for piece in words if len(piece) > 8):
            assert piece in texts, f"{message}: {piece!r}"


@pytest.fixture(scope="module")
def commands():
    """The commands of this repository by name: those of every blog, and its own."""
    from invoke.loader import FilesystemLoader

    module, _ = FilesystemLoader(start=str(ROOT)).load("tasks")
    return {name: module.namespace[name] for name in module.namespace.task_names}


def test_every_command_in_the_docs_is_one_of_ours(commands):
    for path in DOCS:
        for name in re.findall(
            r"(?:[`/\n]|\$ )(?:invoke|pelican-stylize) ([a-z][a-z.]+)", path.read_text("utf-8")
        ):
            assert name in commands, f"{path.name}: {name}"


def test_every_task_explains_itself_in_a_line(commands):
    for name, task in commands.items():
        lines = (task.__doc__ or "").strip().splitlines()
        assert lines and lines[0].endswith("."), name


def test_every_link_within_the_docs_leads_to_a_file_and_its_heading():
    for path in DOCS:
        prose = re.sub(r"```.*?```|`[^`]*`", "", path.read_text("utf-8"), flags=re.DOTALL)
        for link, _, anchor in re.findall(r"\]\(([^)#\s]*)(#([^)\s]+))?\)", prose):
            if "://" in link:
                continue
            target = path.parent / link if link else path
            assert target.exists(), f"{path.name}: {link}"
            if anchor:
                assert anchor in headings(target), f"{path.name}: {link}#{anchor}"


def headings(page: Path) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a page."""
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_module_and_file_that_the_docs_name_exists(commands):
    plugin = ROOT / "plugins" / "stylize"
    packages = {path.parent.name for path in plugin.glob("*/__init__.py")}
    for path in DOCS:
        for name in re.findall(r"`([\w./-]+)`", path.read_text("utf-8")):
            if name in commands or name.endswith((".json", ".jsonl", ".jsonld")):
                continue
            if name.endswith(".py") or name.startswith("tests/"):
                found = (ROOT / name).exists() or list(plugin.parent.rglob(name))
            elif name.partition(".")[0] in packages:
                found = is_in_the_code(plugin, name.split("."))
            else:
                continue
            assert found, f"{path.name}: {name}"


def is_in_the_code(folder: Path, parts: list[str]) -> bool:
    """Whether dotted parts name a package, a module, or a definition in one."""
    if not parts:
        return True
    if (folder / parts[0]).is_dir():
        return is_in_the_code(folder / parts[0], parts[1:])
    module = folder / f"{parts[0]}.py"
    return module.exists() and all(re.search(rf"\b{name}\b", module.read_text("utf-8")) for name in parts[1:])


@pytest.mark.parametrize("page", ["README.md", "docs/writing.md"])
def test_the_first_post_of_the_docs_builds(blog, page):
    post = next(block for block in code_blocks(ROOT / page, "markdown") if block.startswith("Title:"))
    settings = next(block for block in code_blocks(ROOT / page, "python") if block.startswith("STYLIZE"))
    for name in re.findall(r"([\w-]+\.jpg)", post):
        blog.photo(name)
    for style in re.findall(r"stylize=([\w-]+)", post):
        shutil.copytree(ROOT / "styles" / style, blog.root / "styles" / style, dirs_exist_ok=True)
    (blog.root / "content" / "first.md").write_text(post, "utf-8")
    said: dict[str, dict] = {"STYLIZE": {}}
    exec(settings, said)  # one line of our own docs
    blog.stylize.update(said["STYLIZE"])
    built = blog.build()
    assert built.code == 0, built.printed
    pages = [path.read_text() for path in built.output.glob("*.html")]
    assert any("AI modified" in text and "Ana Sol" in text for text in pages)


def test_every_post_of_the_handbook_builds(blog):
    page = ROOT / "docs" / "writing.md"
    posts = [block for block in code_blocks(page, "markdown") if block.startswith("Title:")]
    assert len(posts) >= 3
    for name in ("pier.jpg", "nets.jpg", "gulls.jpg"):
        blog.photo(name)
    draw_mask(blog.root / "content" / "photos" / "sky.png")
    shutil.copytree(ROOT / "styles" / "hubble-m51", blog.root / "styles" / "hubble-m51")
    for number, post in enumerate(posts):
        head = f"Date: 2026-11-01\nSlug: post-{number}\n"
        text = post if "\nDate:" in post else post.replace("\n", f"\n{head}", 1)
        (blog.root / "content" / f"post-{number}.md").write_text(text, "utf-8")
    built = blog.build()
    assert built.code == 0, built.printed


def draw_mask(path: Path) -> None:
    """Draw a mask of 300x200 pixels whose upper half is white."""
    mask = Image.new("L", (300, 200))
    mask.paste(255, (0, 0, 300, 100))
    mask.save(path)


def test_the_forms_of_a_picture_in_the_handbook_all_work(blog):
    text = (ROOT / "docs" / "writing.md").read_text("utf-8")
    forms = re.findall(r"^\| `(!\[.*?|\[!\[.*?)` \|", text, re.MULTILINE)
    assert len(forms) >= 5
    for name in ("nets.jpg", "pier.jpg"):
        blog.photo(name)
    draw_mask(blog.root / "content" / "photos" / "sky.png")
    shutil.copytree(ROOT / "styles" / "hubble-m51", blog.root / "styles" / "hubble-m51")
    words = "\n\n".join(form.replace("https://...", "https://example.org/") for form in forms)
    blog.post("forms", words, Style="harvesters", Photos="nets.jpg | Nets")
    built = blog.build()
    assert built.code == 0, built.printed
    assert built.page("forms.html").count("<figure") == len(forms)


def test_the_photo_credit_of_the_handbook_is_whole(blog):
    (credit,) = code_blocks(ROOT / "docs" / "writing.md", "toml")
    Image.new("RGB", (300, 200)).save(blog.root / "content" / "photos" / "pier.jpg")
    (blog.root / "content" / "photos" / "pier.toml").write_text(
        credit.replace("File:...", "File:Pier.jpg"), "utf-8"
    )
    blog.post("pier", "Words.", Style="harvesters", Photos="pier.jpg")
    built = blog.build()
    assert built.code == 0, built.printed
    assert "Ines Marsh" in built.page("pier.html")
    shutil.rmtree(built.output)


def test_each_picture_of_the_docs_says_in_its_file_what_stands_below_it():
    labels_of = runpy.run_path(str(ROOT / "tools" / "label_pictures.py"))["labels_of"]
    labels = {picture: packet for page in DOCS for picture, packet in labels_of(page)}
    assert {path.name for path in labels} == {path.name for path in (ROOT / "docs").rglob("*.jpg")}
    unlabelled = [path.name for path, packet in labels.items() if packet not in path.read_bytes()]
    assert unlabelled == [], "python tools/label_pictures.py"
    readme = labels[ROOT / "docs/images/photo-artwork-picture.jpg"].decode()
    assert "The Harvesters &lt;https://www.metmuseum.org/art/collection/search/435809&gt;, 1565" in readme


def test_the_page_of_commands_is_what_the_commands_say():
    # In a process of its own: invoke hands out the help of an option once.
    program = "import runpy; print(runpy.run_path('tools/commands_page.py')['write_page'](), end='')"
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    assert (ended.stdout, ended.stderr) == (page, ""), "run: python tools/commands_page.py"


def test_the_first_example_for_python_prints_what_the_page_says(tmp_path):
    page = ROOT / "docs" / "api.md"
    (example, *_), (printed, *_) = code_blocks(page, "python"), code_blocks(page, "text")
    for name in ("styles", "content"):
        (tmp_path / name).symlink_to(ROOT / name)
    ended = subprocess.run(
        [sys.executable, "-c", example], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (ended.stdout, ended.stderr) == (printed, "")
    assert (tmp_path / "petra.jpg").stat().st_size > 10_000


def test_the_list_of_decisions_names_each_page_by_its_title():
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(
        r"^(\d+\. )\[(.+)\]\((.+)\)$", (folder / "README.md").read_text("utf-8"), re.MULTILINE
    )
    pages = sorted(path for path in folder.glob("0*.md"))
    assert [name for _, _, name in listed] == [path.name for path in pages]
    for (number, title, _), path in zip(listed, pages, strict=True):
        assert path.read_text("utf-8").startswith(f"# {number}{title}\n")


def test_the_first_change_finds_its_words_where_the_page_says():
    (found,) = re.findall(
        r"^(plugins/\S+):(\d+):(.+)$", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE
    )
    path, number, line = found
    assert (ROOT / path).read_text("utf-8").splitlines()[int(number) - 1] == line


def test_the_table_of_museums_is_what_the_museums_say():
    page = (ROOT / "docs" / "museums.md").read_text("utf-8")
    program = "import runpy, sys; print(runpy.run_path('tools/museums_page.py')['write_page'](sys.stdin.read()), end='')"
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, input=page, capture_output=True, text=True, check=False
    )
    assert (ended.stdout, ended.stderr) == (page, ""), "run: python tools/museums_page.py"


def test_each_category_has_a_search_to_begin_with():
    page = (ROOT / "docs" / "museums.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| `museum\.search \"[^\"]+\" --at ([a-z,]+)`", page, re.MULTILINE)
    assert [name for name, _ in rows] == list(CATEGORIES)
    searched = {museum.name for museum in MUSEUMS if museum.ask_search}
    assert {name for _, names in rows for name in names.split(",")} <= searched

"""A new site takes the place of the old one at once, and nothing that no build made is lost."""

import errno
import json
import os
import subprocess
from pathlib import Path

import pytest
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.storage import site_lock
from pelican.plugins.stylize.storage.checksums import write_checksums
from pelican.plugins.stylize.storage.site_entries import watch_build
from pelican.plugins.stylize.storage.site_swap import new_site, remove_site


class Folder:
    """An output folder, and what was said about it."""

    def __init__(self, blog: Path) -> None:
        self.blog, self.output = blog, blog / "output"
        self.told: list[str] = []

    def write(self, *names: str, words: str = "author") -> None:
        for name in names:
            path = self.output / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(words)

    def build(self, *names: str, output: Path | None = None) -> None:
        """Build in place, with a memory of what was made."""
        with site_lock.release_afterwards():
            lock = site_lock.acquire(output or self.output)
            watch_build(lock, blog=self.blog, retained=None, remember=lambda: True)
            self.write(*names, words="built")

    def publish(self, *names: str, retained: tuple[str, ...] = (), **options) -> None:
        with site_lock.release_afterwards():
            lock = site_lock.acquire(self.output)
            told = self.told.append
            with new_site(lock, blog=self.blog, retained=retained, tell=told, **options) as coming:
                for name in names:
                    (coming / name).parent.mkdir(parents=True, exist_ok=True)
                    (coming / name).write_text("published")

    def clean(self, *, retained: tuple[str, ...] = ()) -> None:
        with site_lock.release_afterwards():
            lock = site_lock.acquire(self.output)
            remove_site(lock, blog=self.blog, retained=retained, tell=self.told.append)

    @property
    def files(self) -> dict[str, str]:
        paths = (path for path in self.output.rglob("*") if path.is_file() or path.is_symlink())
        return {path.relative_to(self.output).as_posix(): path.read_text() for path in paths}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Folder:
    monkeypatch.chdir(tmp_path)
    return Folder(tmp_path)


def test_a_new_site_takes_the_place_of_the_old_one_and_nothing_else_is_left(folder, tmp_path):
    folder.build("index.html", "drafts/secret.html")
    folder.publish("index.html", "pier/index.html")
    assert folder.files == {"index.html": "published", "pier/index.html": "published"}
    assert names(tmp_path) == [".output.stylize", "output"]
    assert names(tmp_path / ".output.stylize") == [".gitignore", "entries.json", "lock"]
    assert folder.told == []


def test_what_no_build_made_stays_and_a_line_says_so(folder):
    folder.publish("index.html")
    folder.write(".git/HEAD", "CNAME", "google1.html", "old/page.html")
    (folder.output / "files").symlink_to("/nowhere")
    repository = (folder.output / ".git").stat().st_ino
    folder.publish("index.html", "CNAME")
    assert folder.told == ["output: no build made .git, files, google1.html, old; kept."]
    assert (folder.output / "files").readlink() == Path("/nowhere")
    (folder.output / "files").unlink()
    assert folder.files == {
        ".git/HEAD": "author",
        "CNAME": "published",
        "google1.html": "author",
        "index.html": "published",
        "old/page.html": "author",
    }
    assert (folder.output / ".git").stat().st_ino == repository  # the folder itself, not a copy


def test_what_builds_made_goes_when_a_site_is_published_without_it(folder):
    folder.build("index.html", "drafts/secret.html", "robots.txt")
    folder.build("index.html", "drafts/other.html")
    folder.publish("index.html")
    folder.build("drafts/secret.html")
    folder.publish("index.html")
    assert folder.files == {"index.html": "published"}


def test_a_repository_that_came_during_a_build_is_the_authors(folder):
    folder.build("index.html", ".git/HEAD", "CNAME", ".nojekyll")
    folder.publish("index.html")
    assert sorted(folder.files) == [".git/HEAD", ".nojekyll", "CNAME", "index.html"]


def test_what_the_settings_retain_stays_whoever_made_it_and_new_files_win(folder):
    folder.build("index.html", "photos/old.jpg", "photos/both.jpg", "notes.txt")
    folder.publish("index.html", "photos/both.jpg", retained=("photos", "notes.txt"))
    assert folder.files == {
        "index.html": "published",
        "notes.txt": "built",
        "photos/both.jpg": "published",
        "photos/old.jpg": "built",
    }


def publish_with_list(folder, *names, **options):
    """Publish with the list of all files, as the commands do."""
    made = (*names, "provenance/index.json")
    folder.publish(*made, complete=lambda site: write_checksums(site, named=()), **options)


def test_the_authors_files_inside_folders_of_builds_stay(folder):
    publish_with_list(folder, "index.html", "pictures/pier.jpg", "drafts/old.html", "tags/sea.html")
    folder.write("pictures/mine.txt", "drafts/notes/readme.txt", "pictures/pier.jpg")
    for _ in range(2):  # the second list has them too
        publish_with_list(folder, "index.html", "pictures/net.jpg")
        assert folder.files == {
            "drafts/notes/readme.txt": "author",
            "index.html": "published",
            "pictures/mine.txt": "author",
            "pictures/net.jpg": "published",
            "provenance/index.json": "published",
            "provenance/SHA256SUMS": (folder.output / "provenance/SHA256SUMS").read_text(),
        }
        assert folder.told.pop() == "output: no build made drafts/notes/readme.txt, pictures/mine.txt; kept."
    assert folder.told == []


def test_a_build_in_place_does_not_forget_the_authors_files_inside(folder):
    publish_with_list(folder, "index.html", "pictures/pier.jpg")
    folder.write("pictures/mine.txt")
    folder.build("index.html", "pictures/draft.jpg", "drafts/new.html")
    (folder.output / "provenance/SHA256SUMS").unlink()  # as a build in place does
    folder.build("index.html")
    folder.publish("index.html", "pictures/pier.jpg")
    assert folder.files == {
        "index.html": "published",
        "pictures/mine.txt": "author",
        "pictures/pier.jpg": "published",
    }
    folder.clean()
    assert folder.files == {"pictures/mine.txt": "author"}
    assert folder.told == ["output: no build made pictures/mine.txt; kept."] * 2


def test_a_page_of_the_new_site_wins_over_the_authors_file(folder):
    publish_with_list(folder, "index.html", "tags/sea.html")
    folder.write("tags/net.html", "tags/pier/note.txt")
    publish_with_list(folder, "index.html", "tags/net.html", "tags/pier")
    assert folder.files["tags/net.html"] == folder.files["tags/pier"] == "published"
    assert folder.told == []


def test_without_a_memory_pages_are_put_aside_and_other_things_stay(folder, tmp_path):
    folder.write("index.html", "drafts/secret.html", "google1.html", "ads.txt", ".well-known/acme/token.html")
    folder.publish("index.html")
    assert sorted(folder.files) == [".well-known/acme/token.html", "ads.txt", "index.html"]
    assert names(tmp_path / "output.aside") == ["drafts", "google1.html"]
    assert folder.told[1:] == [
        "output: it is not known whether a build made drafts, google1.html, so it is now in output.aside. Move"
        " back what is yours, which then stays, and remove the rest."
    ]
    (tmp_path / "output.aside" / "google1.html").rename(folder.output / "google1.html")
    folder.publish("index.html")
    assert folder.files["google1.html"] == "author"


def test_a_page_that_a_killed_build_made_is_not_published(folder, tmp_path):
    folder.build("index.html")
    memory = tmp_path / ".output.stylize" / "entries.json"
    begun = json.loads(memory.read_text()) | {"before": ["index.html"]}
    memory.write_text(json.dumps(begun))
    folder.write("drafts/secret.html")
    folder.publish("index.html")
    assert folder.files == {"index.html": "published"}
    assert (tmp_path / "output.aside" / "drafts" / "secret.html").read_text() == "author"


def test_another_blogs_pages_are_put_aside_and_not_lost(folder, tmp_path):
    folder.publish("index.html", "pier.html")
    folder.blog = tmp_path / "other"
    folder.publish("index.html")
    assert folder.files == {"index.html": "published"}
    assert (tmp_path / "output.aside" / "pier.html").read_text() == "published"


def test_a_linked_output_is_replaced_where_the_link_leads(folder, tmp_path):
    (tmp_path / "srv" / "www").mkdir(parents=True)
    folder.output.symlink_to("srv/www")
    for _ in range(2):
        folder.publish("index.html")
    assert folder.output.readlink() == Path("srv/www")
    assert names(tmp_path / "srv") == [".www.stylize", "www"]
    assert names(tmp_path / "srv" / "www") == ["index.html"]
    folder.clean()
    assert names(tmp_path / "srv" / "www") == []


def test_the_former_names_of_a_killed_run_are_cleared_even_if_one_is_a_link(folder, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "output.coming").mkdir()
    (tmp_path / "output.going").symlink_to("elsewhere")
    folder.publish("index.html")
    assert names(tmp_path) == [".output.stylize", "elsewhere", "output"]


def test_the_old_site_stays_if_the_new_one_fails_or_is_empty(folder, tmp_path):
    folder.publish("index.html")
    folder.write("index.html", words="old")
    with pytest.raises(KeyboardInterrupt), site_lock.release_afterwards():
        lock = site_lock.acquire(folder.output)
        with new_site(lock, blog=tmp_path, retained=(), tell=print) as coming:
            (coming / "index.html").write_text("half")
            raise KeyboardInterrupt
    with pytest.raises(UserError, match="output: the build wrote nothing there, so the last site stays"):
        folder.publish()
    assert folder.files == {"index.html": "old"}
    assert names(tmp_path / ".output.stylize") == [".gitignore", "entries.json", "lock"]


def test_the_new_folder_has_the_mode_of_the_old_one(folder):
    folder.publish("index.html")
    folder.output.chmod(0o2775)
    folder.publish("index.html")
    assert folder.output.stat().st_mode & 0o7777 == 0o2775


def test_an_output_that_is_a_file_is_refused_before_a_build(folder):
    folder.output.write_text("a file")
    with pytest.raises(
        UserError, match=r"^output: this is a file, but the site needs a folder\. Move it away, or"
    ):
        folder.publish("index.html")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_beside_which_nothing_can_be_written_is_refused_before_a_build(folder, tmp_path):
    folder.write("index.html")
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(UserError, match="there is no permission to write here"):
            folder.publish("index.html")
    finally:
        tmp_path.chmod(0o755)
    assert folder.files == {"index.html": "author"}


def test_a_mount_is_refused_before_a_build(folder, tmp_path):
    (folder.output / "inside it").mkdir(parents=True)
    mounting = ["mount", "-t", "tmpfs", "tmpfs", str(folder.output / "inside it")]
    if os.geteuid() or subprocess.run(mounting, capture_output=True).returncode:
        pytest.skip("only root may mount")
    try:
        with pytest.raises(UserError) as error:
            folder.publish("index.html")
    finally:
        subprocess.run(["umount", folder.output / "inside it"], check=True)
    assert str(error.value) == (
        "output/inside it: another disk or folder is mounted here, so output cannot be replaced as a whole."
        ' Name a folder where none is, as in OUTPUT_PATH = "output"'
    )


def test_clean_removes_what_builds_made_and_nothing_else(folder, tmp_path):
    folder.build("index.html", "tag/pier.html", "photos/pier.jpg")
    folder.clean(retained=("photos",))
    assert folder.files == {"photos/pier.jpg": "built"}
    folder.write("CNAME")
    folder.build("index.html")
    folder.clean(retained=("photos",))
    assert sorted(folder.files) == ["CNAME", "photos/pier.jpg"]
    assert folder.told[-1] == "output: no build made CNAME, photos; kept."


def test_clean_removes_an_output_that_is_empty_then(folder, tmp_path):
    folder.build("index.html")
    folder.clean()
    assert not folder.output.exists()


def test_clean_without_a_memory_keeps_everything_and_says_so(folder, tmp_path):
    folder.write("index.html")
    folder.clean()
    assert folder.files == {"index.html": "author"}
    assert folder.told == [
        "output: it is not known whether a build made index.html; kept. Remove by hand what is not yours."
    ]
    assert names(tmp_path) == ["output"]


def test_a_site_that_cannot_be_completed_changes_nothing(folder, tmp_path):
    folder.write("index.html", "drafts/secret.html")
    before = folder.files

    def fill_the_disk(coming: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with site_lock.release_afterwards(), pytest.raises(UserError, match="the disk is full"):
        lock = site_lock.acquire(folder.output)
        with new_site(
            lock, blog=folder.blog, retained=(), tell=folder.told.append, complete=fill_the_disk
        ) as coming:
            (coming / "index.html").write_text("published")
    assert folder.files == before
    assert not (tmp_path / "output.aside").exists()


def test_an_output_inside_another_one_outlives_the_outer_and_keeps_its_memory(folder):
    inner = Folder(folder.blog)
    inner.output = folder.output / "site"
    folder.publish("index.html")
    inner.publish("index.html", "drafts/old.html")
    folder.publish("index.html", "pier.html")
    assert folder.told == ["output: no build made .site.stylize, site; kept."]
    assert inner.files == {"index.html": "published", "drafts/old.html": "published"}
    inner.write("CNAME")
    inner.publish("index.html")
    assert inner.files == {"index.html": "published", "CNAME": "author"}
    assert inner.told == ["output/site: no build made CNAME; kept."]

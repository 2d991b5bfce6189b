"""From an artwork to a style, with a fake executor."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from fixtures.training_results import TRAINING
from pelican.plugins.stylize.executors.interface import Failed, TrainingStep, Tuned
from pelican.plugins.stylize.model.entities import Verdict
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.model.methods import NETWORK_FILES
from pelican.plugins.stylize.model.training_config import TrainingConfig, TrainingResult
from pelican.plugins.stylize.storage.atomic_files import sha256_of
from pelican.plugins.stylize.storage.safetensors_header import digest_tensors
from pelican.plugins.stylize.styles.library import load_style
from pelican.plugins.stylize.styles.style_toml import read_training
from pelican.plugins.stylize.styles.train import (
    StyleToTrain,
    check_config,
    find_training_photos,
    predict_style,
    tune_styles,
)

ROOT = Path(__file__).parents[2]
EMPTY = (2).to_bytes(8, "little") + b"{}"


class FakeExecutor:
    """Answers each tuning with one step and a style without tensors, or refuses it."""

    def __init__(self, *, refuses: str = "", training: TrainingResult = TRAINING) -> None:
        self.refuses = refuses
        self.training = training

    def predict(self, artwork, target):
        target.write_bytes(EMPTY)

    def tune(self, tasks):
        for task in tasks:
            if task.job == self.refuses:
                yield Failed(job=task.job, message="artwork.jpg: it is of one flat color.")
                continue
            assert task.workplace.is_dir()
            (task.workplace / "checkpoint.safetensors").touch()
            yield TrainingStep(job=task.job, step=1, steps=1, seconds=1.0, content=0.5, style=0.1)
            task.target.write_bytes(EMPTY)
            yield Tuned(job=task.job, training=self.training)


@pytest.fixture
def library(tmp_path):
    """Two styles, copied from those that ship."""
    for slug in ("harvesters", "third-class-carriage"):
        shutil.copytree(ROOT / "styles" / slug, tmp_path / "styles" / slug)
    return tmp_path / "styles"


@pytest.fixture
def styles(library, tmp_path):
    return [
        StyleToTrain(
            slug=slug,
            display_path=f"styles/{slug}",
            folder=library / slug,
            workplace=tmp_path / "tuning" / slug,
        )
        for slug in ("harvesters", "third-class-carriage")
    ]


@pytest.fixture
def photos():
    return [ROOT / "content" / "photos" / "petra.jpg"]


def refusal(action, *arguments, **named):
    with pytest.raises(UserError) as error:
        action(*arguments, **named)
    return str(error.value)


def test_a_tuned_style_can_be_read_and_says_how_it_was_made(styles, photos):
    reports = [answer for _, answer in tune_styles(styles, photos, FakeExecutor(), config=TrainingConfig())]
    assert [type(answer) for answer in reports] == [TrainingStep, Tuned, TrainingStep, Tuned]
    for style in styles:
        loaded = load_style(style.folder)
        assert loaded.weights.digest == digest_tensors(style.folder / "style.safetensors", where="")
        assert loaded.how_made == "Tuned on the artwork: the network, in 225 steps over 8 photos."


def test_the_record_of_a_training_is_written_into_style_toml_and_nothing_else_is_touched(styles, photos):
    path = styles[0].folder / "style.toml"
    head = path.read_text("utf-8").partition("[model]")[0]
    list(tune_styles(styles[:1], photos, FakeExecutor(), config=TrainingConfig()))
    digest = digest_tensors(styles[0].folder / "style.safetensors", where="")
    assert path.read_text("utf-8") == head + (
        "[model]\n"
        'method = "feed-forward"\n'
        "level = 2\n"
        f'digest = "{digest}"\n'
        'how = "Tuned on the artwork: the network, in 225 steps over 8 photos."\n'
        "\n"
        "[model.training]\n"
        "steps = 250\n"
        "best = 225\n"
        "seed = 0\n"
        "seconds = 231.5\n"
        'device = "cpu"\n'
        "style_before = 0.1928\n"
        "style_after = 0.0312\n"
        "content_before = 1.4036\n"
        "content_after = 0.6512\n"
        f'network = "{NETWORK_FILES["transformer.safetensors"]}"\n'
        'loss_network = "VGG-19"\n'
        "photos = 8\n"
        f'photos_digest = "{"d" * 64}"\n'
        'versions = { torch = "2.14.1", pillow = "13.0.0" }\n'
        'stopped = ""\n'
    )


def test_energy_is_saved_with_the_style_if_it_was_measured(styles, photos):
    (style, *_) = styles
    list(tune_styles([style], photos, FakeExecutor(), config=TrainingConfig()))
    assert "energy" not in (style.folder / "style.toml").read_text("utf-8")
    training = replace(TRAINING, energy=4.125, energy_known="read from RAPL")
    list(tune_styles([style], photos, FakeExecutor(training=training), config=TrainingConfig()))
    read = read_training(style.folder, display_path=style.display_path)
    assert (read.energy, read.energy_known) == (4.125, "read from RAPL")
    assert read == training


def test_a_style_that_was_judged_is_tuned_again_and_stays_judged(styles, photos):
    (style, *_) = styles
    path = style.folder / "style.toml"
    path.write_text(f'{path.read_text("utf-8")}\n[verdict]\nword = "cool"\non = 2026-11-22\n', "utf-8")
    for _ in range(2):
        list(tune_styles([style], photos, FakeExecutor(), config=TrainingConfig()))
        assert load_style(style.folder).verdict == Verdict(word="cool", on="2026-11-22")
        assert read_training(style.folder, display_path="") == TRAINING


def test_the_lines_of_a_record_end_as_they_did(styles, photos):
    record = styles[0].folder / "style.toml"
    record.write_bytes(record.read_bytes().replace(b"\n", b"\r\n"))
    list(tune_styles(styles[:1], photos, FakeExecutor(), config=TrainingConfig()))
    after = record.read_bytes()
    assert after.count(b"\n") == after.count(b"\r\n") > 20
    assert load_style(styles[0].folder).level == TRAINING.level


def test_a_style_tuned_twice_has_one_record(styles, photos):
    path = styles[0].folder / "style.toml"
    list(tune_styles(styles[:1], photos, FakeExecutor(), config=TrainingConfig()))
    once = path.read_text("utf-8")
    list(tune_styles(styles[:1], photos, FakeExecutor(), config=TrainingConfig()))
    assert path.read_text("utf-8") == once


def test_a_style_predicted_again_forgets_its_training(styles, photos):
    folder = styles[0].folder
    list(tune_styles(styles[:1], photos, FakeExecutor(), config=TrainingConfig()))
    digest = predict_style(folder, FakeExecutor(), display_path="styles/harvesters")
    assert (folder / "style.toml").read_text("utf-8").partition("[model]")[2] == (
        '\nmethod = "feed-forward"\nlevel = 0\n'
        f'digest = "{digest}"\nhow = "Predicted from the artwork, without training."\n'
    )


def test_a_style_that_is_refused_keeps_its_files_and_the_next_one_is_tuned(styles, photos):
    before = (styles[0].folder / "style.safetensors").read_bytes()
    reports = list(tune_styles(styles, photos, FakeExecutor(refuses="harvesters"), config=TrainingConfig()))
    assert [type(answer) for _, answer in reports] == [Failed, TrainingStep, Tuned]
    assert (styles[0].folder / "style.safetensors").read_bytes() == before


def test_a_checkpoint_is_used_only_when_asked_and_removed_at_the_end(styles, photos):
    class Looker(FakeExecutor):
        def tune(self, tasks):
            self.seen = [(task.workplace / "checkpoint.safetensors").exists() for task in tasks]
            yield from super().tune(tasks)

    looker = Looker()
    checkpoint = styles[0].workplace / "checkpoint.safetensors"
    for resume in (True, False):
        checkpoint.parent.mkdir(parents=True, exist_ok=True)
        checkpoint.touch()
        list(tune_styles(styles[:1], photos, looker, config=TrainingConfig(), resume=resume))
        assert looker.seen == [resume]
        assert not checkpoint.exists()


def test_a_style_that_does_not_exist_is_reported_before_anything_is_tuned(styles, photos, library):
    missing = replace(styles[1], folder=library / "ink", display_path="styles/ink")
    executor = FakeExecutor()
    executor.tune = None
    assert refusal(
        lambda: list(tune_styles([styles[0], missing], photos, executor, config=TrainingConfig()))
    ) == ("styles/ink: there is no such style. Make it of an artwork: pelican-stylize style.add FILE")


def test_a_style_tuned_for_another_network_is_named(styles, photos):
    list(tune_styles(styles[:1], photos, FakeExecutor(), config=TrainingConfig()))
    path = styles[0].folder / "style.toml"
    path.write_text(path.read_text("utf-8").replace('network = "d6b2', 'network = "0000'), "utf-8")
    assert refusal(load_style, styles[0].folder, display_path="styles/harvesters") == (
        "styles/harvesters/style.toml [model.training]: the style was tuned for another network "
        "(00009674f28b…, installed is d6b29674f28b…). Tune it again: pelican-stylize style.tune harvesters"
    )


def test_photos_to_tune_on_are_the_pictures_of_a_folder(tmp_path):
    for name in ("b.JPG", "a.png", "notes.txt", "b.toml"):
        (tmp_path / name).touch()
    (tmp_path / "more.jpg").mkdir()
    assert find_training_photos(tmp_path) == [tmp_path / "a.png", tmp_path / "b.JPG"]


def test_of_many_photos_a_hundred_are_taken_from_first_to_last(tmp_path):
    for number in range(250):
        (tmp_path / f"{number:03}.jpg").touch()
    found = find_training_photos(tmp_path)
    assert len(found) == 100
    assert [path.stem for path in (*found[:3], found[-1])] == ["000", "002", "005", "247"]


def test_a_folder_without_photos_is_reported(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    assert refusal(find_training_photos, tmp_path / "empty") == (
        "empty: there are no photos in this folder. Put some there, or name another: --photos FOLDER"
    )
    assert refusal(find_training_photos, tmp_path / "none") == (
        "none: there is no such folder. Name one with photos: --photos FOLDER"
    )


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (TrainingConfig(level=3), "--level is 3; write 1 to tune the weights, or 2 for the network too."),
        (TrainingConfig(steps=0), "--steps is 0, but tuning takes at least one; 250 are usual."),
        (
            TrainingConfig(style_weight=0),
            "--style-weight is 0; write a number from 0.1 to 1000: 30"
            " makes a faint style stronger, 5 keeps more of the photo. Without it, the weight is searched.",
        ),
        (
            TrainingConfig(style_weight=float("nan")),
            "--style-weight is nan; write a number from 0.1 to 1000: 30"
            " makes a faint style stronger, 5 keeps more of the photo. Without it, the weight is searched.",
        ),
        (
            TrainingConfig(budget=0),
            "--budget is 0 minutes, which is too short to tune anything; 4 are usual."
            " To predict a style without training: pelican-stylize style.predict",
        ),
    ],
)
def test_an_invalid_configuration_is_reported(config, message):
    assert refusal(check_config, config, budget_given=config == TrainingConfig()) == message


def test_a_new_artwork_and_its_record_are_all_that_a_prediction_needs(tmp_path):
    folder = tmp_path / "styles" / "mine"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "styles" / "whalers" / "artwork.jpg", folder)
    (folder / "style.toml").write_text(
        'title = "Mine"\ncategory = "art"\nmeaning = "Fog."\n\n[artwork]\n# from the museum\n'
        'title = "Whalers"\ncreator = "Joseph Mallord William Turner"\nlicense = "CC0-1.0"\n'
        'source_url = "https://www.metmuseum.org/art/collection/search/437854"\n'
    )
    predict_style(folder, FakeExecutor(), display_path="styles/mine")
    style = load_style(folder, display_path="styles/mine")
    assert style.artwork.digest == sha256_of(folder / "artwork.jpg")
    assert style.how_made == "Predicted from the artwork, without training."
    assert "# from the museum" in (folder / "style.toml").read_text()


def test_a_prediction_writes_the_digest_of_a_replaced_artwork(tmp_path):
    folder = tmp_path / "harvesters"
    shutil.copytree(ROOT / "styles" / "harvesters", folder)
    shutil.copy(ROOT / "styles" / "whalers" / "artwork.jpg", folder)
    predict_style(folder, FakeExecutor(), display_path="styles/harvesters")
    assert load_style(folder, display_path="x").artwork.digest == sha256_of(folder / "artwork.jpg")


def test_predicting_twice_writes_the_same_record(tmp_path):
    folder = tmp_path / "harvesters"
    shutil.copytree(ROOT / "styles" / "harvesters", folder)
    predict_style(folder, FakeExecutor(), display_path="styles/harvesters")
    once = (folder / "style.toml").read_text()
    predict_style(folder, FakeExecutor(), display_path="styles/harvesters")
    assert (folder / "style.toml").read_text() == once

"""Pictures of one hand, drawn by a worker: what they share is measured once for the whole series."""

from dataclasses import replace

from pelican.plugins.stylize.executors.file_refs import make_file_ref
from pelican.plugins.stylize.executors.interface import Done, Failed
from pelican.plugins.stylize.model.entities import Parameters
from pelican.plugins.stylize.model.methods import OPTIMIZE_SMALL
from PIL import Image


def make_series(task, **colors: tuple[int, int, int]) -> list:
    tasks = [task(name, color) for name, color in colors.items()]
    together = tuple(each.photo for each in tasks)
    return [replace(each, together=together) for each in tasks]


def color_of(task) -> tuple[int, int, int]:
    with Image.open(task.target) as picture:
        return picture.getpixel((9, 9))


def test_quick_pictures_share_what_was_measured_from_all_of_their_photos(executor, task, notes):
    series = make_series(task, day=(200, 100, 60), night=(20, 40, 60))
    assert all(isinstance(outcome, Done) for outcome in executor.run(series))
    assert [color_of(each) for each in series] == [(110, 70, 60)] * 2
    assert (notes / "measured").read_text() == "2 photos\n"


def test_of_a_large_series_as_many_photos_are_measured_as_of_one_of_256(executor, task, notes):
    colors = {f"photo{index}": (index, index, index) for index in range(260)}
    first, *_ = make_series(task, **colors)
    (outcome,) = executor.run([first])
    assert isinstance(outcome, Done)
    assert (notes / "measured").read_text() == "256 photos\n"


def test_painted_pictures_share_their_tones_and_a_night_stays_darker(executor, task, tmp_path):
    gray = tmp_path / "gray.png"
    Image.new("RGB", (80, 80), (110, 110, 110)).save(gray)
    painted = []
    for each in make_series(task, day=(220, 220, 220), night=(20, 20, 20)):
        (part,) = each.blend
        blend = (replace(part, artwork=make_file_ref(gray)),)
        parameters = Parameters(long_edge=80, content=0.5)
        painted.append(replace(each, blend=blend, method=OPTIMIZE_SMALL, parameters=parameters))
    alone = [replace(each, together=()) for each in painted]
    assert sum(isinstance(outcome, Done) for outcome in executor.run(alone)) == 2
    assert [color_of(each) for each in alone] == [(110, 110, 110)] * 2
    outcomes = [outcome for outcome in executor.run(painted) if isinstance(outcome, Done | Failed)]
    assert all(isinstance(outcome, Done) for outcome in outcomes), outcomes
    (day, *_), (night, *_) = map(color_of, painted)
    assert night < day


def test_a_photo_of_the_series_that_has_changed_is_an_error(executor, task):
    day, night = make_series(task, day=(200, 100, 60), night=(20, 40, 60))
    Image.new("RGB", (80, 64), "white").save(night.photo.path)
    (outcome,) = executor.run([day])
    assert isinstance(outcome, Failed)
    assert outcome.message.endswith("night.png: the file was changed during the run. Run the command again.")

"""Pictures made in this process."""

import pytest
from pelican.plugins.stylize.executors.inline import InlineExecutor
from pelican.plugins.stylize.executors.interface import Done, Failed, Job
from pelican.plugins.stylize.model.errors import PhotoError
from pelican.plugins.stylize.storage.atomic_files import sha256_of
from PIL import Image, ImageOps


def invert(job: Job) -> Image.Image:
    with Image.open(job.stylization.photo.path) as photo:
        return ImageOps.invert(photo)


def test_a_function_draws_every_job_in_order(job):
    jobs = [job("a"), job("b")]
    outcomes = list(InlineExecutor(invert).run(jobs))
    assert [outcome.job for outcome in outcomes] == jobs
    for outcome in outcomes:
        assert isinstance(outcome, Done)
        assert (outcome.receipt.width, outcome.receipt.height) == (80, 64)
        assert outcome.receipt.sha256 == sha256_of(outcome.job.target)


def test_the_faults_that_are_found_stand_on_the_receipt(job):
    def examine(job: Job, picture: Image.Image) -> tuple[str, ...]:
        return (f"{job.photo} is {picture.width} pixels wide",)

    (done,) = InlineExecutor(invert, examine=examine).run([job("a")])
    assert done.receipt.artifacts == ("a.png is 80 pixels wide",)


def test_a_photo_that_cannot_be_used_fails_and_the_rest_goes_on(job):
    def refuse_a(job: Job) -> Image.Image:
        if job.photo == "a.png":
            raise PhotoError("the file ends too early. Copy it again.")
        return invert(job)

    failed, done = InlineExecutor(refuse_a).run([job("a"), job("b")])
    assert isinstance(failed, Failed)
    assert failed.message == "a.png: the file ends too early. Copy it again."
    assert isinstance(done, Done)


def test_a_bug_in_the_function_travels(job):
    def divide(job: Job) -> Image.Image:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(InlineExecutor(divide).run([job("a")]))


def test_the_same_picture_is_the_same_file(job):
    first, second = InlineExecutor(invert).run([job("a"), job("b")])
    assert first.receipt.sha256 == second.receipt.sha256

"""The rate limit of requests to a host."""

import pytest
from pelican.plugins.stylize.museums.http_client.rate_limit import RateLimiter, parse_retry_after


class Clock:
    """A clock that only naps move on."""

    def __init__(self) -> None:
        self.now = 100.0
        self.naps: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_second_passes_between_two_requests_to_one_host(clock):
    limiter = RateLimiter(clock=clock, sleep=clock.sleep)
    for _ in range(3):
        limiter.wait("museum.example")
        limiter.note_request("museum.example")
    assert clock.naps == [1.0, 1.0]


def test_another_host_need_not_wait(clock):
    limiter = RateLimiter(clock=clock, sleep=clock.sleep)
    limiter.note_request("museum.example")
    limiter.wait("archive.example")
    assert clock.naps == []
    assert limiter.pick_soonest(["museum.example", "archive.example"]) == "archive.example"


def test_a_host_that_names_a_time_gets_it(clock):
    limiter = RateLimiter(clock=clock, sleep=clock.sleep)
    limiter.note_request("museum.example", pause=30)
    limiter.wait("museum.example")
    assert clock.naps == [30.0]


@pytest.mark.parametrize(("host", "seconds"), [("www.loc.gov", 6.0), ("loc.gov", 6.0), ("notloc.gov", 1.0)])
def test_the_library_of_congress_is_asked_less_often(clock, host, seconds):
    limiter = RateLimiter(clock=clock, sleep=clock.sleep)
    limiter.note_request(host)
    limiter.wait(host)
    assert clock.naps == [seconds]


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Thu, 01 Jan 1970 00:01:00 GMT", 50.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("Thu, 99 Foo 1970", None),
    ],
)
def test_retry_after_is_read_in_both_its_forms(said, seconds):
    assert parse_retry_after(said, now=10.0) == seconds

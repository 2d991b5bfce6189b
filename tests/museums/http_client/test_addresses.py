"""Which IP addresses a host has, and which of them are private."""

import pytest
from pelican.plugins.stylize.museums.http_client.addresses import Unreachable, is_private, resolve


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1",
        "::1",
        "10.1.2.3",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "0.0.0.0",
        "100.64.0.1",
        "224.0.0.1",
    ],
)
def test_addresses_of_this_machine_and_its_network_are_private(ip):
    assert is_private(ip)


@pytest.mark.parametrize("ip", ["208.80.154.224", "2620:0:861:ed1a::1", "::ffff:208.80.154.224"])
def test_addresses_of_the_world_are_not_private(ip):
    assert not is_private(ip)


def test_a_name_that_no_directory_may_hold_is_refused_without_asking():
    with pytest.raises(Unreachable, match="could not be looked up"):
        resolve("a" * 70 + ".example", 443)

from ipaddress import IPv4Network

import pytest

from nab.edges.docker import networks

POOL = IPv4Network("10.213.0.0/16")
TABLE = """Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0102A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t0002A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
tun0\t0000D50A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
"""


def test_a_run_takes_the_first_sixteen_addresses_that_nobody_uses():
    used = [IPv4Network("10.213.0.0/28"), IPv4Network("10.213.0.32/27"), IPv4Network("172.17.0.0/16")]

    assert next(networks.free(POOL, used)) == IPv4Network("10.213.0.16/28")


def test_a_pool_that_the_host_routes_elsewhere_has_no_free_part():
    assert next(networks.free(POOL, networks.routed(TABLE)), None) is None


def test_the_default_route_overlaps_with_everything_and_is_not_counted():
    assert networks.routed(TABLE) == [IPv4Network("192.168.2.0/24"), IPv4Network("10.213.0.0/16")]


@pytest.mark.parametrize("block", ["10.213.0.0/28", "10.213.0.0/24"])
def test_the_smallest_block_holds_one_run(block):
    assert next(networks.free(IPv4Network(block), [])).prefixlen == networks.PREFIX


def test_the_proxy_has_the_second_address():
    assert networks.proxy_address(IPv4Network("10.213.4.16/28")) == "10.213.4.18"

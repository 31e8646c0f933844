import socket

from record import traffic
from record.traffic import Counted, Traffic

DEVICES = """Inter-|   Receive                        |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes packets errs drop fifo colls carrier compressed
    lo:     500    5  0 0 0 0 0 0      500    5 0 0 0 0 0 0
  eth1: 1000000 1000  0 0 0 0 0 0 99000000 2000 0 0 0 0 0 0
"""
COUNTERS = """Ip: Forwarding InReceives
Ip: 1 500
Tcp: RtoAlgorithm OutRsts
Tcp: 1 7
Udp: InDatagrams NoPorts
Udp: 400 3
"""


def test_an_interfaces_counters_are_read():
    assert traffic.traffic("eth1", DEVICES) == Traffic(1_000_000, 1000, 99_000_000, 2000)
    assert traffic.traffic("eth9", DEVICES) == Traffic()


def test_what_the_kernel_turned_away_is_read():
    assert traffic.turned_away(COUNTERS) == {"tcp_resets": 7, "udp_unheard": 3}
    assert traffic.turned_away("") == {"tcp_resets": 0, "udp_unheard": 0}


def test_an_interface_is_found_by_its_address():
    assert traffic.interface_with("127.0.0.1") == "lo"
    assert traffic.interface_with("192.0.2.1") is None
    assert traffic.traffic("lo").received >= 0
    assert socket.if_nametoindex("lo")


def test_the_ratio_leaves_out_what_frames_every_packet():
    passed = Traffic(1_000_000, 1000, 99_000_000, 2000).since(Traffic(1000, 10, 0, 0))

    told = traffic.fields("eth1", passed, Counted(request_bytes=467_830, response_bytes=98_868_000))

    assert (told["interface_rx"], told["interface_tx"]) == (999_000, 99_000_000)
    assert told["request_ratio"] == round(467_830 / (999_000 - 990 * 66), 4)
    assert told["response_ratio"] == 1.0


def test_where_nothing_passed_there_is_no_ratio():
    assert traffic.fields("eth1", Traffic(), Counted())["response_ratio"] is None

"""What is never used of mitmproxy is there by name alone, and fails whoever makes something of it."""

import pytest
import unused


def test_a_name_of_a_module_that_is_never_used_is_a_class_always_the_same():
    quic = unused.NeverUsed("mitmproxy.proxy.layers.quic")

    assert quic.QuicStreamEvent is quic.QuicStreamEvent
    assert not isinstance("an event", quic.QuicStreamEvent)
    assert not hasattr(quic, "__path__")


def test_nothing_can_be_made_of_it():
    with pytest.raises(RuntimeError, match=r"quic.ServerQuicLayer is not part of this proxy"):
        unused.NeverUsed("quic").ServerQuicLayer("a context")

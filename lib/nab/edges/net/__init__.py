"""Servers, sockets and messages that are not Numerai's."""

import pytest
from network import digits


@pytest.mark.parametrize(("text", "expected"), [("0", 0), ("443", 443), ("0080", 80)])
def test_plain_digits_are_a_number(text, expected):
    assert digits.number(text) == expected


@pytest.mark.parametrize(
    "text", ["", "²", "٣", "１", "+1", "-1", " 1", "1 ", "1_0", "0x1", "1.0", "9" * 5000]
)
def test_everything_else_is_none(text):
    assert digits.number(text) is None

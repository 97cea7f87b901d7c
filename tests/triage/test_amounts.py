"""Amounts of money in words, and what is not one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.amounts import Amount, find_amounts, read_amount, say_amount_per


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("R1 500", "1500", "ZAR"),
        ("R1,500.00", "1500", "ZAR"),
        ("R1.500,50", "1500.50", "ZAR"),
        ("R 350", "350", "ZAR"),
        ("r350pm", "350", "ZAR"),
        ("350 rand", "350", "ZAR"),
        ("R10k", "10000", "ZAR"),
        ("R2.5 million", "2500000", "ZAR"),
        ("1.5k", "1500", "ZAR"),
        ("2 grand", "2000", "ZAR"),
        ("500 bucks", "500", "ZAR"),
        ("£20", "20", "GBP"),
        ("£1,250.75", "1250.75", "GBP"),
        ("20 quid", "20", "GBP"),
        ("300 pounds", "300", "GBP"),
        ("amarandi ayi-350", "350", "ZAR"),
        ("R12 345 678", "12345678", "ZAR"),
    ],
)
def test_an_amount_has_value_and_currency(text: str, value: str, currency: str) -> None:
    found = find_amounts(f"they want {text} from me", currency="ZAR")
    assert [(each.value, each.currency) for each in found] == [(Decimal(value), currency)]


@pytest.mark.parametrize(
    "text",
    ["50%", "R15% off", "0823456789", "082 345 6789", "+27823456789", "10:30", "3 kids", "flat 12", "2026-11-03", ""],
)
def test_what_is_no_money_is_not_found(text: str) -> None:
    assert find_amounts(text, currency="ZAR") == ()


def test_an_amount_without_a_sign_is_in_the_money_of_the_place() -> None:
    assert find_amounts("he took 1.5k", currency="GBP")[0].currency == "GBP"


def test_amounts_come_in_order_with_their_words() -> None:
    found = find_amounts("rent R4500, deposit 900 rand", currency="ZAR")
    assert found == (Amount(Decimal(4500), "ZAR", "R4500"), Amount(Decimal(900), "ZAR", "900 rand"))


@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    find_amounts(text, currency="ZAR")


@given(st.decimals(min_value=1, max_value=999_999, places=2))
def test_every_amount_is_found_again(value: Decimal) -> None:
    assert find_amounts(f"R{value:,.2f}", currency="ZAR")[0].value == value


@pytest.mark.parametrize(
    ("text", "per"),
    [
        ("R4 500 a month", "month"),
        ("r350pm", "month"),
        ("£250 pcm rent", "month"),
        ("£90/week", "week"),
        ("£20 pw", "week"),
        ("R300 per day", "day"),
        ("R4500 rent every month", "month"),
        ("R2000 'n maand", "month"),
        ("R350 ngenyanga", "month"),
        ("4500 rand a year", "year"),
        ("R4500 last month", ""),
        ("R500 a weekend", ""),
        ("R500 and a month later", ""),
        ("R500", ""),
    ],
)
def test_an_amount_that_comes_again_says_how_often(text: str, per: str) -> None:
    assert [each.per for each in find_amounts(text, currency="ZAR")] == [per]


@given(st.integers(0, 10**11 - 1), st.sampled_from(["ZAR", "GBP", "USD", "EUR"]))
def test_an_amount_that_is_said_is_read_again_to_the_cent(minor: int, currency: str) -> None:
    """What a field shows can be sent back unchanged."""
    assert read_amount(say_amount_per(minor, currency, "once")) == minor


@pytest.mark.parametrize(
    ("written", "minor"),
    [("1 234,50", 123_450), ("R30.23", 3_023), (" £20 ", 2_000), ("0", 0), ("1,200", 120_000), ("350", 35_000)],
)
def test_an_amount_is_read_as_people_type_it(written: str, minor: int) -> None:
    assert read_amount(written) == minor


@pytest.mark.parametrize("written", ["", "much", "-5", "1e9", "12 34", "R", "5%"])
def test_what_is_no_amount_is_not_read(written: str) -> None:
    assert read_amount(written) is None


def test_an_amount_that_comes_again_is_said_with_how_often() -> None:
    assert say_amount_per(35_000, "ZAR", "month") == "R350 every month"
    assert say_amount_per(5, "XAF", "once") == "XAF 0.05"

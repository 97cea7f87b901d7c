"""Telephone and identity numbers, references and addresses: what is found, as what, and what is none."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.identifiers import Identifier, Kind, find_identifiers, is_sa_id

# Made up: the check digits hold, the people do not exist.
SA_ID, OTHER_SA_ID = "8001015009087", "0002290000088"


def found(text: str, region: str = "ZA") -> list[tuple[Kind, str]]:
    return [(each.kind, each.value) for each in find_identifiers(text, region=region)]


PHONES = [
    ("ZA", "call me on 082 555 1234", ["+27825551234"]),
    ("ZA", "0825551234", ["+27825551234"]),
    ("ZA", "my no is 073-555-0199 thanks", ["+27735550199"]),
    ("ZA", "+27 82 555 1234", ["+27825551234"]),
    ("ZA", "0027 82 555 1234", ["+27825551234"]),
    ("ZA", "27825551234", ["+27825551234"]),
    ("ZA", "(011) 555 4321", ["+27115554321"]),
    ("ZA", "082.555.1234", ["+27825551234"]),
    ("ZA", "082/5551234", ["+27825551234"]),
    ("ZA", "whatsapp 0 8 2 5 5 5 1 2 3 4", ["+27825551234"]),
    ("ZA", "0800 60 10 11", ["+27800601011"]),
    ("ZA", "082 555 1234 or 083 555 4321", ["+27825551234", "+27835554321"]),
    ("ZA", "082 5551234/0835554321", ["+27825551234", "+27835554321"]),
    ("ZA", "inombolo yami ngu-0725551234", ["+27725551234"]),
    ("ZA", "082 55 51 234", ["+27825551234"]),
    ("GB", "ring me 07911123456 after 5", ["+447911123456"]),
    ("GB", "+44 (0)7911 123 456", ["+447911123456"]),
    ("GB", "020 7946 0958", ["+442079460958"]),
    ("GB", "0161 496 0123", ["+441614960123"]),
    ("GB", "call 0808 2000 247", ["+448082000247"]),
    ("GB", "0044 7911 123456", ["+447911123456"]),
]
NO_PHONES = [
    ("ZA", "R12 345 678"),
    ("ZA", "grant R350"),
    ("ZA", "2026-11-03"),
    ("ZA", "10111"),
    ("ZA", "unit 12 345 Main Road 2001"),
    ("ZA", "20261123"),
    ("ZA", "ref 0123456789012"),
    ("GB", "£1,234.56"),
    ("GB", "claim 123 456 789"),
    ("GB", "sort code 12-34-56 acc 12345678"),
    ("GB", "12345678901 ref"),
]


@pytest.mark.parametrize(("region", "text", "numbers"), PHONES)
def test_a_telephone_number_is_found_however_it_is_written(region: str, text: str, numbers: list[str]) -> None:
    assert found(text, region) == [(Kind.PHONE, number) for number in numbers]


@pytest.mark.parametrize(("region", "text"), NO_PHONES)
def test_other_figures_are_no_telephone_number(region: str, text: str) -> None:
    assert Kind.PHONE not in [kind for kind, _ in found(text, region)]


def test_numbers_kept_for_films_are_known_not_to_be_telephones() -> None:
    """`phonenumbers` knows that nobody has them; examples in guides often use them."""
    assert found("07700 900123", "GB") == []


@pytest.mark.parametrize("written", [SA_ID, "800101 5009 08 7", "800101-5009-087", f"ID:{SA_ID}.", f"ref {SA_ID}"])
def test_an_identity_number_is_found_and_is_never_a_reference(written: str) -> None:
    assert found(f"my number is {written}") == [(Kind.SA_ID, SA_ID)]


@pytest.mark.parametrize(
    ("digits", "why"),
    [
        ("8001015009088", "check digit"),
        ("8013015009085", "month 13"),
        ("8002305009084", "30 February"),
        ("8001015009384", "citizenship 3"),
        ("800101500908", "one too few"),
    ],
)
def test_thirteen_digits_alone_are_no_identity_number(digits: str, why: str) -> None:
    assert not is_sa_id(digits), why


def test_somebody_born_on_the_29th_of_february_has_an_identity_number() -> None:
    assert is_sa_id(OTHER_SA_ID)


@given(st.integers(min_value=0, max_value=12), st.integers(min_value=1, max_value=9))
def test_one_wrong_digit_is_noticed(place: int, change: int) -> None:
    digit = (int(SA_ID[place]) + change) % 10
    assert not is_sa_id(SA_ID[:place] + str(digit) + SA_ID[place + 1 :])


@pytest.mark.parametrize("text", ["ref 8001015009088", "my case 800101 5009 088", "claim no 8001015009088"])
def test_an_identity_number_with_a_slip_is_no_reference(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("written", ["AB123456C", "ab 12 34 56 c", "AB 123456 C", "JG103759A"])
def test_a_national_insurance_number_is_found(written: str) -> None:
    assert found(f"NI {written}", "GB") == [(Kind.NI_NUMBER, written.replace(" ", "").upper())]


@pytest.mark.parametrize("written", ["QQ123456C", "GB123456A", "AB12345C", "AB123456E", "DO123456A"])
def test_what_is_never_given_is_no_national_insurance_number(written: str) -> None:
    assert found(f"it says {written}", "GB") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("CAS 123/11/2026 at Tembisa police", "123/11/2026"),
        ("my case number is 1234/2026", "1234/2026"),
        ("in the matter 45821/2025", "45821/2025"),
        ("CCMA GAJB12345-26", "GAJB12345-26"),
        ("tribunal sent SC123/23/45678", "SC123/23/45678"),
        ("county court K00AB123", "K00AB123"),
        ("UC claim ref 1234-5678-9012", "1234-5678-9012"),
        ("sassa ref SRD1234567", "SRD1234567"),
        ("verwysing nr ABC/123/XY", "ABC/123/XY"),
    ],
)
def test_a_reference_is_found(text: str, value: str) -> None:
    assert found(text) == [(Kind.REFERENCE, value)]


@pytest.mark.parametrize(
    "text",
    [
        "in case 3 people come",
        "the case from 2023",
        "court 14/12/2026 at 10",
        "card expires 03/2025",
        "my uif R0.00",
        "in this case 2 of them",
        "land claim 1998",
    ],
)
def test_years_days_and_amounts_are_no_references(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("account number 62555 123456", "62555123456"),
        ("acc no: 1025551234", "1025551234"),
        ("rekening nommer 62555123456", "62555123456"),
        ("card 4111 1111 1111 1111", "4111111111111111"),
        ("my iban GB29 1234 5612 3456 78", "GB29123456123456 78".replace(" ", "")),
    ],
)
def test_an_account_is_found(text: str, value: str) -> None:
    assert found(text) == [(Kind.ACCOUNT, value)]


def test_places_in_the_text_are_those_of_the_words() -> None:
    text = "mail Zanele.M@example.org or 082 555 1234"
    assert find_identifiers(text, region="ZA") == (
        Identifier(Kind.EMAIL, "zanele.m@example.org", 5, 25),
        Identifier(Kind.PHONE, "+27825551234", 29, 41),
    )


@given(st.text(max_size=200), st.sampled_from(["ZA", "GB"]))
def test_no_text_raises_and_nothing_overlaps(text: str, region: str) -> None:
    every = find_identifiers(text, region=region)
    assert all(one.end <= other.start for one, other in zip(every, every[1:], strict=False))


@pytest.mark.parametrize(
    "hostile", ["1" * 8_000, "1 " * 4_000, "case " * 1_600, "account - " * 800, "a" * 8_000, "1-" * 4_000]
)
def test_hostile_text_takes_no_time(hostile: str) -> None:
    start = time.process_time()
    find_identifiers(hostile, region="ZA")
    assert time.process_time() - start < 2

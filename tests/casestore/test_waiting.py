"""What a waiting case carries when its office, and with it the hours that count, changes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from casestore.cases import URGENCIES
from casestore.lifecycle import Status
from casestore.tables import CaseRow
from casestore.terms import Terms
from casestore.waiting import change_terms, wait
from triage.calendars import Calendar
from triage.office_hours import OfficeHours


def an_office(hours: str, holidays: str, zone: str) -> Terms:
    return Terms(hours=OfficeHours.read(hours, calendar=Calendar(holidays), zone=ZoneInfo(zone)))


offices = st.sampled_from(
    [
        an_office("Mon-Fri 08:00-16:00", "ZA", "Africa/Johannesburg"),
        an_office("Mon-Fri 09:00-17:00", "GB-ENG", "Europe/London"),
        an_office("Tue 10:00-12:00", "GB-ENG", "Europe/London"),
        an_office("Sat-Sun 22:00-06:00", "GB-ENG", "Europe/London"),
        an_office("day and night", "ZA", "Africa/Johannesburg"),
    ]
)
moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.sampled_from(URGENCIES), moments, st.lists(st.tuples(offices, st.timedeltas(timedelta(), timedelta(days=9)))))
def test_however_a_case_moves_its_promise_and_warning_never_move_away(
    urgency: str, since: datetime, moves: list[tuple[Terms, timedelta]]
) -> None:
    row = CaseRow(urgency=urgency, flags=[], due=None, opened_at=since, status=Status.WAITING, warned=0)
    wait(row, an_office("Mon-Fri 08:00-16:00", "ZA", "Africa/Johannesburg"), now=since)
    now = since
    for terms, later in moves:
        promised, now = row.answer_due, now + later
        change_terms(row, terms, now=now)
        assert promised is not None
        assert row.answer_due == min(promised, terms.answer_due(urgency, now))
        assert row.warn_at is not None
        assert row.warn_at <= row.answer_due
        assert row.waiting_since == since

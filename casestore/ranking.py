"""Who is next: the place of a case in the queue, as a pure function of what the case says."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

NOW_IN_DANGER, DANGER_NEAR, NO_DANGER = range(3)
# Within what time somebody should act, by urgency, whatever the deadline: today, this week, in three weeks, in four.
HORIZON = {
    "emergency": timedelta(),
    "urgent": timedelta(days=7),
    "soon": timedelta(days=21),
    "routine": timedelta(days=28),
}


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in the queue: the smaller one is served first.

    `band` is 0 for an emergency, 1 for any other danger, 2 for none. `by` is the moment by which the case wants to be
    taken, the measure within a band.
    """

    band: int
    by: datetime


def place_in_queue(*, urgency: str, danger: bool, due: date | None, since: datetime) -> Place:
    """The place of a case whose person has waited `since` then and whose next deadline is the day `due`.

    Danger stands before no danger, always. Within that, a case wants to be taken before half of its time is over. Its
    time is that to the deadline and that of its urgency put together, `1 / (1 / deadline + 1 / horizon)`: shorter than
    either, and shorter when either is. So a case whose person waits longer, whose deadline is nearer or whose urgency
    is higher never stands behind one that is equal otherwise; and as the moment stays the same while everything that
    comes later gets a later one, everybody's turn comes. A deadline that has passed counts as today.
    """
    band = NOW_IN_DANGER if urgency == "emergency" else DANGER_NEAR if danger else NO_DANGER
    left = HORIZON[urgency]
    if due is not None and left:
        to_deadline = max(timedelta(), datetime.combine(due, time(), tzinfo=UTC) - since)
        left *= to_deadline / (to_deadline + left)
    return Place(band, since + left / 2)

"""Sessions survive the store, and versions of this program."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.session import Session

names = st.lists(st.text(max_size=20), max_size=4).map(tuple)
sessions = st.builds(
    Session,
    greeted=st.booleans(),
    language=st.text(max_size=5),
    last_at=st.just("2026-11-23T19:40:00+02:00"),
    asked=st.text(max_size=20),
    ask_number=st.integers(0, 10_000),
    story=st.text(),
    issues=names,
    candidates=names,
    also=names,
    answers=st.dictionaries(st.text(max_size=10), st.text(max_size=10)),
    flags=st.dictionaries(st.text(max_size=10), st.text(max_size=10)),
    scores=st.dictionaries(st.text(max_size=10), st.floats(0, 1)),
)


@given(sessions)
def test_a_session_comes_back_unchanged(session: Session) -> None:
    """Through JSON and back, whatever the person wrote."""
    assert Session.from_json(session.to_json()) == session


def test_nothing_stored_is_a_fresh_session() -> None:
    """The first message of somebody new."""
    assert Session.from_json(None) == Session.from_json("") == Session()


def test_a_session_of_another_version_keeps_what_is_still_known() -> None:
    """A field that has gone is left out, one that is new has its first value."""
    stored = json.dumps({"story": "told", "gone": 1, "issues": ["work.pay"]})
    assert Session.from_json(stored) == Session(story="told", issues=("work.pay",))


def test_when_somebody_last_wrote() -> None:
    """Nobody has written before the first turn."""
    assert Session().last_seen is None
    seen = Session(last_at="2026-11-23T19:40:00+02:00").last_seen
    assert seen is not None
    assert seen.utcoffset() is not None

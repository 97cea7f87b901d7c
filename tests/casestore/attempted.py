"""Tries a step of which a model knows whether it is let through."""

from collections.abc import Callable

import pytest

from casestore.errors import StoreError
from casestore.unit_of_work import Store, UnitOfWork


def attempted(store: Store, work: Callable[[UnitOfWork], object], expected: type[StoreError] | None) -> bool:
    """Does that in a transaction of its own; whether it was let through, as expected."""
    with store.unit_of_work() as uow:
        if expected is None:
            work(uow)
            return True
        with pytest.raises(StoreError) as refusal:
            work(uow)
        assert refusal.type is expected
    return False

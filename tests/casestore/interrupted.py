"""Does something in a transaction that fails at its end."""

from collections.abc import Callable

from casestore.unit_of_work import Store, UnitOfWork


class Interrupted(Exception):
    """What stopped it."""


def interrupted(store: Store, *works: Callable[[UnitOfWork], object], error: type[BaseException] = Interrupted) -> None:
    """Does all of that, and then fails with `error`."""
    with store.unit_of_work() as uow:
        for work in works:
            work(uow)
        raise error

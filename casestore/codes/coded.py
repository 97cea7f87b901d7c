"""Column types that hold codes of a code list and refuse any other."""

from collections.abc import Sequence

from sqlalchemy import JSON, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from casestore.codes.code_lists import LISTS

CODE_LENGTH = 24


class Coded(TypeDecorator[str]):
    """One code of the list with that id. Another text is refused with UnknownCode, whoever writes it."""

    impl = String(CODE_LENGTH)
    cache_ok = True

    def __init__(self, list_id: str) -> None:
        super().__init__(CODE_LENGTH)
        self.list_id = list_id

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Checks on the way in."""
        return None if value is None else LISTS[self.list_id].check(value)


class CodedList(TypeDecorator[Sequence[str]]):
    """Any number of codes of the list with that id, as JSON."""

    impl = JSON
    cache_ok = True

    def __init__(self, list_id: str) -> None:
        super().__init__(none_as_null=True)
        self.list_id = list_id

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> Sequence[str] | None:
        """Checks each on the way in."""
        return None if value is None else [LISTS[self.list_id].check(each) for each in value]

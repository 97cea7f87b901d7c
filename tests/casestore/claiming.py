"""A desk process of its own, for tests: so many paralegals each take the next case and print which.

Usage: python -m tests.casestore.claiming DATABASE_URL USERNAME...
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from casestore.attachments import AttachmentFiles
from casestore.database import open_engine
from casestore.staff import StaffMember
from casestore.unit_of_work import Store
from tests.builders import NOW, a_keyring


def main(url: str, usernames: list[str]) -> None:
    """Claims with twenty connections, as a desk does."""
    store = Store(open_engine(url), a_keyring(), AttachmentFiles(Path("unused")))
    with store.reading() as look:
        staff = [member for member in look.staff.all() if member.username in usernames]

    def claim(member: StaffMember) -> int:
        with store.unit_of_work() as uow:
            case = uow.queue.claim_next(member, now=NOW)
            return 0 if case is None else case.id

    with ThreadPoolExecutor(20) as pool:
        for case_id in pool.map(claim, staff):
            sys.stdout.write(f"{case_id}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])

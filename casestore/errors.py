"""What can go wrong while remembering.

StoreError
├── StoreUnavailable    the database is locked, full or out of reach: try again, nothing was lost
├── StoreBehind         the database and the code are of different ages: run `doorstep migrate`
├── KeyFileError        the key file is missing or broken: nothing sealed can be read
├── KeyInUse            something is still sealed with that office key
├── SealBroken          sealed bytes do not open: wrong key, or somebody changed them
├── BackupRefused       a backup cannot be written there
├── BackupBroken        a backup is damaged, cut short, or lacks a part
├── NotEmpty            the database to fill holds something already
├── PersonNotFound      no such person, or erased before
├── CaseNotFound        no such case, or not one this paralegal may see
├── AlreadyClaimed      somebody else has the case
├── AtCapacity          the paralegal holds as many cases as they take on: ask whether to go on
├── NotYours            only the paralegal who holds the case may do that
├── NotAllowedNow       the case, or what belongs to it, is in a state in which that cannot be done
├── ConsentMissing      personal details may not go out before the person has agreed to it
├── NotValid            a day, an amount or words that cannot be kept; says what can
│   └── UnknownCode     the code is not in its code list
├── NameTaken           a respondent's name, or two respondents, that cannot be one
└── ProblemNotFound     no such problem of many, or not one this office may see
"""


class StoreError(Exception):
    """The root of everything raised by `casestore`."""


class StoreUnavailable(StoreError):
    """The database could not be used just now; the transaction left no trace."""


class StoreBehind(StoreError):
    """The database's revision is not the one this code needs."""


class KeyFileError(StoreError):
    """The key file is missing or broken."""


class KeyInUse(StoreError):
    """An office key cannot go yet: something still needs it."""


class SealBroken(StoreError):
    """Sealed bytes do not open with the keys at hand."""


class BackupRefused(StoreError):
    """The backup cannot be written into that folder; what was there is as it was."""


class BackupBroken(StoreError):
    """The backup is damaged, cut short, or does not belong to what lies beside it."""


class NotEmpty(StoreError):
    """The database that should be filled is in use already."""


class PersonNotFound(StoreError):
    """There is no such person."""


class CaseNotFound(StoreError):
    """There is no such case."""


class AlreadyClaimed(StoreError):
    """Another paralegal claimed the case first."""


class AtCapacity(StoreError):
    """Somebody holds as many open cases as they take on; the step is possible when they say so again."""


class NotYours(StoreError):
    """The case is held by somebody else."""


class NotAllowedNow(StoreError):
    """The case's status does not allow that step."""


class ConsentMissing(StoreError):
    """The person has not agreed that their details go to that service."""


class NotValid(StoreError):
    """A value that cannot be kept; the words say which can."""


class UnknownCode(NotValid):
    """A coded column was given something that is not in its code list."""


class NameTaken(StoreError):
    """The name belongs to another respondent, or the two cannot be one."""


class ProblemNotFound(StoreError):
    """There is no such problem of many."""

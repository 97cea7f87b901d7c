"""What a channel can say about a message it was asked to send.

DeliveryError
├── Unreachable    the person blocked us or is gone: stop trying
├── TryLater       the channel is busy or down: once more after `seconds`
└── Refused        the channel will never take this message
"""


class DeliveryError(Exception):
    """The root of what a sender may raise."""


class Unreachable(DeliveryError):
    """The person cannot be written to on this channel."""


class TryLater(DeliveryError):
    """Not now."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Refused(DeliveryError):
    """This message will never be taken."""

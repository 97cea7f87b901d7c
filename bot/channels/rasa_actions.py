"""What Rasa asks an action server, and what it is answered: read from its tracker, and written as its responses."""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from bot.channels.splitting import split
from bot.messages import Inbound, Kind
from casestore.outbox import Letter

LETTERS = "letters"  # the intent of "what waits for me?"
PUSHED, FETCHED = "rasa", "rasa_fetched"
_ONLY_ANSWERED = frozenset({"rest", "cmdline"})  # Rasa can answer on these, and cannot write first
_WITH_BUTTONS = frozenset({"rest", "socketio", "callback"})  # elsewhere buttons are numbers under the text
_TRIGGERED = "EXTERNAL: "  # how Rasa marks what did not come from a person
_PRESSED = re.compile(r'/choice(\{"id": ?"[^"\\]{1,80}"\})')
# What Rasa makes of a location that somebody shares over WhatsApp.
_LOCATION = re.compile(r"/locationData\{'Latitude': (-?[\d.]{1,20}),'Longitude': (-?[\d.]{1,20})\}")
_SENDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+@/~=-]{0,199}")  # goes into Rasa's addresses as it is
_NOBODY = "default"  # what Rasa calls whoever a REST client does not name: everybody at once
_LIMITS = {"twilio": 1500, "facebook": 1900, "slack": 3900}  # characters of one message
_LIMIT = 3900


class RequestRefused(ValueError):
    """A request of Rasa that cannot be worked; the message says why, and quotes nobody."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of Rasa: who wrote what on which of its channels.

    `polls` asks for letters and says nothing; `nudged` does so because we asked Rasa to, not the person.
    """

    sender: str
    input: str
    text: str
    message_id: str
    polls: bool
    nudged: bool

    @property
    def channel(self) -> str:
        """Our channel: whether Rasa can write to the person first."""
        return FETCHED if self.input in _ONLY_ANSWERED else PUSHED

    @property
    def address(self) -> str:
        """Rasa's channel and the sender on it."""
        return f"{self.input}|{self.sender}"

    @property
    def external_id(self) -> str:
        """Names the message, and nobody."""
        return hashlib.sha256(f"{self.address}|{self.message_id}".encode()).hexdigest()[:40]


def read_action(sender: Any, message: Any, channel: Any) -> Asked:
    """What is asked, from a tracker's sender, latest message and latest channel; raises RequestRefused."""
    try:
        text, intent = message.get("text") or "", (message.get("intent") or {}).get("name")
        polls = intent == LETTERS
        nudged = polls and text.startswith(_TRIGGERED)  # the same words from a person are `nlu_fallback`
        if nudged:
            channel = next(one["value"] for one in message["entities"] if one["entity"] == "channel")
    except (KeyError, TypeError, AttributeError, StopIteration):
        raise RequestRefused("not an action request of Rasa 3") from None
    if not isinstance(sender, str) or sender == _NOBODY or not _SENDER.fullmatch(sender):
        raise RequestRefused("the sender needs a name of its own, of letters, digits and _.:+@/~=-")
    if not (isinstance(text, str) and isinstance(channel, str) and channel.isidentifier()):
        raise RequestRefused("text and channel must be words")
    return Asked(sender, channel, text, str(message.get("message_id")), polls, nudged)


def split_address(address: str) -> tuple[str, str]:
    """Rasa's channel and the sender, of an address."""
    channel, _, sender = address.partition("|")
    return channel, sender


def read_inbound(asked: Asked, offered: tuple[tuple[str, str], ...]) -> Inbound:
    """What was written or pressed. `offered` are the buttons shown last: their numbers press them."""
    words = asked.text.strip()
    pressed = _PRESSED.fullmatch(words)
    if pressed:
        return Inbound(Kind.CHOICE, choice=json.loads(pressed.group(1))["id"])
    if place := _LOCATION.fullmatch(words):
        return Inbound(Kind.LOCATION, text=", ".join(place.groups()))
    numbered = asked.input not in _WITH_BUTTONS and words.isascii() and words.isdigit()
    if numbered and 1 <= int(words) <= len(offered):
        return Inbound(Kind.CHOICE, choice=offered[int(words) - 1][0])
    return Inbound(Kind.TEXT, text=asked.text) if words else Inbound(Kind.EMPTY)


def responses(letter: Letter) -> list[dict[str, Any]]:
    """One letter as Rasa sends it: cut where the channel cuts, buttons as the channel has them."""
    channel, _ = split_address(letter.address)
    buttons, text = list(letter.choices), letter.text
    if letter.document:
        text = f"{letter.document}\n\n{text}"
    if buttons and channel not in _WITH_BUTTONS:
        text += "\n" + "\n".join(f"{number}. {label}" for number, (_, label) in enumerate(buttons, start=1))
        buttons = []
    said: list[dict[str, Any]] = [{"text": part} for part in split(text, _LIMITS.get(channel, _LIMIT))]
    if buttons:
        said[-1]["buttons"] = [
            {"title": label, "payload": f"/choice{json.dumps({'id': id_})}"} for id_, label in buttons
        ]
    return said

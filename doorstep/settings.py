"""Every setting, typed, with what it means; read once from `DOORSTEP_*` variables. Empty is off."""

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from casestore.database import Pool
from triage.opening_hours import read_hours

PREFIX = "DOORSTEP_"
_FOR_TESTS = "DOORSTEP_TEST_"
_ROOT = Path(__file__).parent.parent


class SettingsError(Exception):
    """A setting is wrong; the message names it and says what to do."""


class Settings(BaseSettings):
    """The settings of one office."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    data: Path = Field(Path("data"), description="Folder for database, keys, model and attachments; made when missing.")
    database_url: SecretStr = Field(
        SecretStr(""),
        description="Database address: `postgresql://user:password@host/name`. Empty: SQLite in the data folder.",
    )
    database_connections: Annotated[int, Field(ge=1, le=200)] = Field(
        10,
        description="How many connections to PostgreSQL one process keeps at most; a request waits when all are used.",
    )
    database_pooler: bool = Field(
        False, description="`true` where a pooler such as PgBouncer, pooling transactions, stands before PostgreSQL."
    )
    key_file: Path | None = Field(
        None,
        description="The file with the office's keys. Empty: `keys.json` in the data folder. Keep a copy elsewhere.",
    )
    key_command: str = Field(
        "",
        description="A program that wraps and unwraps the office's keys, such as a cloud's key service, so that none "
        "lies on the disk in clear (docs/how-to/rotate-keys.md). Empty: the key file holds the keys themselves.",
    )
    key_command_seconds: Annotated[float, Field(gt=0, le=120)] = Field(
        10.0, description="How long that program may take for one key."
    )
    model_file: Path | None = Field(None, description="The trained model. Empty: `model.npz` in the data folder.")
    tier: Literal["light", "encoder"] = Field(
        "light",
        description="How messages are understood: `light`, or `encoder`, which hears long posts better, needs "
        "`make encoder` once (83 MB), and takes about ten times as long. Without its weights the light one serves.",
    )
    attachments: Path | None = Field(
        None, description="Folder of the sealed attachments. Empty: `attachments` in the data folder."
    )
    content: Path = Field(_ROOT / "nlu_data", description="Folder of examples, interview and sentences.")
    services: Path | None = Field(
        None,
        description="The office's own directory of services, laid over the law pack's. Empty: `services.json` in the "
        "data folder. `doorstep services import` writes it.",
    )
    packs: Path = Field(_ROOT / "triage" / "packs", description="Folder of the law packs, one folder a place.")
    jurisdiction: str = Field("za", description="Whose law applies: the name of a law pack, such as `za` or `gb-eng`.")
    office_name: str = Field(
        "Doorstep advice office", description="The office's name, shown at the desk and in the chat."
    )
    office: Annotated[int, Field(ge=1)] = Field(
        1, description="The number of the office whose cases these are (`doorstep office list`)."
    )
    host: str = Field("127.0.0.1", description="Address that web chat and desk listen on.")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(8000, description="Port that web chat and desk listen on.")
    public_url: str = Field(
        "",
        description="Address under which people reach the web chat, such as `https://help.example.org`. "
        "With https, cookies are sent over https only.",
    )
    telegram_token: SecretStr = Field(SecretStr(""), description="The bot's token from BotFather. Empty: no Telegram.")
    telegram_api: str = Field(
        "", description="Another Bot API server, such as `http://127.0.0.1:8081`. Empty: Telegram's own."
    )
    telegram_webhook: str = Field(
        "", description="Public https address for updates. Empty: long polling, which needs no public address."
    )
    telegram_group: str = Field(
        "",
        description="Chat id of the paralegals' Telegram group, told of urgent cases without personal details. "
        "Empty: none.",
    )
    understanding: Literal["local", "rasa"] = Field(
        "local", description="Who reads messages: `local`, or `rasa` (a Rasa server, with the local one beside it)."
    )
    rasa_url: str = Field("http://127.0.0.1:5005", description="The Rasa server that understands.")
    rasa_token: SecretStr = Field(
        SecretStr(""), description="The token of Rasa's own API (its `--auth-token`), of both Rasa servers."
    )
    rasa_seconds: Annotated[float, Field(gt=0, le=10)] = Field(
        1.0, description="How long a message waits for the Rasa server before the local classifier answers."
    )
    rasa_environment: Path = Field(
        _ROOT / ".venv-rasa", description="Where `make rasa` has put Rasa and its Python 3.10."
    )
    rasa_gateway_url: str = Field(
        "http://127.0.0.1:5015", description="The Rasa server whose channels people write on (the gateway)."
    )
    rasa_gateway_token: SecretStr = Field(
        SecretStr(""), description="What that server must send to be let in, a long random word. Empty: no gateway."
    )
    rasa_credentials: Path | None = Field(
        None, description="Credentials of that server's channels. Empty: REST and Socket.IO, on this machine only."
    )
    rasa_gateway_port: Annotated[int, Field(ge=0, le=65535)] = Field(
        5055, description="Port on 127.0.0.1 where that server brings what people write."
    )
    settle_seconds: Annotated[float, Field(ge=0, le=10)] = Field(
        1.0, description="How long a chat must be quiet before several messages are read as one story."
    )
    wait_hours_emergency: Annotated[int, Field(ge=1)] = Field(
        4, description="Office hours within which an emergency is answered, as promised to people."
    )
    wait_days: Annotated[int, Field(ge=1)] = Field(
        2, description="Working days within which other cases are answered, as promised to people."
    )
    office_hours: str = Field(
        "Mon-Fri 08:00-16:00",
        description="When the office works, in the time zone of its law pack, such as `Mon-Fri 08:00-16:00; Sat "
        "09:00-12:00` or `day and night`. Public holidays are known. Promised answers and claims are counted in it. An "
        "office may have its own (`doorstep office hours`).",
    )
    lease_hours_emergency: Annotated[int, Field(ge=1)] = Field(
        2, description="Office hours after which a claimed emergency goes back to the queue when nothing is done in it."
    )
    lease_days: Annotated[int, Field(ge=1)] = Field(
        2, description="Working days after which any other claimed case goes back to the queue."
    )
    capacity: Annotated[int, Field(ge=0, le=999)] = Field(
        25, description="How many open cases one paralegal takes on, unless the staff page says otherwise for them."
    )
    retention: Path = Field(
        _ROOT / "casestore" / "privacy" / "retention.yml",
        description="How long each kind of thing is kept (docs/how-to).",
    )
    retention_daily: bool = Field(
        False, description="Whether the worker removes once a day what is older than that, without being asked."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much is logged.")

    @field_validator("telegram_api", "telegram_webhook", "public_url", "rasa_url", "rasa_gateway_url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/")

    @field_validator("telegram_group")
    @classmethod
    def _a_chat_id(cls, value: str) -> str:
        if value and not value.lstrip("-").isdigit():
            raise ValueError("must be the group's number, such as -1001234567890")
        return value

    @field_validator("office_hours")
    @classmethod
    def _hours_with_an_open_day(cls, value: str) -> str:
        if not read_hours(value):
            raise ValueError("must say when the office works, such as Mon-Fri 08:00-16:00")
        return value

    @field_validator("jurisdiction")
    @classmethod
    def _a_law_pack(cls, value: str, info: ValidationInfo) -> str:
        packs = {path.parent.name for path in info.data["packs"].glob("*/pack.yml")}
        if value not in packs:
            raise ValueError(f"must be a folder with a law pack in {info.data['packs']}: {', '.join(sorted(packs))}")
        return value

    @property
    def database(self) -> str:
        """The database address in force."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.data.resolve() / 'doorstep.db'}"

    @property
    def pool(self) -> Pool:
        """How a process shares its connections to PostgreSQL."""
        return Pool(self.database_connections, self.database_pooler)

    @property
    def keys_path(self) -> Path:
        """The key file in force."""
        return self.key_file or self.data / "keys.json"

    @property
    def model_path(self) -> Path:
        """The model file in force."""
        return self.model_file or self.data / "model.npz"

    @property
    def services_path(self) -> Path:
        """The office's own directory of services in force."""
        return self.services or self.data / "services.json"

    @property
    def untranslated_path(self) -> Path:
        """Where it is counted how often English had to stand in."""
        return self.data / "untranslated.txt"

    @property
    def attachments_path(self) -> Path:
        """The attachments folder in force."""
        return self.attachments or self.data / "attachments"


def read_settings() -> Settings:
    """Reads the environment; raises SettingsError, one line, for a wrong value or a name that does not exist."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    names = {name for name in os.environ if name.startswith(PREFIX) and not name.startswith(_FOR_TESTS)}
    if unknown := sorted(names - known):
        raise SettingsError(f"{unknown[0]} is not a setting; see docs/settings.md for all of them")
    empty = {name for name in names if not os.environ[name]}
    for name in empty:  # empty is off, also for numbers and paths
        del os.environ[name]
    try:
        return Settings()
    except ValidationError as mistake:
        first = mistake.errors()[0]
        name = f"{PREFIX}{str(first['loc'][0]).upper()}"
        raise SettingsError(f"{name}: {first['msg'].removeprefix('Value error, ')}; see docs/settings.md") from None


def environment_with(**added: str) -> dict[str, str]:
    """The environment for another program: without our settings, some of which are secret, and with what it needs."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return {**others, **added}


def describe_settings() -> str:
    """All settings as a page of documentation."""
    lines = [
        "# Settings",
        "",
        "Settings are environment variables. Empty is the same as not set.",
        "A wrong value, or a name that does not exist, stops the start with one line.",
        "This page is printed by `doorstep settings`.",
        "",
        "| variable | meaning | default |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = "" if isinstance(field.default, SecretStr) or field.default is None else str(field.default)
        if isinstance(field.default, Path) and field.default.is_relative_to(_ROOT):
            default = str(field.default.relative_to(_ROOT))
        if isinstance(field.default, bool):
            default = default.lower()  # as it is written in an environment
        shown = f"`{default}`" if default else ""
        lines.append(f"| `{PREFIX}{name.upper()}` | {field.description} | {shown} |")
    return "\n".join(lines) + "\n"

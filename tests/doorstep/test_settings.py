"""Settings: read from the environment, each mistake one line that names the variable, secrets masked."""

from pathlib import Path

import pytest

from doorstep.settings import Settings, SettingsError, describe_settings, read_settings


def test_nothing_set_is_a_small_office_on_this_machine() -> None:
    settings = read_settings()
    assert (settings.jurisdiction, settings.host, settings.port) == ("za", "127.0.0.1", 8000)
    assert settings.telegram_token.get_secret_value() == ""
    assert settings.database.startswith("sqlite:///")
    assert settings.database.endswith("data/doorstep.db")
    assert settings.model_path == Path("data/model.npz")
    assert settings.keys_path == Path("data/keys.json")
    assert settings.attachments_path == Path("data/attachments")
    assert (settings.content / "taxonomy.yml").exists()


def test_what_is_set_holds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = {
        "DOORSTEP_DATA": str(tmp_path),
        "DOORSTEP_DATABASE_URL": "postgresql://u:p@h/d",
        "DOORSTEP_KEY_FILE": "/keys/office.json",
        "DOORSTEP_MODEL_FILE": "/models/m.npz",
        "DOORSTEP_ATTACHMENTS": "/files",
        "DOORSTEP_PORT": "9000",
        "DOORSTEP_SETTLE_SECONDS": "0",
        "DOORSTEP_PUBLIC_URL": "https://help.example.org/",
        "DOORSTEP_TELEGRAM_GROUP": "-1001234567890",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = read_settings()
    assert settings.database == "postgresql://u:p@h/d"
    assert (settings.keys_path, settings.model_path) == (Path("/keys/office.json"), Path("/models/m.npz"))
    assert settings.attachments_path == Path("/files")
    assert (settings.port, settings.settle_seconds) == (9000, 0)
    assert settings.public_url == "https://help.example.org"
    assert settings.telegram_group == "-1001234567890"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DOORSTEP_PORT", "eight"),
        ("DOORSTEP_PORT", "-1"),
        ("DOORSTEP_PORT", "65536"),
        ("DOORSTEP_JURISDICTION", "atlantis"),
        ("DOORSTEP_PUBLIC_URL", "help.example.org"),
        ("DOORSTEP_TELEGRAM_API", "localhost:8081"),
        ("DOORSTEP_TELEGRAM_WEBHOOK", "ftp://help.example.org"),
        ("DOORSTEP_TELEGRAM_GROUP", "@paralegals"),
        ("DOORSTEP_SETTLE_SECONDS", "soon"),
        ("DOORSTEP_SETTLE_SECONDS", "-1"),
        ("DOORSTEP_SETTLE_SECONDS", "11"),
        ("DOORSTEP_SETTLE_SECONDS", "nan"),
        ("DOORSTEP_WAIT_HOURS_EMERGENCY", "0"),
        ("DOORSTEP_WAIT_DAYS", "two"),
        ("DOORSTEP_LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=rf"^{name}: .+; see docs/settings\.md$") as caught:
        read_settings()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["DOORSTEP_PORTS", "DOORSTEP_", "DOORSTEP_data"])
def test_a_name_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(SettingsError, match=rf"^{name} is not a setting"):
        read_settings()


def test_the_names_of_test_settings_are_let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOORSTEP_TEST_ANYTHING", "1")
    assert read_settings() == Settings()


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_empty_is_the_same_as_not_set(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    expected = read_settings()
    monkeypatch.setenv(f"DOORSTEP_{name.upper()}", "")
    assert read_settings() == expected


def test_secrets_are_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOORSTEP_TELEGRAM_TOKEN", "123:hidden")
    monkeypatch.setenv("DOORSTEP_DATABASE_URL", "postgresql://office:hidden@host/name")
    settings = read_settings()
    assert settings.telegram_token.get_secret_value() == "123:hidden"
    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert "hidden" not in shown
        assert "**********" in shown


def test_settings_cannot_be_changed_later() -> None:
    with pytest.raises(ValueError, match="frozen"):
        read_settings().port = 1  # type: ignore[misc]


def test_every_setting_is_described_with_its_default() -> None:
    page = describe_settings()
    for name, field in Settings.model_fields.items():
        assert field.description, f"{name} has no description"
        assert f"| `DOORSTEP_{name.upper()}` | {field.description} |" in page
    assert "| `8000` |" in page
    assert "`False`" not in page, "as it is written in an environment"
    assert "/work" not in page, "no path of this machine"

"""Settings from the environment only (prefix `CLINIC_`); a wrong one stops the start with one sentence."""

import base64
import binascii
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent


class BadSettings(SystemExit):
    """The application does not start; the message names what to set."""


def _read_key(path: Path) -> str:
    return path.read_text().strip() if path.exists() else ""


class Settings(BaseSettings):
    """All that can differ between one installation and another."""

    model_config = SettingsConfigDict(env_prefix="CLINIC_", extra="ignore", frozen=True)

    environment: Literal["development", "test", "production"] = "development"
    debug: bool = False
    project_root: Path = ROOT
    instance_dir: Path = ROOT / "instance"
    database_url: str = ""
    sqlite_synchronous: Literal["FULL", "NORMAL", "OFF"] = "FULL"

    secret_key: SecretStr = SecretStr("")
    field_keys: SecretStr = SecretStr("")  # "1:base64 of 32 bytes,2:..."; the highest id seals
    index_key: SecretStr = SecretStr("")  # base64 of 32 bytes

    public_url: str = "http://127.0.0.1:8000"
    trusted_proxies: int = 0

    clinic_name: str = "Quiet River Clinic"
    clinic_phone: str = "205-555-0142"
    clinic_hours: str = "Monday to Friday, 8 a.m. to 5 p.m."
    opens_hour: int = Field(default=8, ge=0, le=23)
    closes_hour: int = Field(default=17, ge=1, le=24)
    safety_contacts: Annotated[list[str], NoDecode] = Field(default_factory=list)
    book_before_decision: bool = True

    mail_server: str = ""  # empty: mail is written to the instance folder and shown at /dev/mail
    mail_port: int = 587
    mail_use_tls: bool = True
    mail_username: str = ""
    mail_password: SecretStr = SecretStr("")
    mail_sender: str = "visits@example.com"
    mail_timeout_seconds: float = 10.0
    mail_ca_file: str = ""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, given: dict[str, object]) -> dict[str, object]:
        folder = Path(str(given.get("instance_dir") or ROOT / "instance"))
        filled = dict(given)
        if not filled.get("database_url"):
            filled["database_url"] = f"sqlite:///{folder / 'clinic.sqlite3'}"
        for name in ("secret_key", "field_keys", "index_key"):
            if not filled.get(name) and filled.get("environment", "development") != "production":
                filled[name] = _read_key(folder / "keys" / name)
        contacts = filled.get("safety_contacts")
        if isinstance(contacts, str):
            filled["safety_contacts"] = [part.strip() for part in contacts.split(",") if part.strip()]
        return filled

    @model_validator(mode="after")
    def _refuse(self) -> "Settings":
        for problem in (*self._key_problems(), *self._production_problems()):
            raise ValueError(problem)
        return self

    def _key_problems(self) -> list[str]:
        found = []
        if len(self.secret_key.get_secret_value()) < 32:
            found.append("Set CLINIC_SECRET_KEY to at least 32 random characters (make setup writes one).")
        if not _is_key(self.index_key.get_secret_value()):
            found.append("Set CLINIC_INDEX_KEY to 32 random bytes in base64.")
        parts = self.field_keys.get_secret_value().split(",")
        if not all(
            ":" in part and part.split(":")[0].isdigit() and _is_key(part.split(":", 1)[1]) for part in parts
        ):
            found.append("Set CLINIC_FIELD_KEYS to '1:' and 32 random bytes in base64.")
        return found

    def _production_problems(self) -> list[str]:
        if self.environment != "production":
            return []
        checks = [
            (self.debug, "Set CLINIC_DEBUG=false: production never runs with debug on."),
            (
                not self.public_url.startswith("https://"),
                "Set CLINIC_PUBLIC_URL to the https address of this site.",
            ),
            (not self.safety_contacts, "Set CLINIC_SAFETY_CONTACTS to who is told of urgent safety answers."),
            (not self.mail_server, "Set CLINIC_MAIL_SERVER to your mail server."),
            (not self.mail_use_tls, "Set CLINIC_MAIL_USE_TLS=true: mail leaves only over verified TLS."),
            (
                self.sqlite_synchronous != "FULL",
                "Unset CLINIC_SQLITE_SYNCHRONOUS: production writes with FULL.",
            ),
            ("555-01" in self.clinic_phone, "Set CLINIC_CLINIC_PHONE to the clinic's real phone number."),
            ("example.com" in self.mail_sender, "Set CLINIC_MAIL_SENDER to the clinic's real address."),
        ]
        return [sentence for wrong, sentence in checks if wrong]


def _is_key(text: str) -> bool:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(raw) == 32 and len(set(raw)) > 8  # 32 equal or counting bytes are no key


def load_settings(**given: object) -> Settings:
    """Read the environment.

    Raises:
        BadSettings: one sentence that says what to set; the process ends with it.
    """
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks each value
    except ValidationError as wrong:
        first = wrong.errors()[0]
        where = "_".join(str(part) for part in first["loc"]).upper()
        said = str(first["msg"]).removeprefix("Value error, ")
        raise BadSettings(f"Cannot start: {said if not where else f'CLINIC_{where}: {said}'}") from None

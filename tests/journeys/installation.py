"""A whole clinic for the journeys: web server, worker, demo people, and what has been mailed."""

import os
import time
from pathlib import Path

from flask import Flask

from clinic import create_app
from clinic.kernel.clock import utc_now
from clinic.notifications.mailbox import StoredMail, stored_mails
from config import Settings
from tests.journeys.clock import BEGAN, clock
from tests.support.live import Live

MAIL_SECONDS = 60


class Clinic(Live):
    """An installation in which it is Tuesday, December 1, 2026, some time after 10:20 a.m. Central Time."""

    module = "tests.journeys.served"

    def __init__(self, folder: Path, database_url: str) -> None:
        # One proxy: every person of a journey comes from an address of their own, as in life.
        super().__init__(folder, database_url, CLINIC_TRUSTED_PROXIES="1", CLINIC_LOG_LEVEL="WARNING")
        began = str(utc_now().timestamp())
        self.environment[BEGAN] = os.environ[BEGAN] = began

    def prepare(self) -> None:
        """Keys, tables, demo people, on the clock of the journeys."""
        words = (
            "from clinic.web.prepare import prepare; from tests.journeys.clock import clock; prepare(clock)"
        )
        self.run("-c", words)

    def app(self) -> Flask:
        """The same application in this process, to look things up in."""
        url = self.environment["CLINIC_DATABASE_URL"]
        held = Settings(instance_dir=self.folder, database_url=url, public_url=self.url, log_level="ERROR")
        return create_app(held, clock)

    def mail_to(self, address: str, subject: str) -> StoredMail:
        """The newest mail with these words in its subject; it is waited for."""
        deadline = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < deadline:
            for mail in stored_mails(self.folder / "mail"):
                if address in mail.to and subject in mail.subject:
                    return mail
            time.sleep(0.2)
        held = [(mail.to, mail.subject) for mail in stored_mails(self.folder / "mail")]
        raise AssertionError(f"no mail {subject!r} to {address}; there is {held}; {self.log('worker')}")

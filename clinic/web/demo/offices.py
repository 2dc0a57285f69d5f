"""Offices that sent some of the demo people; every one of them is made up."""

from datetime import datetime, timedelta

from clinic.kernel.permissions import Actor
from clinic.referrals.rules.office import OfficeDetails
from clinic.referrals.service import keep_office

EVERY = 3
OFFICES = (
    OfficeDetails(
        name="Pine Street Family Care",
        clinician="Dr. Rowan Sample",
        address="12 Pine Street\nOpelika, AL 36801",
        fax="334-555-0188",
        email="office.pine@example.com",
    ),
    OfficeDetails(
        name="Red Mountain Hand Surgery",
        clinician="Dr. Linden Placeholder",
        address="400 Red Mountain Road, Suite 2\nBirmingham, AL 35205",
        fax="205-555-0187",
    ),
    OfficeDetails(name="Longleaf Physical Therapy", fax="334-555-0186", email="longleaf@example.com"),
)


def type_office(number: int, reference: str, desk: Actor, sent: datetime) -> None:
    """The desk types the office of every third person, half an hour after the answers came in."""
    if number % EVERY == 0:
        office, at = OFFICES[number // EVERY % len(OFFICES)], sent + timedelta(minutes=30)
        keep_office(reference, office, version=0, actor=desk, now=at)

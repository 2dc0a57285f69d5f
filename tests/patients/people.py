"""Patients for the tests of this slice."""

from datetime import date
from typing import Any

from clinic.patients.rules import PatientDetails


def details(**given: Any) -> PatientDetails:
    """Hazel, or Hazel with something else about her."""
    values: dict[str, Any] = {
        "first_name": "Hazel",
        "last_name": "O'Néal-Smith",
        "birth_date": date(1980, 2, 29),
        "phone": "(205) 555-0164",
        "email": "Hazel@Example.com",
    }
    return PatientDetails(**(values | given))

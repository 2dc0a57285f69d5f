"""United States facts that what people type is checked against: states, phone numbers, ZIP codes."""

import re
from collections.abc import Mapping
from types import MappingProxyType

_NAMES = """
AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware
DC District of Columbia|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas
KY Kentucky|LA Louisiana|ME Maine|MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi
MO Missouri|MT Montana|NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York
NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania|PR Puerto Rico|RI Rhode Island
SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|VT Vermont|VA Virginia|WA Washington
WV West Virginia|WI Wisconsin|WY Wyoming|XX Outside the United States
"""

STATES: Mapping[str, str] = MappingProxyType(
    {line[:2]: line[3:] for line in _NAMES.replace("\n", "|").split("|") if line}
)
"""Postal code to name, in alphabetical order of the names; `XX` is anywhere else."""

_PHONE_PUNCTUATION = re.compile(r"[\s().\-–—/]+")
_PHONE = re.compile(r"(?:\+?1)?([2-9]\d\d)([2-9]\d\d)(\d{4})", re.ASCII)
_ZIP = re.compile(r"(\d{5})(?:[ -]?(\d{4}))?", re.ASCII)


def phone_number(text: str) -> str | None:
    """Read a US number however it is punctuated, as `+12055550100`; None if it cannot be dialled.

    Area code and exchange start with 2 to 9 and are no service code such as 911 (North American plan).
    """
    found = _PHONE.fullmatch(_PHONE_PUNCTUATION.sub("", text))
    if found is None or found[1].endswith("11") or found[2].endswith("11"):
        return None
    return "+1" + "".join(found.groups())


def zip_code(text: str) -> str | None:
    """Read a ZIP code of 5 or 9 digits, as `36830` or `36830-1234`."""
    found = _ZIP.fullmatch(text)
    return None if found is None else "-".join(part for part in found.groups() if part)

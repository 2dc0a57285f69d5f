"""The one line that tells a clinician what a referral is about, from coded results alone."""

from collections.abc import Collection

# The first that holds is the headline; the next one stands under it. Order: danger, change, gaps, time.
_FROM_DETAILS = (
    ("WORSENING", "Worse overall, under treatment"),
    ("WORSENING_UNTREATED", "Worse overall, not treated yet"),
    ("SPREAD", "Has spread to a new area"),
    ("RECURRENCE", "Came back after a gap"),
    ("REMISSION", "No symptoms now"),
    ("CHECK_DATES", "Dates disagree"),
    ("UNTREATED", "Not treated yet"),
    ("P3_PRIOR", "Had an advanced treatment"),
    ("RESPONDING", "Getting better under treatment"),
    ("GAP_P1", "First treatments not complete"),
    ("GAP_P2", "Second-line treatments not complete"),
    ("ACCESS_BARRIER", "Treatment out of reach"),
    ("TREATMENT_UNKNOWN", "Treatments not known"),
    ("ONSET_UNKNOWN", "Start of symptoms not known"),
    ("RESPONSE_MISSING", "Overall change not told"),
)
_FROM_NO_PHASE = {
    "not_crps": "Another diagnosis was given",
    "not_established": "Not diagnosed yet",
    "check_dates": "Dates disagree",
    "remission": "No symptoms now",
    "dead_tissue_first": "Dead skin or tissue first",
    "needs_information": "Answers missing",
}


def headline(
    *, months: int | None, details: Collection[str], flags: Collection[str], no_phase_reason: str | None
) -> tuple[str, str]:
    """Main line and the line under it; either may be empty."""
    told: list[str] = []
    if no_phase_reason:
        told.append(_FROM_NO_PHASE.get(no_phase_reason, "No phase stated"))
    if "contradictory_data" in flags:
        told.append("Two answers disagree")
    told += [words for code, words in _FROM_DETAILS if code in details]
    since = _since(months)
    if since:
        told.insert(1, since)
    told = list(dict.fromkeys(told))
    return (told[0] if told else "", told[1] if len(told) > 1 else "")


def _since(months: int | None) -> str:
    if months is None:
        return ""
    if months < 24:
        return f"{months} month{'' if months == 1 else 's'} since first symptoms"
    return f"{months // 12} years since first symptoms"

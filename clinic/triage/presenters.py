"""How the rules read on a page: settings in words, tables by band, what is used and what is left out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clinic.triage.rules import RuleSettings, wording
from clinic.triage.rules.catalogue import CATALOGUE
from clinic.triage.rules.choices import SETTINGS, allowed, group, said
from clinic.triage.rules.table import BANDS, DECISION_TABLE, RESPONSES, ROWS, TRENDS, PhaseSet

NO_GROUPS = "A gain, and no Phase Two care possible"
NAMES = {1: "one", 2: "two", 3: "three"}
CHANGE: Mapping[str, str] = {
    "good": "Good",
    "minimal_overall": "Small gain over all",
    "minimal_treatments": "Small gain from treatments alone",
    "none_overall": "No change over all",
    "none_treatments": "No change from treatments alone",
    "worse": "Worse",
    "unknown": "Not known",
}
# What the phases rest on, by name of the fact; what is known but never moves a phase; what is not even read.
USED: Mapping[str, str] = {
    "onset": "When symptoms began",
    "current_episode_onset": "When the present episode began",
    "reference_date": "The day of the referral",
    "symptoms_now": "Symptoms now",
    "symptom_free_months": "Time without symptoms",
    "diagnosis_status": "Diagnosis",
    "symptom_groups": "Groups of signs",
    "overall_pgic": "Change over all",
    "trend": "Trend of the last weeks",
    "nothing_tried": "“Nothing tried yet”",
    "treatment_list": "Whether the list of treatments is complete",
    "treatments": "Treatments: what, when, how long, response, why stopped",
    "implants": "Implanted devices",
    "date_of_birth": "Birth date: child or adult, and impossible dates",
}
KNOWN: Mapping[str, str] = {
    "spread": "Spread to a new limb or area (priority only)",
    "red_flags": "Urgent answers (calls and priority only)",
    "ketamine_answers": "Answers for the safety check before ketamine (a note only)",
}
LEFT_OUT = (
    "Age, beyond child or adult",
    "Sex",
    "Side of the body",
    "Insurance",
    "Language",
    "Location",
    "What happened at the start",
    "Interest in a treatment",
)


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One setting: what it decides, its value, the default when it differs, the values allowed."""

    decides: str
    value: str
    default: str
    allowed: str
    settles: str


@dataclass(frozen=True, slots=True)
class PhaseTable:
    """Phases by row and column; a cell holds names of phases."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]


def setting_lines(settings: RuleSettings) -> tuple[SettingLine, ...]:
    """Every setting in words."""
    changed, default = settings.changed(), RuleSettings().as_json()
    return tuple(
        SettingLine(
            decides=decides,
            value=said(name, value),
            default=said(name, default[name]) if name in changed else "",
            allowed=allowed(name, value),
            settles=settles,
        )
        for name, value in settings.as_json().items()
        for decides, settles in (SETTINGS[name],)
    )


def phase_tables() -> tuple[PhaseTable, ...]:
    """The decision table: one table a band, then treatment unknown, then advanced treatment."""
    columns = tuple(wording.RESPONSES[one].capitalize() for one in RESPONSES)
    bands = tuple(wording.BANDS[band].capitalize() for band in BANDS)
    table = DECISION_TABLE
    return (
        *(
            PhaseTable(
                wording.BANDS[band].capitalize(),
                columns,
                tuple((_row(row), _cells(table.cells[band, row, one] for one in RESPONSES)) for row in ROWS),
            )
            for band in BANDS
        ),
        PhaseTable(
            "Treatment not known",
            bands,
            (
                *(
                    (wording.RESPONSES[one].capitalize(), _cells(table.unknown[one, band] for band in BANDS))
                    for one in (*RESPONSES, "unknown")
                ),
                (NO_GROUPS, ((), (), (), *_cells([table.unknown["no_groups", "D"]]))),
            ),
        ),
        PhaseTable(
            "Advanced treatment received; the response is not used",
            (*bands, "Onset unknown"),
            tuple(
                (_row(row), _cells(table.advanced[row, band] for band in (*BANDS, "unknown")))
                for row in ("X0", "X1")
            ),
        ),
    )


def response_rows() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """How the answer about change and the trend combine: a row for each answer, a column for each trend."""
    return tuple(
        (said, tuple(_responses(DECISION_TABLE.responses[one, trend]) for trend in TRENDS))
        for one, said in CHANGE.items()
    )


def treatment_lines(settings: RuleSettings) -> tuple[tuple[str, str, str], ...]:
    """Every treatment of the catalogue: its name, phases in the article, what it counts for."""
    return tuple(
        (
            item.name,
            wording.listed((wording.PHASES[phase] for phase in item.phases), "and") if item.phases else "",
            ", ".join(group(one) for one in sorted(settings.counts[slug])) or "Does not count",
        )
        for slug, item in CATALOGUE.items()
    )


def _row(row: str) -> str:
    return wording.ROWS[row][0].upper() + wording.ROWS[row][1:]


def _cells(found: Iterable[PhaseSet]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(NAMES[phase] for phase in sorted(phases)) for phases in found)


def _responses(found: Iterable[str]) -> str:
    """Responses in words; two that contradict each other ask for a clinician."""
    names = [wording.RESPONSES[one] for one in found if one != "conflict"]
    return wording.listed(names).capitalize() + (", asked again" if "conflict" in found else "")

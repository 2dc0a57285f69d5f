"""How the rules read on a page: settings in words, tables by band, what is used and what is left out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clinic.triage.queries import Agreement, LineRow
from clinic.triage.rules import RuleSettings, open_choices, wording
from clinic.triage.rules.catalogue import CATALOGUE
from clinic.triage.rules.choices import SETTINGS, allowed, group, said
from clinic.triage.rules.table import BANDS, DECISION_TABLE, RESPONSES, ROWS, TRENDS, PhaseSet

NOBODY: Mapping[str, Agreement] = {}
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
    """One choice: what it decides, its value, the default when it differs, the values allowed, who agreed."""

    decides: str
    value: str
    default: str
    allowed: str
    settles: str
    digest: str
    agreed: Agreement | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting that two versions do not share."""

    decides: str
    was: str
    would_be: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A referral that a draft would place differently: names of phases and the priority, before and then."""

    reference: str
    was: tuple[tuple[str, ...], int]
    would_be: tuple[tuple[str, ...], int] | None


@dataclass(frozen=True, slots=True)
class PhaseTable:
    """Phases by row and column; a cell holds names of phases."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]


def setting_lines(
    settings: RuleSettings, agreed: Mapping[str, Agreement] = NOBODY
) -> tuple[SettingLine, ...]:
    """Every choice in words: the settings in their order, then what the rules settle without a setting."""
    changed, default, plain = settings.changed(), RuleSettings().as_json(), settings.as_json()
    return tuple(
        SettingLine(
            decides=one.decides,
            value=one.value,
            default=said(one.key, default[one.key]) if one.key in changed else "",
            allowed=allowed(one.key, plain[one.key]) if one.key in plain else "",
            settles=one.settles,
            digest=one.digest,
            agreed=agreed.get(one.digest),
        )
        for one in open_choices(settings)
    )


def differences(before: RuleSettings, after: RuleSettings) -> tuple[Difference, ...]:
    """What differs between two versions, in words."""
    was, would_be = before.as_json(), after.as_json()
    return tuple(
        Difference(SETTINGS[name][0], said(name, was[name]), said(name, value))
        for name, value in would_be.items()
        if value != was[name]
    )


def change_lines(rows: Iterable[LineRow]) -> tuple[ChangeLine, ...]:
    """Lines of a replay with the names of phases."""
    return tuple(
        ChangeLine(row.reference, _named(row.was), _named(row.would_be) if row.would_be else None)
        for row in rows
    )


def _named(placed: tuple[tuple[int, ...], int]) -> tuple[tuple[str, ...], int]:
    return tuple(NAMES[phase] for phase in sorted(placed[0])), placed[1]


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

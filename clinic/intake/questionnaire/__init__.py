"""The published questionnaires: one folder of TOML for each version, read once, checked, never changed."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from clinic.intake.rules.integrity import require_sound
from clinic.intake.rules.loading import read_questionnaire
from clinic.intake.rules.vocabulary import Questionnaire
from clinic.safety.rules import RED_FLAGS

CURRENT_VERSION = "2026.1"
"""The version that a new intake is started with."""

_FOLDER = Path(__file__).parent


def current() -> Questionnaire:
    """Give the version for new intakes."""
    return version(CURRENT_VERSION)


@cache
def version(name: str) -> Questionnaire:
    """Give a published version; KeyError if there is none of that name."""
    if name not in fingerprints():
        raise KeyError(name)
    return read_folder(_FOLDER / name)


@cache
def documents(name: str) -> tuple[dict[str, Any], ...]:
    """Give a version as it was declared: the shared document, then its sections in order of file name."""
    return tuple(_documents(_FOLDER / name))


@cache
def fingerprints() -> Mapping[str, str]:
    """Give the recorded fingerprint of every published version."""
    return MappingProxyType(_read(_FOLDER / "published.toml"))


def read_folder(folder: Path) -> Questionnaire:
    """Read and check the questionnaire in a folder: `shared.toml` and its sections in order of file name."""
    shared, *sections = _documents(folder)
    questionnaire = read_questionnaire(shared, sections)
    require_sound(questionnaire, RED_FLAGS)
    return questionnaire


def _documents(folder: Path) -> list[dict[str, Any]]:
    return [_read(folder / "shared.toml"), *(_read(file) for file in sorted(folder.glob("[0-9]*.toml")))]


def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))

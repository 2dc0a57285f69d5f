"""Figures that tests measure; `make prove` gathers them into docs/proofs.md."""

import json
import os
from pathlib import Path

VARIABLE = "CLINIC_PROOFS"


def proving() -> bool:
    """Is this the long run (`make prove`)?"""
    return os.environ.get("CLINIC_PROVE") == "1"


def rounds(few: int, many: int) -> int:
    """How often to repeat: `few` all day, `many` when proving."""
    return many if proving() else few


def note(what: str, **figures: object) -> None:
    """Print figures, and keep them when a file is named for them."""
    print(f"{what}: " + ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in figures.items()))
    target = os.environ.get(VARIABLE)
    if target:
        with Path(target).open("a") as file:
            file.write(json.dumps({"what": what, "figures": figures}, default=str) + "\n")

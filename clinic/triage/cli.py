"""`flask triage explain`: outcomes for facts in a file, for people who check the rules by hand."""

import json
from collections.abc import Iterator
from typing import Any, NoReturn, TextIO

import click

from clinic.triage.rules import FactsError, evaluate, parse_facts

BAD_INPUT = 2


@click.group("triage")
def triage() -> None:
    """Look into the triage rules."""


def _refuse(line: int, field: str, message: str) -> NoReturn:
    where = f"line {line}, {field}" if field else f"line {line}"
    click.echo(f"{where}: {message}", err=True)
    raise SystemExit(BAD_INPUT)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise FactsError(twice, "is given twice")
    return found


def _objects(text: str) -> Iterator[tuple[int, Any]]:
    """Every JSON value of the text with the line it begins on; an object may span lines."""
    decoder = json.JSONDecoder(object_pairs_hook=_once)
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        line = text.count("\n", 0, place) + 1
        try:
            found, place = decoder.raw_decode(text, place)
        except json.JSONDecodeError as error:
            _refuse(error.lineno, f"column {error.colno}", f"is not JSON: {error.msg}")
        except FactsError as error:
            _refuse(line, error.path, error.message)
        except ValueError as error:
            _refuse(line, "", f"is not JSON: {error}")
        except RecursionError:
            _refuse(line, "", "is nested too deeply")
        yield line, found


@triage.command()
@click.argument("file", type=click.File("r", encoding="utf-8"))
def explain(file: TextIO) -> None:
    """Print one outcome per line for the FACTS in FILE ("-": standard input), one object or a stream."""
    try:
        text = file.read()
    except UnicodeDecodeError:
        _refuse(1, "", "is not UTF-8 text")
    count = 0
    for line, found in _objects(text):
        try:
            facts = parse_facts(found)
        except FactsError as error:
            _refuse(line, error.path, error.message)
        click.echo(json.dumps(evaluate(facts).as_json(), ensure_ascii=False))
        count += 1
    if not count:
        _refuse(1, "", "holds no FACTS object")

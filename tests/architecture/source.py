"""The source as the guards read it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = {".venv", "node_modules", "versions", "vendor", "__pycache__", "instance"}


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """Our own Python files below the folders (all of the project without any)."""
    tops = [ROOT / folder for folder in folders] or [ROOT]
    found = (path for top in tops for path in top.rglob("*.py"))
    return tuple(sorted(path for path in found if not SKIPPED & set(path.relative_to(ROOT).parts)))


@cache
def tree(path: Path) -> ast.Module:
    """The file, parsed."""
    return ast.parse(path.read_text())


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file, nested ones too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def name_of(path: Path) -> str:
    """The file's path as the reader knows it."""
    return str(path.relative_to(ROOT))

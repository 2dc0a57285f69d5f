"""Compile style sheets and scripts into clinic/static/vendor: hashed names, gzip copies, fonts, licences.

Run as `.venv/bin/python assets/build.py`. It does nothing when no input has changed since the last build.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from whitenoise.compress import Compressor

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "assets"
MODULES = ROOT / "node_modules"
OUT = ROOT / "clinic" / "static" / "vendor"
STAMP = OUT / ".stamp"
MANIFEST = OUT / "manifest.json"

STYLES = ("patient", "staff")
SCRIPTS = ("head", "main", "staff")
# Condensed, so that a chart fits two sheets; letters of Latin, Greek, Cyrillic, Hebrew and Arabic scripts.
FONTS = ("DejaVuSansCondensed", "DejaVuSansCondensed-Bold")
# Classic scripts run everywhere that styles do; module syntax is bundled away.
BROWSERS = "es2020"


def fingerprint() -> str:
    """One hash over everything that the build reads."""
    total = hashlib.sha256()
    inputs = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"]
    inputs += sorted(path for path in ASSETS.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    for path in inputs:
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def is_built(wanted: str) -> bool:
    """Whether the stamp agrees and every file that the manifest names is there."""
    if not STAMP.exists() or STAMP.read_text() != wanted or not MANIFEST.exists():
        return False
    return all((OUT / name).exists() for name in json.loads(MANIFEST.read_text()).values())


def run(*command: str) -> None:
    """Run a Node tool; the Node of the virtual environment comes first."""
    tools = Path(sys.executable).parent
    paths = os.pathsep.join([str(tools), os.environ.get("PATH", "")])
    subprocess.run(command, cwd=ROOT, check=True, env=os.environ | {"PATH": paths})  # noqa: S603 - fixed commands


def install() -> None:
    """Fetch the exact, hash-checked packages unless the tree already holds this lock file."""
    lock = (ROOT / "package-lock.json").read_bytes()
    mark = MODULES / ".clinic-lock"
    if mark.exists() and mark.read_bytes() == lock:
        return
    run(
        str(Path(sys.executable).parent / "npm"),
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    )
    mark.write_bytes(lock)


def compile_all(folder: Path) -> None:
    """Write plain names into the folder: patient.css, main.js, ..."""
    pairs = [f"{ASSETS / 'scss' / name}.scss:{folder / name}.css" for name in STYLES]
    run(
        str(MODULES / ".bin" / "sass"),
        f"--load-path={MODULES}",
        "--style=compressed",
        "--no-source-map",
        *pairs,
    )
    sources = [str(ASSETS / "js" / f"{name}.js") for name in SCRIPTS]
    flags = (
        "--bundle",
        "--minify",
        "--format=iife",
        f"--target={BROWSERS}",
        "--log-level=warning",
        "--legal-comments=none",
    )
    run(str(MODULES / ".bin" / "esbuild"), *sources, *flags, f"--outdir={folder}")


def publish(folder: Path) -> dict[str, str]:
    """Put each content's hash into the file's name, add a gzip copy; plain name -> public name."""
    names = {}
    for path in sorted(folder.iterdir()):
        mark = hashlib.sha256(path.read_bytes()).hexdigest()[:10]
        public = f"{path.stem}-{mark}{path.suffix}"
        path.rename(OUT / public)
        names[path.name] = public
    squeeze = Compressor(use_brotli=False, quiet=True)
    for public in names.values():
        squeeze.compress(str(OUT / public))
    return names


def copy_fonts() -> None:
    """The letters that a PDF carries with it."""
    target = OUT / "fonts"
    target.mkdir()
    for name in FONTS:
        shutil.copy(MODULES / "dejavu-fonts-ttf" / "ttf" / f"{name}.ttf", target)


def copy_licences() -> None:
    """Keep the licence texts beside what was built from the packages (the packages themselves carry none)."""
    for path in sorted((ASSETS / "licences").glob("*.txt")):
        shutil.copy(path, OUT / f"LICENSE.{path.name}")


def build() -> None:
    """Build into an empty folder. A broken build does not count: `main` writes the stamp last."""
    install()
    shutil.rmtree(OUT, ignore_errors=True)
    work = OUT / "work"
    work.mkdir(parents=True)
    compile_all(work)
    names = publish(work)
    work.rmdir()
    copy_fonts()
    copy_licences()
    MANIFEST.write_text(json.dumps(names, indent=2) + "\n")


def main() -> int:
    """Build when something has changed."""
    wanted = fingerprint()
    if not is_built(wanted):
        build()
        STAMP.write_text(wanted)
        sys.stdout.write(f"Assets built into {OUT.relative_to(ROOT)}.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

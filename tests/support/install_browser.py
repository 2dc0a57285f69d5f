"""Makes sure that there is a Chromium for the browser tests; says what to do when it cannot."""

import os
import shutil
import subprocess
import sys

SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
HELP = "No Chromium for the browser tests: install one and set CHROMIUM=/path/to/chromium."


def system_browser() -> str | None:
    """The path of a browser that is there: `CHROMIUM`, or one of the system's."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in SYSTEM_NAMES if (path := shutil.which(name))), None)


def playwright_browser_starts() -> bool:
    """Does Playwright's own browser start? (Its path says nothing: only the headless shell may be there.)"""
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as driver:
        try:
            driver.chromium.launch(chromium_sandbox=False).close()
        except Error:
            return False
    return True


def install() -> bool:
    """Try Playwright's download, then the system's packages; is there a browser now?"""
    command = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    if subprocess.run(command, check=False, capture_output=True).returncode == 0:
        return playwright_browser_starts()
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        packages = ["chromium", "fonts-liberation"]
        for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
            subprocess.run(["apt-get", *arguments], check=False, env=environment, stdout=subprocess.DEVNULL)
    return system_browser() is not None


def main() -> int:
    """0 when a browser is there in the end."""
    if system_browser() or playwright_browser_starts():
        return 0
    print("Installing a browser for the tests (once)")
    if install():
        return 0
    print(HELP)
    return 1


if __name__ == "__main__":
    sys.exit(main())

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

HOME = Path(__file__).parent.parent.parent
SCREENSHOTS = HOME / "build" / "screenshots"
CHROMIUM = next(filter(shutil.which, ("chromium", "chromium-browser", "google-chrome")), "chromium")
"""Debian's name, Ubuntu's, or what GitHub's machines have."""

OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
)


def need(*programs):
    """Skip where programs are not installed, unless in CI: there they must be."""
    missing = [program for program in programs if not shutil.which(program)]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"not installed: {', '.join(missing)}")
    assert missing == [], "apt-get install graphviz chromium chromium-driver"


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """A headless Chromium that logs everything it says and asks for."""
    need(CHROMIUM, "chromedriver")
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = shutil.which(CHROMIUM)
    for option in (*OPTIONS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    found = Chrome(options=options, service=Service(shutil.which("chromedriver")))
    yield found
    found.quit()

"""What every test shares: current translations, documents in a folder of their own, Chromium where there is one."""

import os
import shutil
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.core.cache import cache
from django.db import connection
from django.utils import translation

BASE_DIR = Path(__file__).resolve().parent.parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def pytest_configure(config):
    """Compile the catalogues that changed, once, before the workers of xdist start."""
    from django.conf import settings

    settings.WHITENOISE_AUTOREFRESH = True  # the live server of a session starts before any fixture of a test
    if hasattr(config, "workerinput"):
        return
    for source in BASE_DIR.glob("locale*/*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            with source.open("rb") as catalogue, compiled.open("wb") as file:
                write_mo(file, read_po(catalogue, locale=source.parts[-3]))


def is_left_to(vendor, item):
    """Whether the test says something of this database alone; one that asks for no database runs once, with SQLite."""
    if any(item.get_closest_marker(name) for name in ("postgresql", "sqlite")):
        return bool(item.get_closest_marker(vendor))
    asks = item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(item.fixturenames)
    return vendor == "sqlite" and not asks


def pytest_collection_modifyitems(config, items):
    """Name what cannot run here as skipped; where both databases are tested, leave to each what is its own."""
    if CHROMIUM is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="needs Chromium: apt-get install chromium"))
    other = "sqlite" if connection.vendor == "postgresql" else "postgresql"
    theirs = [item for item in items if is_left_to(other, item)]
    if os.environ.get("TEST_DATABASE_URL"):
        config.hook.pytest_deselected(items=theirs)
        items[:] = [item for item in items if item not in theirs]
    elif other == "postgresql":
        for item in theirs:
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: set TEST_DATABASE_URL=postgres://…"))


@pytest.fixture(autouse=True)
def kept_apart(settings, tmp_path):
    """Write documents to the test's own folder, serve static files as they stand, hash fast, forget kept answers."""
    cache.clear()
    settings.MEDIA_ROOT = tmp_path / "documents"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WHITENOISE_AUTOREFRESH = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def english():
    """Begin every test in English: a request leaves the language of its page behind."""
    translation.activate("en")
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def chromium():
    """Yield a running Chromium of Playwright's; tests that use it are marked ``browser``."""
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs a loop in the thread of the tests
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()

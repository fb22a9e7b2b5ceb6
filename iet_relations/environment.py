"""Reads the environment for settings.py, and stops with one line when a value makes no sense.

The variables and their meaning are listed in docs/operations.md.
"""

import json
import os
import secrets
from pathlib import Path
from urllib.parse import quote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured


class WrongEnvironment(SystemExit):
    """A variable of the environment has a value that cannot be used; the process ends with one line."""

    def __init__(self, variable, problem):
        super().__init__(f"{variable}: {problem}")


def boolean(variable, default=False):
    """Return True or False; anything but ``true`` and ``false`` ends the process."""
    value = os.environ.get(variable, "").strip() or str(default).lower()
    if value not in ("true", "false"):
        raise WrongEnvironment(variable, f"say true or false, not “{value}”.")
    return value == "true"


def whole_number(variable, default, lowest, highest):
    """Return an int within ``lowest``–``highest`` (both inclusive)."""
    value = os.environ.get(variable, "").strip() or str(default)
    if not (value.isascii() and value.isdigit() and lowest <= int(value) <= highest):
        raise WrongEnvironment(variable, f"say a whole number from {lowest} to {highest}, not “{value}”.")
    return int(value)


def host_names(variable, default):
    """Return a list of host names from a comma-separated value."""
    names = [name.strip() for name in (os.environ.get(variable, "").strip() or default).split(",") if name.strip()]
    for name in names or [os.environ[variable]]:
        if not names or "/" in name or " " in name:
            raise WrongEnvironment(variable, f"list host names like relations.example.tj, not “{name}”.")
    return names


def address(variable, default, read, schemes, with_host=()):
    """Parse a URL such as DATABASE_URL with ``read`` (a function of ``environ.Env`` from URL to settings).

    ``schemes`` are those that the product supports, ``with_host`` the ones of them that need a host. Passwords never
    appear in the message.
    """
    value = os.environ.get(variable, "").strip() or default
    expected = ", ".join(f"{scheme}://…" for scheme in schemes)
    try:
        scheme, host = urlsplit(value).scheme, urlsplit(value).hostname
        if scheme not in schemes:
            raise WrongEnvironment(variable, f"begin with one of {expected}, not “{scheme or value[:20]}”.")
        if scheme in with_host and not host:
            raise WrongEnvironment(variable, f"name the host after {scheme}://.")
        return read(value)
    except (ValueError, KeyError, ImproperlyConfigured):
        raise WrongEnvironment(variable, f"this address cannot be read; write it like {expected}.") from None


def database(default_file):
    """Return the settings of the database that DATABASE_URL names, or of SQLite in ``default_file``."""
    found = address(
        "DATABASE_URL",
        f"sqlite:///{quote(str(default_file))}",
        environ.Env.db_url_config,
        ("postgres", "postgresql", "sqlite"),
    )
    if not found["NAME"]:
        raise WrongEnvironment("DATABASE_URL", "name the database, like postgres://user:password@host:5432/registry.")
    return found


def email():
    """Return the EMAIL_… settings of EMAIL_URL; the folder of ``filemail:///folder`` is an absolute one."""
    found = address(
        "EMAIL_URL",
        "consolemail://",
        environ.Env.email_url_config,
        ("consolemail", "filemail", "smtp", "smtp+tls", "smtp+ssl", "memorymail"),
        with_host=("smtp", "smtp+tls", "smtp+ssl"),
    )
    if found["EMAIL_FILE_PATH"]:
        found["EMAIL_FILE_PATH"] = "/" + found["EMAIL_FILE_PATH"].lstrip("/")
    return found


def cache():
    """Return the settings of the cache that CACHE_URL names."""
    return address(
        "CACHE_URL", "locmemcache://", environ.Env.cache_url_config, ("locmemcache", "dbcache", "filecache")
    )


def document_storage():
    """Return the entry of Django's STORAGES that DOCUMENT_STORAGE gives as JSON, or a folder in DATA_DIR."""
    text = os.environ.get("DOCUMENT_STORAGE", "").strip()
    if not text:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("BACKEND"), str) or set(found) - {"BACKEND", "OPTIONS"}:
        raise WrongEnvironment("DOCUMENT_STORAGE", 'write it as JSON: {"BACKEND": "…", "OPTIONS": {…}}.')
    return found


def data_directory(base):
    """Return the folder of everything that is kept; it is made when missing."""
    path = Path(os.environ.get("DATA_DIR", "").strip() or base / "var")
    path = path if path.is_absolute() else base / path
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WrongEnvironment("DATA_DIR", f"the folder {path} cannot be made: {error.strerror}.") from None
    if not os.access(path, os.W_OK):
        raise WrongEnvironment("DATA_DIR", f"the folder {path} cannot be written to.")
    return path


def secret_key(directory):
    """Return SECRET_KEY, or the key kept in ``directory``, made there once (mode 600)."""
    if given := os.environ.get("SECRET_KEY", "").strip():
        return given
    path = directory / "secret_key"
    if not path.exists():
        draft = directory / f".secret_key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        try:
            os.link(draft, path)  # atomic: the first of two processes wins, both read the same key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()

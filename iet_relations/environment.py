"""Reads the environment for settings.py, and stops with one line when a value makes no sense.

The variables and their meaning are listed in docs/operations.md.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

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
    for name in names:
        if "/" in name or " " in name:
            raise WrongEnvironment(variable, f"list host names like relations.example.tj, not “{name}”.")
    return names


def address(variable, default, schemes, read):
    """Parse a URL such as DATABASE_URL with ``read`` (one of the ``…_url_config`` methods of ``environ.Env``).

    ``schemes`` are those that the product supports. Passwords never appear in the message.
    """
    value = os.environ.get(variable, "").strip() or default
    expected = ", ".join(f"{scheme}://…" for scheme in schemes)
    try:
        scheme = urlsplit(value).scheme
        if scheme not in schemes:
            raise WrongEnvironment(variable, f"begin with one of {expected}, not “{scheme or value[:20]}”.")
        return read(value)
    except (ValueError, KeyError, ImproperlyConfigured):
        raise WrongEnvironment(variable, f"this address cannot be read; write it like {expected}.") from None


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

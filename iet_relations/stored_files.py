"""Files in the storage of documents, be it a folder of this host or a service that all hosts share."""

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from django.core.files.storage import FileSystemStorage, default_storage


def storage_is_folder():
    """Whether the files lie in a folder, not with a service."""
    return isinstance(default_storage, FileSystemStorage)


@contextmanager
def on_this_host(name):
    """Yield the Path of a stored file; of a copy that goes afterwards where the storage is no folder."""
    if storage_is_folder():
        yield Path(default_storage.path(name))
        return
    with tempfile.NamedTemporaryFile() as copy:
        with default_storage.open(name, "rb") as stored:
            shutil.copyfileobj(stored, copy)
        copy.flush()
        yield Path(copy.name)


def put(name, content):
    """Store bytes under the name, in place of what was there."""
    if storage_is_folder():
        Path(default_storage.path(name)).parent.mkdir(parents=True, exist_ok=True)
    with default_storage.open(name, "wb") as stored:
        stored.write(content)

"""The last 64 bytes of a backup: the SHA-256 of all the bytes before them, as the comment of the ZIP file.

What each member holds is checked by the manifest; the seal covers what lies between the members too, so that no byte
of the file can change unnoticed.
"""

import hashlib
import os

LENGTH = 64
CHUNK = 1024 * 1024
BLANK = b"0" * LENGTH


def seal(file):
    """Write the checksum over the last bytes of an open file, whose ZIP comment is BLANK."""
    size = file.seek(0, os.SEEK_END)
    digest = _digest(file, size)
    file.seek(size - LENGTH)
    file.write(digest)


def is_broken(file):
    """Return whether the bytes of an open file are not those that it was sealed with."""
    size = file.seek(0, os.SEEK_END)
    digest = _digest(file, size)
    file.seek(size - LENGTH)
    return file.read(LENGTH) != digest


def _digest(file, size):
    digest, left = hashlib.sha256(), size - LENGTH
    file.seek(0)
    while left > 0 and (chunk := file.read(min(CHUNK, left))):
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest().encode()

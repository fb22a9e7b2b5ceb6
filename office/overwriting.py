"""Lets what was erased also go from the files of the database, where deleted bytes stay until their room is needed."""

from django.db import OperationalError, connection


def overwrite(models):
    """Write the tables of the models anew, without what was deleted; return whether that could be done now.

    SQLite writes all of its file, and empties its journal. PostgreSQL waits ten seconds for who uses a table. Inside
    a transaction neither can.
    """
    if connection.in_atomic_block:
        return False
    try:
        with connection.cursor() as cursor:
            return _sqlite(cursor) if connection.vendor == "sqlite" else _postgresql(cursor, models)
    except OperationalError:  # others write or read just now
        return False


def _sqlite(cursor):
    cursor.execute("VACUUM")
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    busy, _pages, _moved = cursor.fetchone()
    return not busy


def _postgresql(cursor, models):
    cursor.execute("SET lock_timeout = '10s'")
    try:
        for model in models:
            cursor.execute(f"VACUUM (FULL) {connection.ops.quote_name(model._meta.db_table)}")
    finally:
        cursor.execute("RESET lock_timeout")
    return True

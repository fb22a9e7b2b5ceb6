"""What the two databases do differently: a snapshot to read from, the last key that was given, empty tables."""

from contextlib import contextmanager, nullcontext

from django.apps import apps
from django.db import connection, models, transaction


@contextmanager
def snapshot():
    """See the database as it is at one moment, while others go on writing."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    # Not atomic(): that would take SQLite's write lock. A deferred transaction reads beside writers, thanks to WAL.
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def last_key(model):
    """Return the last key that the database gave to a row of the model, deleted ones included, or None."""
    if not isinstance(model._meta.pk, models.AutoField | models.BigAutoField):
        return None
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", _sequence(model))
            cursor.execute(f"SELECT last_value, is_called FROM {cursor.fetchone()[0]}")  # nosec B608 - our own name
            value, called = cursor.fetchone()
            return value if called else None
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        return next(iter(cursor.fetchone() or [None]))


def set_last_key(model, value):
    """Let new rows get keys after ``value``: those of deleted rows, whose history stays, are not given again."""
    if not value:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [*_sequence(model), value])
        else:
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [model._meta.db_table, value])


def _sequence(model):
    return [connection.ops.quote_name(model._meta.db_table), model._meta.pk.column]


def our_tables():
    """Return the tables in the database that belong to the registry, also to other versions of it."""
    labels = {"django", *(config.label for config in apps.get_app_configs())}
    with connection.cursor() as cursor:
        names = [table.name for table in connection.introspection.get_table_list(cursor) if table.type == "t"]
    return [name for name in names if any(name.startswith(f"{label}_") for label in labels)]


MADE_BY_MIGRATING = {
    "django_migrations",
    "django_content_type",
    "django_session",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
}


def tables_with_records():
    """Return the tables of the registry that hold what people entered."""
    found = []
    with connection.cursor() as cursor:
        for table in set(our_tables()) - MADE_BY_MIGRATING:
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")  # nosec B608 - our own name
            if cursor.fetchone():
                found.append(table)
    return sorted(found)


@contextmanager
def all_or_nothing():
    """One transaction in which tables may also be made and dropped; foreign keys are checked when it ends."""
    # SQLite changes tables only while foreign keys are off, which has to happen before the transaction.
    unchecked = connection.constraint_checks_disabled if connection.vendor == "sqlite" else nullcontext
    with unchecked(), transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield
        connection.check_constraints()


def later_constraints():
    """Check foreign keys at the end of the transaction, so that rows can come in any order."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def drop_tables():
    """Drop every table of the registry."""
    ending = " CASCADE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for table in our_tables():
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)}{ending}")

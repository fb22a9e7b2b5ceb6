"""Which state the records are in: a mark that is another one after every write, by whatever way.

Triggers of the database leave a random number at each statement that writes a record (on SQLite at each row), so that
admin, import, undo, merging, bulk operations and plain SQL count alike, and what is rolled back was never there. On
SQLite one row of each table is replaced. On PostgreSQL rows are added, so that writers never wait for each other; the
state is the exclusive or of the visible ones, and now and then the trigger folds many into one, which leaves it the
same.
"""

from contextlib import contextmanager
from contextvars import ContextVar

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, transaction

TABLE = "iet_relations_change"
TRIGGER = "notes_change"
EVENTS = ("insert", "update", "delete")  # SQLite has a trigger for each
_OF_REQUEST = ContextVar("data_state", default=None)

POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO {TABLE} ("table", mark) VALUES (TG_TABLE_NAME, (random() * 9e18)::bigint);
  IF random() < 0.005 THEN
    WITH gone AS (
      DELETE FROM {TABLE} WHERE id IN (SELECT id FROM {TABLE} ORDER BY id LIMIT 2000 FOR UPDATE SKIP LOCKED)
      RETURNING "table", mark
    ) INSERT INTO {TABLE} ("table", mark) SELECT "table", bit_xor(mark) FROM gone GROUP BY "table";
  END IF;
  RETURN NULL;
END $$
"""


def data_state(models=None, using=DEFAULT_DB_ALIAS):
    """Return the mark of the records as they are now; within a request, as they were when it was first asked for.

    With ``models`` only their own tables count.
    """
    kept = _OF_REQUEST.get()
    marks = kept.get(using) if kept is not None else None
    if marks is None:
        connection = connections[using]
        reading = "bit_xor(mark)" if connection.vendor == "postgresql" else "max(mark)"
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT "table", {reading} FROM {TABLE} GROUP BY "table" ORDER BY "table"')
            marks = dict(cursor.fetchall())
        # Who writes sees its own writes at once: nothing is kept inside a transaction.
        if kept is not None and not connection.in_atomic_block:
            kept[using] = marks
    if models is None:
        return tuple(marks.items())
    return tuple(marks.get(model._meta.db_table) for model in models)


class asked_once:
    """Within this block the state is asked for once: what a page computes from then on is at least as new."""

    def __enter__(self):
        self.token = _OF_REQUEST.set({})

    def __exit__(self, *exception):
        _OF_REQUEST.reset(self.token)


def watched_tables():
    """Return the tables of every app that says ``is_watched``, without history and summaries."""
    models = [
        model
        for config in apps.get_app_configs()
        if getattr(config, "is_watched", False)
        for model in config.get_models(include_auto_created=True)
        if not model._meta.model_name.startswith("historical") and not getattr(model, "is_summary", False)
    ]
    return sorted({model._meta.db_table for model in models})


def unwatched_tables(using=DEFAULT_DB_ALIAS):
    """Return the tables that should have the trigger and do not."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = %s", [TRIGGER])
        else:
            cursor.execute(
                "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s", [f"%_{TRIGGER}_delete"]
            )
        there = {name.strip('"') for (name,) in cursor.fetchall()}
        tables = set(connection.introspection.table_names(cursor))
    return [table for table in watched_tables() if table in tables and table not in there]


@contextmanager
def noted_once(table, using=DEFAULT_DB_ALIAS):
    """Within this block, for very many rows at once, SQLite notes no write of the table; its end is one."""
    connection = connections[using]
    with transaction.atomic(using=using):
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                for event in EVENTS:
                    cursor.execute(f"DROP TRIGGER {table}_{TRIGGER}_{event}")
        yield
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                _watch(connection, cursor, [table])


def prepare(sender, using=DEFAULT_DB_ALIAS, **kwargs):
    """After ``migrate``: make the triggers that are missing.

    SQLite loses triggers whenever a migration remakes a table, which is why no migration makes them.
    """
    connection = connections[using]
    if not getattr(sender, "is_watched", False) or TABLE not in connection.introspection.table_names():
        return
    missing = unwatched_tables(using)
    with connection.cursor() as cursor:
        if missing and connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_FUNCTION)
        _watch(connection, cursor, missing)


def _watch(connection, cursor, tables):
    """Make the triggers of the tables, and note that they are not what they were."""
    for table in tables:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE TRIGGER {TRIGGER} AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION note_change()"
            )
            continue
        for event in EVENTS:
            cursor.execute(
                f"CREATE TRIGGER IF NOT EXISTS {table}_{TRIGGER}_{event} AFTER {event.upper()} ON {table} "
                f"BEGIN DELETE FROM {TABLE} WHERE \"table\" = '{table}'; "
                f"INSERT INTO {TABLE} (\"table\", mark) VALUES ('{table}', random()); END"
            )
    for table in tables:
        mark = "(random() * 9e18)::bigint" if connection.vendor == "postgresql" else "random()"
        cursor.execute(f'INSERT INTO {TABLE} ("table", mark) SELECT %s, {mark}', [table])

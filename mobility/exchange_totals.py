"""The triggers that keep ``ExchangeTotal`` true, whichever way exchanges and institutions are written.

On PostgreSQL each statement adds rows with its differences, so that writers of the same kind of exchange do not wait
for each other; now and then the trigger folds the newest rows together. Whoever writes exchanges holds their
institutions' rows shared, so that a concurrent change of ``published`` waits and finds them. SQLite has one writer at
a time; there each row adds to its kind.
"""

from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections, transaction

KIND = ("academic_year", "direction", "activity", "status", "country_id")
TOTALS, EXCHANGES, INSTITUTIONS = "mobility_exchangetotal", "mobility_exchange", "partners_institution"
PREFIX = "exchange_totals"
COLUMNS = f"{', '.join(KIND)}, public"
FOLDED_AFTER, FOLDED_AT_ONCE = 4000, 20_000  # rows added, about; rows folded

ALL = f"""
INSERT INTO {TOTALS} ({COLUMNS}, count, rows)
SELECT {", ".join(f"e.{name}" for name in KIND)},
       CASE WHEN e.partner_id IS NULL OR i.published THEN %s ELSE %s END AS is_public, sum(e.count), count(*)
FROM {EXCHANGES} e LEFT JOIN {INSTITUTIONS} i ON i.id = e.partner_id
GROUP BY {", ".join(f"e.{name}" for name in KIND)}, is_public
"""


def prepare(sender, using=DEFAULT_DB_ALIAS, **kwargs):
    """After ``migrate``: make the triggers, and add everything up, where they are missing."""
    connection = connections[using]
    if not {TOTALS, EXCHANGES, INSTITUTIONS} <= set(connection.introspection.table_names()):
        return
    wanted = _postgresql_triggers() if connection.vendor == "postgresql" else _sqlite_triggers()
    if _present(connection) == set(wanted):
        with connection.cursor() as cursor:  # `flush` empties the tables in any order, and the triggers go on adding
            cursor.execute(f"DELETE FROM {TOTALS} WHERE NOT EXISTS (SELECT 1 FROM {EXCHANGES})")
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        _drop(connection, cursor)
        if connection.vendor == "postgresql":
            for statement in POSTGRESQL_FUNCTIONS:
                cursor.execute(statement)
        for statement in wanted.values():
            cursor.execute(statement)
        _add_up(connection, cursor)


def step_aside(sender, using=DEFAULT_DB_ALIAS, plan=(), **kwargs):
    """Before migrations: take the triggers away, since SQLite could remake no table that they name.

    ``prepare`` makes them again afterwards and adds up what was written in between.
    """
    connection = connections[using]
    if plan and _present(connection):
        with connection.cursor() as cursor:
            _drop(connection, cursor)


@contextmanager
def aside(using=DEFAULT_DB_ALIAS):
    """Within this block, for very many exchanges at once, nothing is added up; at its end everything is anew."""
    connection = connections[using]
    with transaction.atomic(using=using):
        with connection.cursor() as cursor:
            _drop(connection, cursor)
        yield
        prepare(None, using)


def add_up(using=DEFAULT_DB_ALIAS):
    """Add everything up anew."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        if connections[using].vendor == "postgresql":
            cursor.execute(f"LOCK TABLE {EXCHANGES}, {INSTITUTIONS} IN SHARE MODE")
        _add_up(connections[using], cursor)


def differences(using=DEFAULT_DB_ALIAS):
    """Return the kinds whose total is not that of their rows: (kind, people in the total, people in the rows)."""
    names = ", ".join(f"e.{name}" for name in KIND)
    connection = connections[using]
    with connection.cursor() as cursor:
        if _present(connection) != set(
            _postgresql_triggers() if connection.vendor == "postgresql" else _sqlite_triggers()
        ):
            return [("triggers", 0, 0)]
        cursor.execute(f"""
            SELECT {", ".join(KIND)}, public, sum(kept), sum(counted) FROM (
              SELECT {COLUMNS}, count AS kept, 0 AS counted, rows FROM {TOTALS}
              UNION ALL
              SELECT {names}, CASE WHEN e.partner_id IS NULL OR i.published THEN {_true(connection)}
                     ELSE {_false(connection)} END, 0, e.count, -1
              FROM {EXCHANGES} e LEFT JOIN {INSTITUTIONS} i ON i.id = e.partner_id
            ) AS both_of_them
            GROUP BY {COLUMNS} HAVING sum(kept) <> sum(counted) OR sum(rows) <> 0 ORDER BY {COLUMNS}
        """)
        return [(" ".join(map(str, row[:6])), row[6], row[7]) for row in cursor.fetchall()]


def _true(connection):
    return "true" if connection.vendor == "postgresql" else "1"


def _false(connection):
    return "false" if connection.vendor == "postgresql" else "0"


def _add_up(connection, cursor):
    # The file of a PostgreSQL table keeps the room of what is deleted, and every total is read through it.
    cursor.execute(f"TRUNCATE {TOTALS}" if connection.vendor == "postgresql" else f"DELETE FROM {TOTALS}")
    cursor.execute(ALL, [True, False])


def _present(connection):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE %s", [f"{PREFIX}%"])
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s", [f"{PREFIX}%"])
        return {name for (name,) in cursor.fetchall()}


def _drop(connection, cursor):
    for name in _present(connection):
        table = INSTITUTIONS if "institution" in name else EXCHANGES
        cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))


# PostgreSQL

_DIFFERENCES = f"""
INSERT INTO {TOTALS} ({COLUMNS}, count, rows)
SELECT {", ".join(f"e.{name}" for name in KIND)}, e.partner_id IS NULL OR coalesce(i.published, false),
       sum(e.count * e.sign), sum(e.sign)
FROM ({{changed}}) AS e LEFT JOIN {INSTITUTIONS} i ON i.id = e.partner_id
GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(e.count * e.sign) <> 0 OR sum(e.sign) <> 0
"""
_OLD, _NEW = "SELECT old_rows.*, -1 AS sign FROM old_rows", "SELECT new_rows.*, 1 AS sign FROM new_rows"
_FOLD = f"""
GET DIAGNOSTICS added = ROW_COUNT;
IF random() * {FOLDED_AFTER} < added THEN
  WITH gone AS (
    DELETE FROM {TOTALS} WHERE id IN (
      SELECT id FROM {TOTALS} ORDER BY id DESC LIMIT {FOLDED_AT_ONCE} FOR UPDATE SKIP LOCKED)
    RETURNING *
  ) INSERT INTO {TOTALS} ({COLUMNS}, count, rows)
    SELECT {COLUMNS}, sum(count), sum(rows) FROM gone GROUP BY 1, 2, 3, 4, 5, 6
    HAVING sum(count) <> 0 OR sum(rows) <> 0;
END IF;
"""


def _function(name, body):
    return (
        f"CREATE OR REPLACE FUNCTION {PREFIX}_{name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ DECLARE added bigint; BEGIN {body} RETURN NULL; END $$"
    )


def _of_exchanges(name, *changed):
    rows = " UNION ALL ".join(changed)
    share = f"PERFORM 1 FROM {INSTITUTIONS} WHERE id IN (SELECT partner_id FROM ({rows}) AS e) ORDER BY id FOR SHARE;"
    return _function(name, f"{share} {_DIFFERENCES.format(changed=rows)}; {_FOLD}")


def _of_institutions(name, changed):
    """Move the exchanges of the institutions that ``changed`` gives (id, published now) to the other side."""
    kind = ", ".join(f"e.{column}" for column in KIND)
    return _function(
        name,
        f"""
        INSERT INTO {TOTALS} ({COLUMNS}, count, rows)
        SELECT {kind}, side.public, sum(CASE WHEN side.public = changed.now THEN e.count ELSE -e.count END),
               sum(CASE WHEN side.public = changed.now THEN 1 ELSE -1 END)
        FROM ({changed}) AS changed JOIN {EXCHANGES} e ON e.partner_id = changed.id
             CROSS JOIN (VALUES (true), (false)) AS side (public)
        GROUP BY 1, 2, 3, 4, 5, 6;
        """,
    )


POSTGRESQL_FUNCTIONS = [
    _of_exchanges("insert", _NEW),
    _of_exchanges("update", _OLD, _NEW),
    _of_exchanges("delete", _OLD),
    _function("truncate", f"DELETE FROM {TOTALS};"),
    _of_institutions(
        "institution_update",
        "SELECT n.id, n.published AS now FROM new_rows n JOIN old_rows o ON o.id = n.id "
        "WHERE n.published <> o.published",
    ),
    _of_institutions("institution_insert", "SELECT id, published AS now FROM new_rows WHERE published"),
    _of_institutions("institution_delete", "SELECT id, false AS now FROM old_rows WHERE published"),
]


def _postgresql_triggers():
    tables = {"insert": "NEW TABLE AS new_rows", "delete": "OLD TABLE AS old_rows"}
    tables["update"] = f"{tables['delete']} {tables['insert']}"
    found = {}
    for table, infix in ((EXCHANGES, ""), (INSTITUTIONS, "_institution")):
        for event, rows in tables.items():
            name = f"{PREFIX}{infix}_{event}"
            found[name] = (
                f"CREATE TRIGGER {name} AFTER {event.upper()} ON {table} REFERENCING {rows} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
            )
    name = f"{PREFIX}_truncate"
    found[name] = f"CREATE TRIGGER {name} AFTER TRUNCATE ON {EXCHANGES} FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    return found


# SQLite


def _add_row(row, sign):
    """Return the statements that add an exchange (NEW or OLD) to its kind, or take it away."""
    public = (
        f"CASE WHEN {row}.partner_id IS NULL THEN 1 "
        f"ELSE coalesce((SELECT published FROM {INSTITUTIONS} WHERE id = {row}.partner_id), 0) END"
    )
    same = " AND ".join(f"{name} = {row}.{name}" for name in KIND)
    values = ", ".join(f"{row}.{name}" for name in KIND)
    return (
        f"UPDATE {TOTALS} SET count = count {sign} {row}.count, rows = rows {sign} 1 "
        f"WHERE id = (SELECT id FROM {TOTALS} WHERE {same} AND public = {public} LIMIT 1);"
        f"INSERT INTO {TOTALS} ({COLUMNS}, count, rows) "
        f"SELECT {values}, {public}, {sign}{row}.count, {sign}1 WHERE changes() = 0;"
    )


def _move(institution, now):
    kind = ", ".join(KIND)
    return "".join(
        f"INSERT INTO {TOTALS} ({COLUMNS}, count, rows) "
        f"SELECT {kind}, {side}, sum({sign}count), sum({sign}1) FROM {EXCHANGES} "
        f"WHERE partner_id = {institution}.id GROUP BY {kind};"
        for side, sign in ((now, ""), (f"NOT {now}", "-"))
    )


def _sqlite_triggers():
    changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in (*KIND, "partner_id", "count"))
    bodies = {
        "insert": (EXCHANGES, "", _add_row("NEW", "+")),
        "update": (EXCHANGES, f"WHEN {changed}", _add_row("OLD", "-") + _add_row("NEW", "+")),
        "delete": (EXCHANGES, "", _add_row("OLD", "-")),
        "institution_insert": (INSTITUTIONS, "WHEN NEW.published", _move("NEW", "1")),
        "institution_update": (
            INSTITUTIONS,
            "WHEN OLD.published <> NEW.published",
            _move("NEW", "NEW.published"),
        ),
        "institution_delete": (INSTITUTIONS, "WHEN OLD.published", _move("OLD", "0")),
    }
    return {
        f"{PREFIX}_{name}": f"CREATE TRIGGER {PREFIX}_{name} AFTER {name.rpartition('_')[2].upper()} ON {table} "
        f"FOR EACH ROW {condition} BEGIN {body} END"
        for name, (table, condition, body) in bodies.items()
    }

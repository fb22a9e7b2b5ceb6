"""The words that records can be found by, so that a word with one typing error can be led to the right one.

Triggers of the database add the words of every search text that is written, in whatever way (bulk operations and SQL
included), so that none is ever missing. A word that no record has any more may stay until the rules change: whoever
asks for near words tries them on the records. The table is no model: it holds nothing that needs keeping.
"""

from contextlib import suppress

from django.db import DatabaseError, connections, transaction
from rapidfuzz.distance import OSA

from iet_relations.search.spelling import RULES

TABLE = "search_word"
SHORTEST, LONGEST = 4, 40

SQL = {
    # Words of a search text have nothing that JSON would have to escape.
    "sqlite": {
        "words": """json_each('["' || replace({text}, ' ', '","') || '"]') AS words""",
        "letters": "words.value NOT GLOB '*[0-9]*'",
        "indexes": {"word": "word", "ending": "substr(word, -2)"},
        # No letter of a word comes after “z”.
        "begins": lambda part: ("word BETWEEN %s AND %s", [part, f"{part}{{"]),
        "ends": lambda part: ("substr(word, -2) = %s AND word LIKE %s", [part[-2:], f"%{part}"]),
    },
    "postgresql": {
        "words": "unnest(string_to_array({text}, ' ')) AS words(value)",
        "letters": "words.value !~ '[0-9]'",
        "indexes": {"beginning": "word text_pattern_ops", "ending": "reverse(word) text_pattern_ops"},
        "begins": lambda part: ("word LIKE %s", [f"{part}%"]),
        "ends": lambda part: ("reverse(word) LIKE %s", [f"{part[::-1]}%"]),
    },
}


def prepare(sender, using="default", **kwargs):
    """After ``migrate``: make the words table, its triggers and the trigram index of each search text.

    SQLite loses triggers whenever a migration remakes a table, which is why no migration makes them. Search texts
    that were written by earlier rules of spelling are computed again. Does nothing where all is in place.
    """
    connection = connections[using]
    for model in sender.get_models():
        if not hasattr(model, "search_terms") or not _is_current(connection, model):
            continue
        table = model._meta.db_table
        if connection.vendor == "postgresql":
            _index_postgresql(connection, table)
        mark = f"#{table}:{RULES}"[:LONGEST]
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE IF NOT EXISTS {TABLE} (word varchar({LONGEST}) NOT NULL)")
            for name, what in SQL[connection.vendor]["indexes"].items():
                cursor.execute(f"CREATE INDEX IF NOT EXISTS {TABLE}_{name} ON {TABLE} ({what})")
            cursor.execute(f"SELECT 1 FROM {TABLE} WHERE word = %s", [mark])
            marked = cursor.fetchone() is not None
            make_triggers = _make_sqlite_triggers if connection.vendor == "sqlite" else _make_postgresql_triggers
            if make_triggers(cursor, table) and marked:
                continue
            model._default_manager.using(using).all().refresh_search()
            cursor.execute(_adding(connection.vendor, f"{table}.search_text", f"{table}, "))
            if not marked:
                cursor.execute(f"INSERT INTO {TABLE} (word) VALUES (%s)", [mark])


def _is_current(connection, model):
    """Return whether the table has every column of the model: not while older migrations are being tried."""
    with connection.cursor() as cursor:
        table = model._meta.db_table
        if table not in connection.introspection.table_names(cursor):
            return False
        there = {column.name for column in connection.introspection.get_table_description(cursor, table)}
    return there >= {field.column for field in model._meta.concrete_fields}


def _adding(vendor, text, source=""):
    """Return the SQL that adds the words of the search texts ``text`` that are new."""
    # No unique index: two people who write the same new word at the same time must not wait for each other.
    words, letters = SQL[vendor]["words"].format(text=text), SQL[vendor]["letters"]
    return (
        f"INSERT INTO {TABLE} (word) SELECT DISTINCT words.value FROM {source}{words} "
        f"WHERE length(words.value) BETWEEN {SHORTEST} AND {LONGEST} AND {letters} "
        f"AND NOT EXISTS (SELECT 1 FROM {TABLE} WHERE word = words.value)"
    )


def _make_sqlite_triggers(cursor, table):
    """Make the trigram index and the triggers that keep it and the words; return whether they were there."""
    cursor.execute("SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = %s", [f"{table}_search_update"])
    if cursor.fetchone():
        return True
    adding = _adding("sqlite", "NEW.search_text")
    index = f"search_{table}"
    forget = f"INSERT INTO {index} ({index}, rowid, search_text) VALUES ('delete', OLD.rowid, OLD.search_text)"
    learn = f"INSERT INTO {index} (rowid, search_text) VALUES (NEW.rowid, NEW.search_text)"
    cursor.execute(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {index} USING fts5("
        f"search_text, content='{table}', content_rowid='rowid', tokenize='trigram', detail='full')"
    )
    changed = "OLD.search_text IS NOT NEW.search_text OR OLD.rowid IS NOT NEW.rowid"
    for name, when, statements in (
        ("insert", "AFTER INSERT", (adding, learn)),
        ("delete", "AFTER DELETE", (forget,)),
        ("update", f"AFTER UPDATE ON {table} WHEN {changed}", (adding, forget, learn)),
    ):
        on = "" if " ON " in when else f"ON {table}"
        cursor.execute(f"DROP TRIGGER IF EXISTS {table}_words_{name}")
        cursor.execute(f"DROP TRIGGER IF EXISTS {table}_search_{name}")
        cursor.execute(f"CREATE TRIGGER {table}_search_{name} {when} {on} BEGIN {'; '.join(statements)}; END")
    cursor.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")
    return False


def _make_postgresql_triggers(cursor, table):
    """Make the triggers; return whether they were there."""
    cursor.execute("SELECT 1 FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = 'words_update'", [table])
    if cursor.fetchone():
        return True
    many, one = _adding("postgresql", "search_text", "written, "), _adding("postgresql", "NEW.search_text")
    for name, statement in (("words_of_many", many), ("words_of_one", one)):
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {statement}; RETURN NULL; END $$"
        )
    cursor.execute(
        f"CREATE OR REPLACE TRIGGER words_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS written "
        "FOR EACH STATEMENT EXECUTE FUNCTION words_of_many()"
    )
    cursor.execute(
        f"CREATE OR REPLACE TRIGGER words_update AFTER UPDATE OF search_text ON {table} FOR EACH ROW "
        "WHEN (OLD.search_text IS DISTINCT FROM NEW.search_text) EXECUTE FUNCTION words_of_one()"
    )
    return False


def _index_postgresql(connection, table):
    """Make the trigram index, where the database has the extension or lets us have it; else searches scan."""
    with suppress(DatabaseError), transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute(f"CREATE INDEX IF NOT EXISTS {table}_search ON {table} USING gin (search_text gin_trgm_ops)")


def near_words(connection, words):
    """Return a dict from each of ``words`` to (oddness, known word) of those that one typing error leads to it.

    A typing error is a letter too many, too few, wrong, or two letters changed over; the likelier it is, the smaller
    is its oddness (0–3). The words themselves are not among them.
    """
    words = [word for word in dict.fromkeys(words) if SHORTEST <= len(word) <= LONGEST]
    if not words:
        return {}
    # One error leaves the first or the second half of a word as it is, unless two letters changed over in the middle.
    # Each condition has an index.
    conditions, values, sql = [], [], SQL[connection.vendor]
    for word in words:
        half = len(word) // 2
        turned = word[: half - 1] + word[half] + word[half - 1] + word[half + 1 :]
        for condition, parts in (sql["begins"](word[:half]), sql["ends"](word[half:])):
            conditions.append(f"({condition} AND length(word) BETWEEN %s AND %s)")
            values += [*parts, len(word) - 1, len(word) + 1]
        conditions.append("word = %s")
        values.append(turned)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT word FROM {TABLE} WHERE {' OR '.join(conditions)} ORDER BY word", values)
        known = [word for (word,) in cursor.fetchall()]
    return {
        word: sorted(
            (_oddness(word, other), other)
            for other in known
            if other != word and OSA.distance(word, other, score_cutoff=1) == 1
        )
        for word in words
    }


def _oddness(typed, meant):
    """Return how unlikely it is to type one word for another: letters changed over or left out come first."""
    if sorted(typed) == sorted(meant):
        return 0
    if len(typed) != len(meant):
        return 1
    return 2 if typed[0] == meant[0] else 3

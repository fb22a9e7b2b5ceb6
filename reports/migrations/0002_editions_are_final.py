"""A published edition cannot be changed, deleted or emptied out, whoever asks the database for it."""

from django.db import migrations

TABLES = ("reports_reportedition", "reports_editionfile")
REFUSAL = "A published edition of a report is final."


def forbid(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        forbid_on_postgresql(schema_editor.execute)
        return
    for table in TABLES:
        for action in ("UPDATE", "DELETE"):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                f"FOR EACH ROW BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )


def forbid_on_postgresql(execute):
    """Refuse TRUNCATE too, which asks no trigger of a row; an empty table may be emptied, as before it is filled."""
    refuse = f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';"
    execute(
        f"CREATE OR REPLACE FUNCTION reports_edition_is_final() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refuse} END $$"
    )
    execute(
        "CREATE OR REPLACE FUNCTION reports_editions_stay() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF EXISTS (SELECT 1 FROM reports_reportedition) THEN {refuse} END IF; RETURN NULL; END $$"
    )
    for table in TABLES:
        for action in ("UPDATE", "DELETE"):
            execute(
                f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION reports_edition_is_final()"
            )
        execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION reports_editions_stay()"
        )


def allow(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        for action in ("update", "delete", *(["truncate"] if postgresql else [])):
            schema_editor.execute(f"DROP TRIGGER {table}_no_{action}" + (f" ON {table}" if postgresql else ""))
    if postgresql:
        schema_editor.execute("DROP FUNCTION reports_edition_is_final()")
        schema_editor.execute("DROP FUNCTION reports_editions_stay()")


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [migrations.RunPython(forbid, allow)]

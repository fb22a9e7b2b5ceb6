"""Nor can published editions be emptied out at once on PostgreSQL, where that asks no trigger of a row."""

from django.db import migrations

TABLES = ("reports_reportedition", "reports_editionfile")


def forbid(apps, schema_editor):
    """Refuse where there is one; an empty table may be emptied, as a database is before it is filled."""
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(
        "CREATE FUNCTION reports_editions_stay() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF EXISTS (SELECT 1 FROM reports_reportedition) THEN "
        "RAISE EXCEPTION 'A published edition of a report is final.' USING ERRCODE = 'restrict_violation'; "
        "END IF; RETURN NULL; END $$"
    )
    for table in TABLES:
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION reports_editions_stay()"
        )


def allow(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
        schema_editor.execute("DROP FUNCTION reports_editions_stay()")


class Migration(migrations.Migration):
    dependencies = [("reports", "0006_editions_are_final")]

    operations = [migrations.RunPython(forbid, allow)]

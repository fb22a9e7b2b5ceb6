"""An edition that was published cannot be changed or deleted, whoever asks the database for it."""

from django.db import migrations

TABLES = ("reports_reportedition", "reports_editionfile")
REFUSAL = "A published edition of a report is final."


def forbid(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    if postgresql:
        schema_editor.execute(
            "CREATE FUNCTION reports_edition_is_final() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"
        )
    for table in TABLES:
        for action in ("UPDATE", "DELETE"):
            name = f"{table}_no_{action.lower()}"
            what = (
                "EXECUTE FUNCTION reports_edition_is_final()"
                if postgresql
                else f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
            schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH ROW {what}")


def allow(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        for action in ("UPDATE", "DELETE"):
            where = f" ON {table}" if postgresql else ""
            schema_editor.execute(f"DROP TRIGGER {table}_no_{action.lower()}{where}")
    if postgresql:
        schema_editor.execute("DROP FUNCTION reports_edition_is_final()")


class Migration(migrations.Migration):
    dependencies = [("reports", "0005_editions")]

    operations = [migrations.RunPython(forbid, allow)]

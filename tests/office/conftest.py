"""What the tests of imports share: a file goes through the command, as a person would send it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import CountryFactory, HomeFactory


@pytest.fixture
def load(db, tmp_path):
    """Import a file (text as UTF-8 CSV, bytes, or a path) and return (report, sentence of the failure or "")."""
    HomeFactory()
    for code, name in (("IT", "Italy"), ("ES", "Spain"), ("DE", "Germany")):
        CountryFactory(alpha2=code, name_en=name)

    def run(kind, content, *options):
        path, report = tmp_path / "file.csv", tmp_path / "report.json"
        if isinstance(content, str | bytes):
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        else:
            path = content
        said = ""
        try:
            call_command("import_records", kind, str(path), "--report", str(report), *options, stdout=StringIO())
        except CommandError as error:
            said = str(error)
        return json.loads(report.read_text(encoding="utf-8")), said

    return run

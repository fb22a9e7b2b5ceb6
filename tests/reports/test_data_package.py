"""The data package as its readers get it: frictionless validates the description together with the files."""

import subprocess
import sys

import pytest
from django.core.management import call_command

from reports.open_data import DATASETS
from tests.partners.test_views import bytes_of


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["", "/ru"])
def test_frictionless_finds_the_data_package_and_its_files_valid(client, tmp_path, language):
    call_command("load_synthetic", institutions=8, agreements=10, projects=4, exchanges=20, verbosity=0)
    for name in ("datapackage.json", *(f"{dataset.name}.csv" for dataset in DATASETS)):
        (tmp_path / name).write_bytes(bytes_of(client.get(f"{language}/{name}")))

    # In a process of its own, because it brings deprecated calls of libraries, which are errors here.
    validating = [sys.executable, "-m", "frictionless", "validate", "datapackage.json"]
    said = subprocess.run(validating, cwd=tmp_path, capture_output=True, text=True, timeout=60)

    assert (said.returncode, said.stdout.count("VALID") - said.stdout.count("INVALID")) == (0, len(DATASETS)), (
        said.stdout
    )

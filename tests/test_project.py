"""The shape of the project: who imports whom, what files are called, what is locked."""

import ast
import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

BASE_DIR = settings.BASE_DIR
APPS = ("accounts", "partners", "projects", "mobility", "reports", "office")
MAY_IMPORT = {
    "accounts": {"iet_relations"},
    "partners": {"iet_relations"},
    "projects": {"iet_relations", "partners"},
    "mobility": {"iet_relations", "partners", "projects"},
    "reports": {"iet_relations", "partners", "projects", "mobility"},
    "office": {"iet_relations", "accounts", "partners", "projects", "mobility", "reports"},
    "iet_relations": set(),
}
TABLE_OF_CONTENTS = {Path("iet_relations/urls.py"), Path("iet_relations/settings.py")}


def product_files():
    for package in ("iet_relations", *APPS):
        for path in sorted((BASE_DIR / package).rglob("*.py")):
            yield package, path.relative_to(BASE_DIR)


def imported_packages(path):
    """Return the first parts of everything that a file imports, in functions too."""
    found = set()
    for node in ast.walk(ast.parse((BASE_DIR / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_imports_point_one_way():
    ours = {"iet_relations", *APPS}
    files = [(package, path) for package, path in product_files() if path not in TABLE_OF_CONTENTS]

    wrong = {
        str(path): sorted(against)
        for package, path in files
        if (against := imported_packages(path) & ours - MAY_IMPORT[package] - {package})
    }

    assert len(files) > 10
    assert wrong == {}


def test_modules_are_named_for_what_they_do():
    drawers = {"utils", "helpers", "common", "services", "core", "misc"}

    assert [path for _package, path in product_files() if drawers & {path.stem, *path.parts}] == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "requirements-s3.lock"])
def test_locked_dependencies_have_hashes_and_no_addresses(name):
    text = (BASE_DIR / name).read_text()

    assert "://" not in text
    assert "--index-url" not in text
    packages = re.findall(r"^[a-z0-9][^\n]*==[^\n]*(?:\n    [^\n]*)+", text, re.MULTILINE)
    assert len(packages) == len(re.findall(r"^\S", text, re.MULTILINE)) > 10
    assert [package for package in packages if "--hash=sha256:" not in package] == []


@pytest.mark.parametrize(
    ("source", "lock"),
    [(f"requirements{part}.in", f"requirements{part}.lock") for part in ("", "-dev", "-s3")],
)
def test_every_dependency_is_locked_and_explained(source, lock):
    names = re.findall(r"^[A-Za-z][\w-]*", (BASE_DIR / source).read_text(), re.MULTILINE)
    locked = re.findall(r"^[a-z][\w-]*(?===)", (BASE_DIR / lock).read_text(), re.MULTILINE)
    decisions = (BASE_DIR / "docs" / "decisions.md").read_text().lower()

    assert [name for name in names if name.lower().replace("_", "-") not in locked] == []
    assert [name for name in names if f"**{name.lower()}" not in decisions] == []


def test_what_runs_is_locked_to_the_same_versions_as_what_is_tested():
    def versions(lock):
        return set(re.findall(r"^[a-z][\w-]*==[^ ]+", (BASE_DIR / lock).read_text(), re.MULTILINE))

    assert versions("requirements.lock") <= versions("requirements-dev.lock")


@pytest.mark.django_db
def test_every_model_change_has_its_migration():
    output = StringIO()

    call_command("makemigrations", check=True, dry_run=True, stdout=output)

    assert output.getvalue() == "No changes detected\n"

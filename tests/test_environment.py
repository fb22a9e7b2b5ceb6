"""A wrong environment stops every way of starting, with one line that names the variable."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

BASE_DIR = Path(__file__).resolve().parent.parent
START = {
    "manage.py": [sys.executable, "manage.py", "check"],
    "serve": [sys.executable, "manage.py", "serve", "--check-config"],
}


def start(way, data_dir, **variables):
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(data_dir), **variables}
    return subprocess.run(START[way], cwd=BASE_DIR, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("DEBUG", "yes", "say true or false, not “yes”."),
        ("TRUST_PROXY", "1", "say true or false, not “1”."),
        ("REQUIRE_SECOND_FACTOR", "on", "say true or false, not “on”."),
        ("STATEMENT_TIMEOUT", "20s", "say a whole number from 0 to 3600, not “20s”."),
        ("DOCUMENT_STORAGE", "s3://bucket", "write it as JSON"),
        ("DOCUMENT_STORAGE", '{"backend": "x"}', "write it as JSON"),
        ("PORT", "http", "say a whole number from 1 to 65535, not “http”."),
        ("PORT", "70000", "say a whole number from 1 to 65535, not “70000”."),
        ("WEB_CONCURRENCY", "two", "say a whole number from 1 to 64, not “two”."),
        ("WEB_CONCURRENCY", "0", "say a whole number from 1 to 64, not “0”."),
        ("ALLOWED_HOSTS", "https://example.org", "list host names"),
        ("ALLOWED_HOSTS", ",", "list host names"),
        ("DATABASE_URL", "mysql://db/registry", "begin with one of postgres://…"),
        ("DATABASE_URL", "postgres://registry:secret@db:port/registry", "this address cannot be read"),
        ("DATABASE_URL", "registry.sqlite3", "begin with one of postgres://…"),
        ("CACHE_URL", "memcached://cache", "begin with one of locmemcache://…"),
        ("DATABASE_URL", "postgres://registry:secret@db", "name the database"),
        ("CACHE_URL", "locmemcache", "begin with one of locmemcache://…"),
        ("EMAIL_URL", "smtp+tls://", "name the host after smtp+tls://."),
        ("EMAIL_URL", "mail.example.org", "begin with one of consolemail://…"),
        ("EMAIL_URL", "smtp+tls://office:secret@mail.example.org:mail", "this address cannot be read"),
    ],
)
@pytest.mark.parametrize("way", START)
def test_wrong_value_ends_the_start_with_one_line_that_names_the_variable(way, variable, value, message, tmp_path):
    process = start(way, tmp_path, **{variable: value})

    lines = (process.stdout + process.stderr).splitlines()
    assert process.returncode != 0
    assert len(lines) == 1
    assert lines[0].startswith(f"{variable}: {message}")
    assert "secret" not in lines[0]


def test_data_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()

    process = start("manage.py", tmp_path / "file" / "var")

    assert process.returncode != 0
    assert process.stderr.splitlines() == [
        f"DATA_DIR: the folder {tmp_path / 'file' / 'var'} cannot be made: Not a directory."
    ]


def test_database_that_does_not_answer_is_told_in_one_line(tmp_path):
    process = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--skip-checks"],
        cwd=BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": "postgres://registry:secret@127.0.0.1:1/registry",
        },
        capture_output=True,
        text=True,
        timeout=60,
    )

    lines = [line for line in process.stderr.splitlines() if line]
    assert process.returncode != 0
    assert len(lines) == 1
    assert lines[0].startswith("DATABASE_URL: the database cannot be used: ")
    assert "secret" not in lines[0]


def test_mail_goes_to_the_folder_that_the_address_names(tmp_path):
    process = subprocess.run(
        [sys.executable, "manage.py", "sendtestemail", "office@example.org"],
        cwd=BASE_DIR,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "EMAIL_URL": f"filemail://{tmp_path}/out%20box"},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert process.returncode == 0, process.stderr
    assert len(list((tmp_path / "out box").iterdir())) == 1


@pytest.mark.parametrize("way", START)
def test_empty_variables_count_as_unset(way, tmp_path):
    names = ("DATABASE_URL", "SECRET_KEY", "DEBUG", "ALLOWED_HOSTS", "TRUST_PROXY", "PORT", "WEB_CONCURRENCY")
    names += ("EMAIL_URL", "CACHE_URL", "PUBLIC_EMAIL", "PUBLIC_PHONE", "OFFICE_EMAIL")

    process = start(way, tmp_path, **dict.fromkeys(names, ""))

    assert process.returncode == 0, process.stderr


def test_data_folder_may_have_a_space_and_signs_of_addresses_in_its_name(tmp_path):
    folder = tmp_path / "the office’s #1 registry?"

    process = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0", "contenttypes"],
        cwd=BASE_DIR,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert process.returncode == 0, process.stderr
    assert {"registry.sqlite3", "secret_key"} <= {path.name for path in folder.iterdir()}


def test_generated_key_is_kept_and_readable_by_its_owner_alone(tmp_path):
    start("manage.py", tmp_path)
    first = (tmp_path / "secret_key").read_text()

    start("manage.py", tmp_path)

    assert (tmp_path / "secret_key").read_text() == first
    assert len(first) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


DEPLOYED = {"TRUST_PROXY": "true", "ALLOWED_HOSTS": "registry.example.org"}


def deploy_check(data_dir, **variables):
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=BASE_DIR,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(data_dir), **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_deploy_check_passes_behind_a_proxy_with_a_key_of_its_own(tmp_path):
    process = deploy_check(tmp_path, **DEPLOYED, SECRET_KEY=secrets.token_urlsafe(60))

    assert process.returncode == 0, process.stderr


def test_deploy_check_insists_on_a_key_from_the_environment(tmp_path):
    process = deploy_check(tmp_path, **DEPLOYED)

    assert process.returncode != 0
    assert "(iet_relations.W001) SECRET_KEY is not set" in process.stderr


def test_deploy_check_insists_on_tls(tmp_path):
    process = deploy_check(tmp_path, SECRET_KEY=secrets.token_urlsafe(60))

    assert process.returncode != 0
    assert "security.W012" in process.stderr

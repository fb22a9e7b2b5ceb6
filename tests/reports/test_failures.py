"""A report that cannot be made: a sentence that says why, the other files meanwhile, and nothing half-written."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date
from pathlib import Path

import pytest

from reports import views
from reports.rendering import ReportError
from reports.rendering.pdf import render_pdf, typeset, typeset_form
from tests.reports.sample import sample_report


def kill_typesetter():
    """Kill the child process of this one that typesets, as soon as there is one."""
    for _ in range(2000):
        for children in Path("/proc/self/task").glob("*/children"):
            for child in children.read_text().split():
                if b"typeset.py" in Path(f"/proc/{child}/cmdline").read_bytes():
                    os.kill(int(child), signal.SIGKILL)
                    return
        time.sleep(0.005)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are found through /proc")
def test_killed_renderer_is_told_and_leaves_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    killer = threading.Thread(target=kill_typesetter)
    killer.start()

    with pytest.raises(ReportError) as stopped:
        render_pdf(sample_report("en", agreements=2000))

    killer.join()
    assert str(stopped.value) == "Typesetting the report was stopped from outside (signal 9). Try again."
    assert list(tmp_path.iterdir()) == []


def test_disk_without_room_leaves_the_file_that_was_there(tmp_path):
    path = tmp_path / "report.csv"
    path.write_bytes(b"old")
    program = (
        "import resource, sys\n"
        "from reports.rendering import write_file\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "write_file(sys.argv[1], b'x' * 5000)\n"
    )

    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False)

    assert (done.returncode, "File too large" in done.stderr) == (1, True)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"report.csv": b"old"}


@pytest.mark.django_db
def test_page_of_a_pdf_without_room_offers_the_other_files_of_the_same_day(client, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "full"))

    response = client.get("/reports/2016-2017.pdf?on=2017-01-31")

    html = response.content.decode()
    assert response.status_code == 503
    assert "its temporary files could not be written: No such file or directory." in html
    assert 'href="/reports/2016-2017.csv?on=2017-01-31"' in html
    assert client.get("/reports/2016-2017.csv?on=2017-01-31").status_code == 200


@pytest.mark.django_db
def test_page_names_the_text_that_cannot_be_shown_and_its_place(client, monkeypatch):
    def refused(moment, language):
        document, drawings = typeset_form(sample_report("en"))
        document["sections"][2]["tables"][0]["rows"][4][1] = "大学"
        return typeset(document, drawings, b"", date(2017, 8, 31))

    monkeypatch.setitem(views.FILES, "pdf", refused)

    response = client.get("/reports/2016-2017.pdf")

    assert response.status_code == 503
    assert "Agreements in force › Agreements in force › row 5 › 大学" in response.content.decode()

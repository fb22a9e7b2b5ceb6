"""Publishing an annual report: freezing its files, and telling what has changed since."""

import hashlib
import json

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from iet_relations.naming import NAME_LANGUAGES
from reports.annual_report import build_report
from reports.models import EditionFile, ReportEdition
from reports.rendering import ReportError, tables
from reports.rendering.pdf import render_pdf
from reports.rendering.wording import cell_text, day_text, number_text
from reports.rendering.workbook import report_xlsx

WRITERS = {
    EditionFile.Kind.PDF: render_pdf,
    EditionFile.Kind.CSV: tables.report_csv,
    EditionFile.Kind.XLSX: report_xlsx,
    EditionFile.Kind.JSON: tables.report_json,
}

NAMES = ("name", "reference", "title", "record")
"""Keys of the columns that name a record."""


def publish(moment, by, correction="", now=None):
    """Freeze the report as of the moment in all languages and formats; returns the ReportEdition.

    ``by`` is who publishes, in words; ``correction`` says what a later edition corrects. Raises ReportError when a
    file cannot be made or somebody published the same edition meanwhile; then nothing is kept.
    """
    now = now or timezone.now()
    number = (ReportEdition.objects.filter(academic_year=moment.year).aggregate(last=Max("number"))["last"] or 0) + 1
    files = []
    for language in NAME_LANGUAGES:
        report = build_report(moment, language)
        with translation.override(language):
            day = day_text(timezone.localdate(now))
            report["edition"] = _("Edition %(number)s, published on %(day)s") % {"number": number, "day": day}
        files += [(language, kind, write(report)) for kind, write in WRITERS.items()]
    try:
        with transaction.atomic():
            edition = ReportEdition.objects.create(
                academic_year=moment.year,
                number=number,
                as_of=moment.on,
                published_at=now,
                published_by=by,
                correction=correction,
            )
            EditionFile.objects.bulk_create(
                EditionFile(
                    edition=edition,
                    language=language,
                    kind=kind,
                    content=content,
                    size=len(content),
                    sha256=hashlib.sha256(content).hexdigest(),
                )
                for language, kind, content in files
            )
    except IntegrityError:
        raise ReportError(_("Somebody else has just published this edition. Look at it first.")) from None
    return edition


def data_of(edition, language):
    """The data of an edition in a language, as they were published."""
    file = edition.files.get(language=language, kind=EditionFile.Kind.JSON)
    return json.loads(bytes(file.content))


def changes(published, live):
    """What differs between two reports' data: figures with both numbers in words, and records by table.

    Returns ``{"figures": [{label, part, before, after}], "records": [{caption, added, gone, changed}]}``.
    """
    return {"figures": list(_changed_figures(published, live)), "records": list(_changed_records(published, live))}


def _changed_figures(published, live):
    before, after = _figures(published), _figures(live)
    headlines = {key[0]: figure["label"] for key, figure in (before | after).items() if not key[1]}
    for key in dict.fromkeys([*after, *before]):
        old, new = before.get(key), after.get(key)
        written = [number_text(one["value"], one["qualifier"]) if one else _("none") for one in (old, new)]
        if written[0] != written[1]:
            part = (new or old)["label"] if key[1] else ""
            yield {"label": headlines.get(key[0], key[0]), "part": part, "before": written[0], "after": written[1]}


def _figures(report):
    return {
        (figure["indicator"], figure["breakdown"], figure["key"]): figure
        for section in report["sections"]
        for figure in section["figures"]
    }


def _changed_records(published, live):
    before, after = _records(published), _records(live)
    for key in dict.fromkeys([*after, *before]):
        (caption, new), (old_caption, old) = after.get(key, ("", {})), before.get(key, ("", {}))
        difference = {
            "caption": caption or old_caption,
            "added": [new[name][0] for name in new if name not in old],
            "gone": [old[name][0] for name in old if name not in new],
            "changed": [new[name][0] for name in new if name in old and new[name] != old[name]],
        }
        if difference["added"] or difference["gone"] or difference["changed"]:
            yield difference


def _records(report):
    """Tables of records by key: the caption, and each row in words by what names it."""
    found = {}
    for section in report["sections"]:
        for table in section["tables"]:
            if not table.get("of_records"):
                continue
            columns = table["columns"]
            main = next((place for place, column in enumerate(columns) if column["key"] in NAMES), 0)
            rows = {}
            for row in table["rows"]:
                written = tuple(cell_text(cell, column["kind"]) for cell, column in zip(row, columns, strict=True))
                link = row[main].get("href") if isinstance(row[main], dict) else ""
                name = written if table["key"] == "gaps" else link or written[main]
                rows[name] = (written[main], *written)
            found[table["key"]] = (table["caption"], rows)
    return found

"""The annual report as a tagged PDF (PDF/UA-1 and PDF/A-3a), typeset with typst.

typst runs in a child process with bounds on time and memory, in a temporary folder of its own. What people wrote
goes in as JSON and is never markup; what the font cannot show is transliterated before (:mod:`.glyphs`). The same
data makes the same bytes: the only date in the file is the day that the report is about.
"""

import json
import re
import signal
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime, time
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

from iet_relations.pictures import charts

from . import ReportError, tables
from .drawing import draw
from .glyphs import showable
from .rows import cut
from .wording import cell_text, day_text, number_text, value_of

TEMPLATE = Path(__file__).resolve().parent.parent / "typst" / "annual_report.typ"
SECONDS = 60
MEGABYTES = 2048
LONGEST, LONGEST_INSIDE = 100, 30
"""Rows of a table in the annex, and in a section before it; the CSV file of the table has all."""
HYPHENATED = ("en", "ru")  # typst has no patterns for Tajik, and those of another language would break words wrongly
BREAK = "\ue000"  # where an over-long word may break; a private character, which showable() leaves in no text


def render_pdf(report, *, seconds=SECONDS, megabytes=MEGABYTES):
    """The PDF of a report (see :mod:`reports.annual_report` for its form) as bytes.

    The attached ``<year>.csv`` is the report's CSV. Raises :class:`ReportError` when typst refuses the document or
    passes ``seconds`` of wall-clock time or ``megabytes`` of address space, or where there is no room for its files.
    """
    with translation.override(report["language"]):
        document, drawings = typeset_form(report)
        lines, day = tables.report_csv_lines(report), date.fromisoformat(report["as_of"])
        return typeset(document, drawings, lines, day, seconds=seconds, megabytes=megabytes)


def typeset(document, drawings, lines, day, *, seconds=SECONDS, megabytes=MEGABYTES):
    """Typeset what :func:`typeset_form` made, in a child process, and return the PDF's bytes.

    ``lines`` are those of the CSV to attach; they are made while typst sets the pages.
    """
    try:
        return _typeset(document, drawings, lines, day, seconds, megabytes)
    except OSError as problem:
        raise ReportError(
            _("The report could not be typeset, its temporary files could not be written: %(reason)s.")
            % {"reason": problem.strerror or problem}
        ) from None


def _typeset(document, drawings, lines, day, seconds, megabytes):
    timestamp = int(datetime.combine(day, time(), UTC).timestamp())
    with tempfile.TemporaryDirectory(prefix="report-") as folder:
        root = Path(folder)
        (root / "main.typ").write_bytes(TEMPLATE.read_bytes())
        (root / "document.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        for name, svg in drawings.items():
            (root / name).write_text(svg, encoding="utf-8")
        program = Path(__file__).with_name("typeset.py")
        command = [sys.executable, "-I", str(program), folder, str(timestamp), str(seconds), str(megabytes)]
        done = _run(command, lines, seconds)
        if done.returncode == 3:
            raise ReportError(_refusal(json.loads(done.stdout), document))
        if done.returncode or not (root / "report.pdf").exists():
            raise ReportError(_end(done, seconds, megabytes))
        return (root / "report.pdf").read_bytes()


def _run(command, lines, seconds):
    """Run the child process and meanwhile make what it waits for in the end; from then on it has ``seconds``."""
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        try:
            stdout, stderr = process.communicate("".join(lines), timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            raise ReportError(
                _("The report was not typeset within %(seconds)s seconds and was stopped.") % {"seconds": seconds}
            ) from None
        except BaseException:  # the CSV could not be made
            process.kill()
            raise
    return subprocess.CompletedProcess(command, process.returncode, stdout, stderr)


def _end(done, seconds, megabytes):
    """Why the child process ended without a report."""
    if "memory allocation" in done.stderr or "MemoryError" in done.stderr or "failed to map" in done.stderr:
        return _("Typesetting the report needed more than %(megabytes)s MB of memory and was stopped.") % {
            "megabytes": megabytes
        }
    if done.returncode == -signal.SIGXCPU:
        return _("The report was not typeset within %(seconds)s seconds and was stopped.") % {"seconds": seconds}
    if done.returncode < 0:
        return _("Typesetting the report was stopped from outside (signal %(signal)s). Try again.") % {
            "signal": -done.returncode
        }
    reason = done.stderr.strip().splitlines()[-1:] or [_("no reason given")]
    return _("The report could not be typeset (status %(status)s: %(reason)s).") % {
        "status": done.returncode,
        "reason": reason[0],
    }


def _refusal(error, document):
    """typst's message, with the place in the document of the text that it quotes."""
    message = error["message"]
    for quoted in re.findall(r"`\"?([^`\"]+)\"?`", message):
        if places := _places_of(quoted, document):
            return _("The report could not be typeset: %(message)s. The text stands at: %(place)s.") % {
                "message": message,
                "place": " › ".join(places),
            }
    return _("The report could not be typeset: %(message)s.") % {"message": message}


def _places_of(text, node, places=()):
    """The titles, captions and row numbers that lead to a text in the document; nothing if it is not there."""
    if isinstance(node, str):
        return (*places, node) if text in node.replace(BREAK, "") else ()
    if isinstance(node, dict):
        name = node.get("title") or node.get("caption") or node.get("label")
        here = (*places, name) if isinstance(name, str) else places
        return next(filter(None, (_places_of(text, value, here) for value in node.values())), ())
    if isinstance(node, list):
        for number, value in enumerate(node, start=1):
            in_row = isinstance(value, list)
            here = (*places, _("row %(number)s") % {"number": number}) if in_row else places
            if found := _places_of(text, value, here):
                return found
    return ()


# The form that the template reads: texts only, worded in the report's language.


def typeset_form(report):
    """A report as ``(document, drawings)``: the JSON of the template, and SVG text by file name."""
    drawings = {}
    sections = [_section(section, drawings) for section in report["sections"]]
    document = {
        "language": report["language"],
        "hyphenate": report["language"] in HYPHENATED,
        "day": report["as_of"],
        "year": report["year"],
        "title": showable(report["title"]),
        "institution": showable(report["institution"]),
        "department": showable(report["department"]),
        "city": showable(report.get("city", "")),
        "edition": showable(report.get("edition", "")),
        "notice": showable(report.get("notice", "")),
        "summary": [showable(text) for text in report.get("summary", [])],
        "signatures": [showable(text) for text in report.get("signatures", [])],
        "words": {
            "year": _("Academic year"),
            "as_of": _("As of %(day)s") % {"day": day_text(report["as_of"])},
            "contents": _("Contents"),
            "figure": _("Figure"),
            "table": _("Table"),
            "sources": _("Sources"),
            "signature": _("Signature and date"),
            "data": _("The figures of this report as a table"),
            "page_of": _("page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
        },
        "sections": sections,
        "sources": [_source(source) for source in report.get("sources", [])],
        "attachment": f"{report['year']}.csv",
        "colours": {"ink": charts.PAPER.ink, "muted": charts.PAPER.muted, "line": charts.PAPER.line}
        | {"accent": charts.PAPER.series[0], "warm": charts.PAPER.series[1]},
    }
    return document, drawings


def _section(section, drawings):
    return {
        "key": section["key"],
        "title": showable(section["title"]),
        "annex": bool(section.get("annex")),
        "paragraphs": [showable(text) for text in section.get("paragraphs", [])],
        "tiles": [_tile(figure) for figure in section.get("highlights", [])],
        "definitions": [
            {"term": showable(figure["label"]), "text": showable(figure["meaning"])}
            for figure in section.get("highlights", [])
            if section.get("figures") and figure.get("meaning")
        ],
        "tables": [
            _table(cut(table, LONGEST if section.get("annex") else LONGEST_INSIDE), drawings)
            for table in section.get("tables", [])
        ],
    }


def _tile(figure):
    """A headline figure: the number large, the year before and the reported number under it."""
    notes = []
    if figure["previous"] is not None or figure["value"] is not None:
        notes.append(_("Year before: %(value)s") % {"value": number_text(figure["previous"])})
    if figure["reported"] is not None:
        reported = number_text(figure["reported"], figure["reported_qualifier"])
        notes.append(_("Reported: %(value)s") % {"value": reported})
    return {
        "label": showable(figure["label"]),
        "value": number_text(figure["value"], figure["qualifier"]),
        "known": figure["value"] is not None,
        "notes": notes,
    }


def _source(source):
    about = ", ".join(filter(None, [source["title"], source.get("publisher"), source.get("dated")]))
    return {
        "text": showable(about),
        "url": showable(source.get("url", "")),
        "statements": [
            {"text": showable(statement["text"]), "lang": statement.get("lang", "")}
            for statement in source.get("statements", [])
        ],
    }


def _table(table, drawings):
    columns, rows = table["columns"], table["rows"]
    written = [
        [showable(cell_text(cell, column["kind"])) for cell, column in zip(row, columns, strict=True)] for row in rows
    ]
    widths, capacities, small = _widths(columns, written)
    cells = [
        [
            _cell(text, cell, column["kind"], capacity)
            for text, cell, column, capacity in zip(texts, row, columns, capacities, strict=True)
        ]
        for texts, row in zip(written, rows, strict=True)
    ]
    return {
        "caption": showable(table["caption"]),
        "notes": [showable(note) for note in table["notes"]],
        "empty": showable(table.get("empty", "")),
        "widths": widths,
        "small": small,
        "splits": any(len(text) > PAGEFUL for texts in written for text in texts),
        "align": ["right" if column["kind"] == "number" else "left" for column in columns],
        "header": [
            breakable(showable(column["label"]), capacity)
            for column, capacity in zip(columns, capacities, strict=True)
        ],
        "rows": cells,
        "chart": _chart(table, drawings) if table["chart"] else None,
    }


def _cell(text, cell, kind, capacity):
    text = breakable(text, capacity)
    if value_of(cell) in (None, ""):
        return {"text": text, "missing": True}
    if isinstance(cell, dict) and cell.get("lang"):
        return {"text": text, "lang": cell["lang"]}
    return text


PAGE = 94  # usual letters on a line of a table across the page
DENSE = 106  # the same in the smaller type of crowded tables
PAGEFUL = 1500  # letters in a cell from which a row may go over to the next page
GAP = 3  # letters that the padding of a cell takes
WIDE = frozenset("mwMWмшщжюфыМШЩЖЮФЫ@%&—")


def breadth(text):
    """How many usual letters wide a text is, on the generous side."""
    return sum(1.5 if letter in WIDE else 1.3 if letter.isupper() else 1 for letter in text)


def _widths(columns, written):
    """The columns' widths in per cent of the page's, how many letters each holds, and whether the type is small.

    Numbers and dates get what they need, texts share the rest by their usual length; a table that needs little is
    narrower than the page, so that the eye does not lose the row.
    """
    needs, wants = [], []
    for index, column in enumerate(columns):
        texts = [row[index] for row in written]
        words = [breadth(word) for text in [*texts[:500], column["label"]] for word in re.split(r"[\s-]", text)]
        longest = max(words, default=4)
        if column["kind"] == "text":
            lengths = sorted(breadth(text) for text in texts) or [8]
            usual = lengths[-1 if len(lengths) <= 30 else int(len(lengths) * 0.85)]
            needs.append(min(max(longest, 6), 16) + GAP)
            wants.append(min(max(usual, breadth(column["label"]), longest), 60) + GAP)
        else:
            width = min(max(longest, *map(breadth, texts), 4), 18) + GAP
            needs.append(width)
            wants.append(max(width, min(breadth(column["label"]), 16) + GAP))
    small = sum(needs) > PAGE
    page = DENSE if small else PAGE
    room = min(sum(wants), page) - sum(needs)
    extra = [want - need for want, need in zip(wants, needs, strict=True)]
    if room > 0 and sum(extra) > 0:
        widths = [need + more * room / sum(extra) for need, more in zip(needs, extra, strict=True)]
    else:
        widths = needs
    total = min(max(sum(widths), page * 0.4), page)
    widths = [width * total / sum(widths) for width in widths]
    return [round(width * 100 / page, 2) for width in widths], [width - GAP for width in widths], small


def breakable(text, capacity):
    """The text with a place to break wherever a word is wider than its column."""
    if len(text) * 1.5 <= capacity:
        return text
    return re.sub(r"[^\s-]+-?", lambda word: BREAK.join(word[0]) if breadth(word[0]) > capacity else word[0], text)


def _chart(table, drawings):
    """Draw the chart of a table, and name the file it goes to."""
    name = f"chart-{len(drawings) + 1}.svg"
    drawings[name] = draw(table, f"c{len(drawings)}", charts.PAPER, showable)
    return {"file": name, "caption": showable(table["chart"]["caption"]), "alt": showable(table["chart"]["alt"])}

"""The outcome of every row of a file, kept beside the registry until it is applied."""

import datetime
import json
import shutil
from decimal import Decimal

from django.core.serializers.json import DjangoJSONEncoder

from office.importing.cells import Day
from office.importing.kinds.base import CHANGED, NEW, REJECTED, UNCHANGED, Row
from office.importing.problems import Problem
from office.importing.reading import temporary_file


class Plan:
    """The outcome of every row of a file, with what was read, left out and doubted.

    Made by ``make_plan``; the rows are kept in a temporary file and given back by ``rows(outcomes)``.
    """

    def __init__(self, kind, source, mapping, file_name, sha256):
        self.kind, self.source, self.mapping = kind, source, mapping
        self.file_name, self.sha256 = file_name, sha256
        self.counts = dict.fromkeys((NEW, CHANGED, UNCHANGED, REJECTED), 0)
        self.rejected, self.warnings, self.duplicates = [], [], []
        self.skipped, self.vanished, self.notes = [], [], []
        self._file = temporary_file(self)

    @property
    def read(self):
        return sum(self.counts.values())

    def add(self, row):
        self.counts[row.outcome] += 1
        self.rejected += row.problems
        self.warnings += row.warnings
        values = row.values if row.outcome in (NEW, CHANGED) else {}
        problems = [{**one.as_dict(), "column": self.mapping.heading_of(one.column)} for one in row.problems]
        changes = row.changes if row.outcome == CHANGED else []
        parts = [row.line, row.pk, row.public_id, row.label, changes, values, problems]
        text = json.dumps(parts, cls=DjangoJSONEncoder, ensure_ascii=True)
        self._file.write(f"{row.outcome} {text}\n")

    def copy_rows(self, file):
        """Write all rows to a file for texts, a line of ASCII each, for ``rows_of_file``."""
        self._file.seek(0)
        shutil.copyfileobj(self._file, file)

    def rows(self, *outcomes):
        """Yield the rows with one of the outcomes as Row, in the order of the file."""
        self._file.seek(0)
        for text in self._file:
            outcome, _space, parts = text.partition(" ")
            if outcome in outcomes:
                line, pk, public_id, label, changes, values, problems = json.loads(parts)
                values = {name: self._revived(name, value) for name, value in values.items()}
                yield Row(
                    line,
                    values,
                    pk=pk,
                    public_id=public_id,
                    outcome=outcome,
                    label=label,
                    changes=changes,
                    problems=[Problem(**problem) for problem in problems],
                )

    def _revived(self, name, value):
        """JSON knows neither dates nor decimals."""
        kind = self.kind.columns[name].type
        if isinstance(value, str) and value:
            if isinstance(kind, Day):
                return datetime.date.fromisoformat(value)
            if hasattr(kind, "places"):
                return Decimal(value)
        return value

    def as_report(self):
        """Return what the plan found, as the report of an import has it."""
        headings = {
            problem.column: self.mapping.heading_of(problem.column) for problem in self.rejected + self.warnings
        }

        def told(problems):
            return [{**problem.as_dict(), "column": headings[problem.column]} for problem in problems]

        return {
            "file": self.file_name,
            "encoding": self.source.encoding,
            "delimiter": self.source.delimiter,
            "sheet": self.source.sheet,
            "sheets": [{"name": name, "hidden": hidden} for name, hidden in self.source.sheets],
            "header_line": self.mapping.header_line,
            "mapping": self.mapping.taken,
            "left_out": self.mapping.left_out,
            "proposals": {
                self.mapping.headings[place]: proposal.column for place, proposal in self.mapping.proposals.items()
            },
            "read": self.read,
            "created": self.counts[NEW],
            "updated": self.counts[CHANGED],
            "unchanged": self.counts[UNCHANGED],
            "rejected": told(self.rejected),
            "rejected_rows": self.counts[REJECTED],
            "warnings": told(self.warnings),
            "duplicates": self.duplicates,
            "vanished": self.vanished,
            "skipped": self.skipped,
            "notes": self.notes,
        }


def rows_of_file(file, outcome="", start=0, number=100):
    """Return (rows from ``start`` on, how many there are) of a file of bytes written by ``Plan.copy_rows``.

    Each is a dict of outcome, line, public_id, label, changes (column, old, new) and problems.
    """
    found, count = [], 0
    for text in file:
        kind, _space, parts = text.decode().partition(" ")
        if outcome in ("", kind):
            if start <= count < start + number:
                line, _pk, public_id, label, changes, values, problems = json.loads(parts)
                if kind == NEW:
                    changes = [(name, None, value) for name, value in values.items()]
                found.append(
                    {
                        "outcome": kind,
                        "line": line,
                        "public_id": public_id,
                        "label": label,
                        "changes": changes,
                        "problems": problems,
                    }
                )
            count += 1
    return found, count

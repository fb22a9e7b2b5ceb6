import json
import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext

from office.importing.applying import apply_plan, refusal
from office.importing.kinds import KINDS
from office.importing.planning import Options, make_plan
from office.importing.problems import FileRefused

SHOWN = 50
"""Rejected rows and warnings that are printed; the report file has all."""


class Command(BaseCommand):
    help = (
        "Imports records from a CSV or XLSX file. Every row is checked first; nothing is saved if a row is rejected "
        "(unless --keep-going) or with --dry-run. An applied import is one batch, which undo_import takes back. "
        "The exit status is 0 only if nothing was rejected. The columns of each kind are described in "
        "docs/importing.md; an export of the kind has them all."
    )

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=list(KINDS), help="what the rows of the file are")
        parser.add_argument("file", type=Path, help="CSV (any usual encoding and delimiter), XLSX, XLS or ODS")
        parser.add_argument("--dry-run", action="store_true", help="check and report everything, save nothing")
        parser.add_argument("--report", type=Path, metavar="FILE.json", help="write the whole report to this file")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="'HEADING=COLUMN'",
            help="take a heading of the file for a column of ours (repeatable); '=COLUMN' names a column without a "
            "heading, 'HEADING=' leaves one out",
        )
        parser.add_argument(
            "--guess", action="store_true", help="take the proposals for unknown headings that are certain, print them"
        )
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="COLUMN=VALUE",
            help="fill a column that the file lacks with this value in every row (repeatable)",
        )
        parser.add_argument("--sheet", default="", help="name or number of a workbook’s sheet (the first visible)")
        parser.add_argument("--header-row", type=int, metavar="N", help="the line on which the headings stand")
        parser.add_argument("--encoding", default="", help="encoding of a CSV file (found out by itself)")
        parser.add_argument("--match-on", default="", metavar="COLUMN", help="what identifies an existing record")
        parser.add_argument(
            "--complete",
            action="store_true",
            help="the file is the whole list: report the records that it no longer has (they are never deleted)",
        )
        parser.add_argument("--again", action="store_true", help="import a file that was applied before")
        parser.add_argument("--keep-going", action="store_true", help="save the good rows even if others are rejected")

    def handle(self, *, kind, file, **options):
        try:
            report, refused = self.run(kind, file, options)
        except FileRefused as error:
            report, refused = empty_report(kind, file, str(error)), str(error)
        if options["report"]:
            text = json.dumps(report, ensure_ascii=False, indent=1, default=str)
            try:
                options["report"].write_text(text + "\n", encoding="utf-8")
            except OSError as error:
                raise CommandError(f"The report cannot be written to {options['report']}: {error.strerror}") from None
        if refused:
            raise CommandError(refused)
        if report["rejected"]:
            raise CommandError(
                ngettext("%(count)s row was rejected.", "%(count)s rows were rejected.", report["rejected_rows"])
                % {"count": report["rejected_rows"]}
            )

    def run(self, kind, file, options):
        """Return the report, and the sentence that says why nothing was saved, or ""."""
        chosen = Options(
            mapping=pairs(options["map"], "--map"),
            guess=options["guess"],
            fixed=pairs(options["set"], "--set"),
            sheet=options["sheet"],
            header_line=options["header_row"],
            encoding=options["encoding"],
            match_on=options["match_on"],
            complete=options["complete"],
        )
        plan = make_plan(kind, file, chosen, progress=self.progress("checked"))
        report = {"kind": kind, **plan.as_report(), "dry_run": options["dry_run"], "batch": None}
        again, keep_going = options["again"], options["keep_going"]
        refused = refusal(kind, plan, again=again, keep_going=keep_going)
        if not refused and not options["dry_run"]:
            batch = apply_plan(kind, plan, again=again, keep_going=keep_going, progress=self.progress("saved"))
            report["batch"] = batch and batch.pk
            if batch:
                batch.report = brief(report)
                batch.save(update_fields=["report"])
        elif options["dry_run"] and refused and not plan.rejected:
            report["notes"].append(refused)
            refused = ""
        self.print_report(report)
        return {**report, "refused": refused}, refused if not plan.rejected or options["dry_run"] is False else ""

    def progress(self, word):
        """Return what shows how far the work is, on a terminal, ten times a second at most."""
        if not self.stderr.isatty():
            return lambda done: None
        last = [0.0]

        def show(done):
            if time.monotonic() - last[0] > 0.1:
                last[0] = time.monotonic()
                self.stderr.write(f"\r{done:,} rows {word}", ending="")
                self.stderr.flush()

        return show

    def print_report(self, report):
        write = self.stdout.write
        for heading, column in report["mapping"].items():
            if heading != column:
                write(f"“{heading}” is taken for {column}")
        for heading, column in report["proposals"].items():
            write(f"“{heading}” may be {column}: --map '{heading}={column}'")
        if report["encoding"]:
            names = {",": "comma", ";": "semicolon", "\t": "tab"}
            delimiter = names.get(report["delimiter"], report["delimiter"])
            write(f"Encoding {report['encoding']}, delimiter {delimiter}, headings on line {report['header_line']}")
        for note in report["notes"]:
            write(note)
        for name in ("rejected", "warnings", "duplicates", "skipped", "vanished"):
            self.print_list(name, report[name])
        done = "would be " if report["batch"] is None else ""
        write(
            f"{report['read']} read: {report['created']} {done}created, {report['updated']} {done}updated, "
            f"{report['unchanged']} unchanged, {report['rejected_rows']} rejected"
        )
        if report["batch"]:
            write(f"Import {report['batch']}; undo_import {report['batch']} takes it back")

    def print_list(self, name, problems):
        for problem in problems[:SHOWN]:
            if name == "vanished":
                self.stdout.write(f"vanished: {problem['id']} {problem['name']}")
                continue
            place = f"line {problem['line']}"
            if problem.get("column"):
                place += f", {problem['column']}"
            if problem.get("value"):
                place += f", “{problem['value']}”"
            nearest = problem.get("suggestions")
            hint = f" ({'; '.join(nearest)}?)" if nearest else ""
            self.stdout.write(f"{name}: {place}: {problem['reason']}{hint}")
        if len(problems) > SHOWN:
            self.stdout.write(f"{name}: and {len(problems) - SHOWN} more (--report has all)")


def pairs(texts, option):
    """Return the dict of “key=value” arguments."""
    found = {}
    for text in texts:
        key, equals, value = text.rpartition("=") if option == "--map" else text.partition("=")
        if not equals:
            raise CommandError(f"{option} {text}: write it with an equals sign")
        found[key.strip()] = value.strip()
    return found


def brief(report):
    """Return the report without what may name persons: their values stay in the file, not in the registry."""
    kept = ("mapping", "left_out", "notes", "skipped", "encoding", "delimiter", "sheet", "header_line", "read")
    return {key: report[key] for key in kept}


def empty_report(kind, file, sentence):
    """Return the report of a file that was refused as a whole."""
    counts = dict.fromkeys(("read", "created", "updated", "unchanged", "rejected_rows"), 0)
    lists = {name: [] for name in ("rejected", "warnings", "duplicates", "vanished", "skipped", "notes")}
    return {"kind": kind, "file": file.name, **counts, **lists, "batch": None, "refused": sentence}

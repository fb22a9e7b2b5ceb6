"""The steps of an import on the staff's pages: check it, apply it, undo it.

A large file is worked on in a process of its own, so that the page can show how far it is.

What a step is at is kept in a small file beside the upload, because nothing that an unfinished transaction writes can
be seen by others. The files lie in the storage of documents, where every host that serves the pages finds them.
"""

import datetime
import os
import subprocess  # nosec B404 (our own command, without a shell)
import sys

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from iet_relations.stored_files import on_this_host, put
from office.importing.applying import apply_plan, refusal
from office.importing.kinds import KINDS
from office.importing.planning import Options, make_plan
from office.importing.problems import FileRefused
from office.importing.undoing import UndoRefused, undo
from office.models import ImportBatch

CHECK, APPLY, UNDO = "check", "apply", "undo"
INLINE = 300_000
"""Bytes up to which a file is worked on within the request."""
FEW = 1000
"""Rows up to which an import is undone within the request."""
SILENT = datetime.timedelta(minutes=3)
"""Time without a sign of life after which a step counts as broken off."""
KEPT = datetime.timedelta(days=7)
"""How long an upload that was never applied is kept: it may hold personal data."""
TOLD = 2000
"""Rejected cells, warnings and the like that the page keeps; the rows have all of them."""


def options_of(batch):
    """Return the Options that were chosen on the page, as the command has them."""
    names = ("mapping", "guess", "fixed", "sheet", "header_line", "encoding", "match_on", "complete")
    chosen = {name: batch.options[name] for name in names if name in batch.options}
    chosen["mapping"] = {int(place): column for place, column in chosen.get("mapping", {}).items()}
    return Options(**chosen, may_publish=may_publish(batch.by, batch.kind))


def may_publish(user, kind):
    """Tell whether the person may publish records of the kind; whoever works on the command line may."""
    meta = KINDS[kind].model._meta
    has_field = any(field.name == "published" for field in meta.concrete_fields)
    return user is None or not has_field or user.has_perm(f"{meta.app_label}.publish_{meta.model_name}")


def rows_name(batch):
    """Return the name under which the checked rows of a batch wait to be looked at."""
    return f"imports/{batch.pk}.rows"


def progress_name(batch):
    return f"imports/{batch.pk}.progress"


def start(batch, step):
    """Begin a step, unless one is running: at once for a small file, else in a process of its own."""
    begun = ImportBatch.objects.filter(pk=batch.pk).exclude(
        status__in=[
            *(ImportBatch.Status.WORKING, ImportBatch.Status.APPLIED),
            *(ImportBatch.Status.UNDOING, ImportBatch.Status.UNDONE),
        ]
    )
    if not begun.update(status=ImportBatch.Status.WORKING):
        return
    _say(batch, 0)
    _begin(batch, step, at_once=batch.file.size <= INLINE)


def start_undo(batch, user, force):
    """Begin to take an applied import back: at once if it is small, else in a process of its own."""
    told = {name: value for name, value in batch.report.items() if name != "undo_refused"}
    begun = ImportBatch.objects.filter(pk=batch.pk, status=ImportBatch.Status.APPLIED).update(
        status=ImportBatch.Status.UNDOING, undone_by=user, options={**batch.options, "force": force}, report=told
    )
    if begun:
        _say(batch, 0)
        _begin(batch, UNDO, at_once=batch.created + batch.updated <= FEW)
    batch.refresh_from_db()


def _begin(batch, step, at_once):
    if at_once:
        work(batch.pk, step)
        return
    manage = str(settings.BASE_DIR / "manage.py")
    command = [sys.executable, manage, "work_on_import", str(batch.pk), step, get_language() or "en"]
    subprocess.Popen(  # nosec B603 (numbers and fixed words)
        command,
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATA_DIR": str(settings.DATA_DIR)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _say(batch, done):
    put(progress_name(batch), str(done).encode())


def progress_of(batch):
    """Return the number of rows done, or None when the step was broken off."""
    name = progress_name(batch)
    try:
        with default_storage.open(name, "rb") as file:
            done = int(file.read() or 0)
        return None if timezone.now() - default_storage.get_modified_time(name) > SILENT else done
    except OSError:
        return None


def break_off(batch):
    """Let go of a step whose process died: nothing of it was saved."""
    if batch.status == ImportBatch.Status.UNDOING:
        _not_undone(batch, {"sentence": _("The undoing was broken off, and nothing was changed. Start it again.")})
        batch.refresh_from_db()
        return
    sentence = _("The work on this file was broken off, and nothing was saved. Start it again.")
    ImportBatch.objects.filter(pk=batch.pk, status=ImportBatch.Status.WORKING).update(
        status=ImportBatch.Status.FAILED, report={**batch.report, "refused": sentence}
    )
    batch.refresh_from_db()


def work(pk, step, language=None):
    """Do a step of the batch. What goes wrong is said on its page."""
    batch = ImportBatch.objects.get(pk=pk)
    with override(language or get_language()):
        try:
            {CHECK: _check, APPLY: _apply, UNDO: _undo}[step](batch)
        except FileRefused as error:
            _refused(batch, str(error))
        except Exception:
            sentence = _("Something went wrong on our side. Nothing was saved.")
            _not_undone(batch, {"sentence": sentence}) if step == UNDO else _refused(batch, sentence)
            raise
        finally:
            default_storage.delete(progress_name(batch))


def _refused(batch, sentence):
    ImportBatch.objects.filter(pk=batch.pk).update(
        status=ImportBatch.Status.FAILED, report={**batch.report, "refused": sentence}
    )


def _plan(batch):
    with on_this_host(batch.file.name) as path:
        return make_plan(
            batch.kind,
            path,
            options_of(batch),
            file_name=batch.file_name,
            progress=lambda done: _say(batch, done),
        )


def _check(batch):
    plan = _plan(batch)
    report = plan.as_report()
    for name in ("rejected", "warnings", "duplicates", "skipped", "vanished"):
        report[f"{name}_count"] = len(report[name])
        report[name] = report[name][:TOLD]
    report["applied_before"] = refusal(batch.kind, plan, keep_going=True)
    with default_storage.open(rows_name(batch), "w") as rows:
        plan.copy_rows(rows)
    batch.status, batch.report = ImportBatch.Status.PREVIEWED, report
    batch.created, batch.updated = report["created"], report["updated"]
    batch.unchanged, batch.rejected = report["unchanged"], report["rejected_rows"]
    batch.save()


def _apply(batch):
    """Check everything again, for the records may have changed since the preview, and write it."""
    plan = _plan(batch)
    expected = (batch.created, batch.updated, batch.rejected)
    found = (plan.counts["new"], plan.counts["changed"], plan.counts["rejected"])
    if expected != found:
        raise FileRefused(_("The registry has changed since the preview: look at the rows again."))
    applied = apply_plan(
        batch.kind,
        plan,
        user=batch.by,
        batch=batch,
        again=bool(batch.options.get("again")),
        keep_going=bool(batch.options.get("keep_going")),
        progress=lambda done: _say(batch, done),
    )
    if applied is None:
        raise FileRefused(_("There is nothing to apply: every row is as it is in the registry."))
    kept = ("mapping", "left_out", "notes", "encoding", "delimiter", "sheet", "header_line", "read", "skipped_count")
    batch.report = {name: batch.report.get(name) for name in kept}
    batch.save(update_fields=["report"])
    forget_file(batch)


def _undo(batch):
    try:
        undo(
            batch,
            user=batch.undone_by,
            force=bool(batch.options.get("force")),
            progress=lambda done: _say(batch, done),
            status=ImportBatch.Status.UNDOING,
        )
    except UndoRefused as error:
        told = {"sentence": str(error), "changed": bool(error.changed), "relied_on": bool(error.relied_on)}
        _not_undone(batch, told)


def _not_undone(batch, told):
    """It stays applied; its page says why, and whether asking helps."""
    ImportBatch.objects.filter(pk=batch.pk, status=ImportBatch.Status.UNDOING).update(
        status=ImportBatch.Status.APPLIED, undone_by=None, report={**batch.report, "undo_refused": told}
    )


def forget_abandoned(now):
    """Remove uploads that were looked at and never applied for KEPT days, with their files."""
    open_states = (ImportBatch.Status.UPLOADED, ImportBatch.Status.PREVIEWED, ImportBatch.Status.FAILED)
    for batch in ImportBatch.objects.filter(status__in=open_states, uploaded_at__lt=now - KEPT):
        forget_file(batch)
        batch.delete()


def forget_file(batch):
    """Remove the uploaded file and its checked rows: they may hold personal data and are not needed any more."""
    default_storage.delete(rows_name(batch))
    name, batch.file = batch.file.name, ""
    ImportBatch.objects.filter(pk=batch.pk).update(file="")
    if name and not ImportBatch.objects.filter(file=name).exists():
        default_storage.delete(name)

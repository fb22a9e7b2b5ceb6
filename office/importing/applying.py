"""Writing a plan as one batch, all or nothing."""

import itertools

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from office.importing.changes import Changes
from office.importing.kinds.base import CHANGED, NEW
from office.importing.planning import PORTION
from office.importing.problems import FileRefused
from office.models import ImportBatch


def applied_before(kind_name, plan):
    """Return the batch by which the same table of the same file was imported and not taken back, or None."""
    states = (ImportBatch.Status.APPLIED, ImportBatch.Status.UNDOING)
    return ImportBatch.objects.filter(
        kind=kind_name, sha256=plan.sha256, sheet=plan.source.sheet, status__in=states
    ).first()


def refusal(kind_name, plan, *, again=False, keep_going=False):
    """Return the sentence that says why the plan cannot be applied, or ""."""
    if not again and (earlier := applied_before(kind_name, plan)):
        return _("This file was applied before, as import %(number)s. To import it once more, say so.") % {
            "number": earlier.pk
        }
    if plan.rejected and not keep_going:
        return _("Nothing was saved, because rows were rejected. Correct them, or import the others alone.")
    return ""


def apply_plan(kind_name, plan, *, user=None, batch=None, again=False, keep_going=False, progress=lambda done: None):
    """Write the new and changed rows of a plan and return their ImportBatch; None if there is nothing to write.

    Raises FileRefused when the plan may not be applied; then nothing is saved. ``batch`` is one that was uploaded
    before. ``progress`` is called with the number of rows written so far.
    """
    if sentence := refusal(kind_name, plan, again=again, keep_going=keep_going):
        raise FileRefused(sentence)
    if not plan.counts[NEW] and not plan.counts[CHANGED]:
        return None
    with transaction.atomic():
        batch = batch or ImportBatch(kind=kind_name)
        batch.file_name, batch.sha256, batch.sheet = plan.file_name[:255], plan.sha256, plan.source.sheet[:100]
        batch.status, batch.by, batch.applied_at = ImportBatch.Status.APPLIED, user, timezone.now()
        batch.created, batch.updated = plan.counts[NEW], plan.counts[CHANGED]
        batch.unchanged, batch.rejected = plan.counts["unchanged"], plan.counts["rejected"]
        batch.save()
        changes = Changes(batch, user, batch.change_reason)
        rows, done = plan.rows(NEW, CHANGED), 0
        while portion := list(itertools.islice(rows, PORTION)):
            plan.kind.write(portion, changes)
            changes.flush()
            done += len(portion)
            progress(done)
        plan.kind.finish(changes)
        changes.flush()
    return batch

"""Editions of an annual report: publishing, their files, what has changed since, and checking a file."""

import hashlib

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from reports.annual_report import build_report
from reports.forms import ChecksumForm, PublishForm
from reports.gaps import staff_table
from reports.models import EditionFile, ReportEdition
from reports.publishing import changes, data_of, publish
from reports.rendering import ReportError
from reports.rendering.rows import cut
from reports.views import CONTENT_TYPES, ROWS_OF_A_TABLE, of_a_year


def editions_of(moment):
    return ReportEdition.objects.filter(academic_year=moment.year)


@of_a_year
def edition_list(request, moment):
    """The editions of a year with their files, what has changed since the last, and the check of a file."""
    language = translation.get_language()
    editions = list(editions_of(moment))
    files = EditionFile.objects.filter(edition__in=editions, language=language).defer("content")
    by_edition = {edition.pk: [file for file in files if file.edition_id == edition.pk] for edition in editions}
    sent = request.method == "POST"
    form = ChecksumForm(request.POST, request.FILES) if sent else ChecksumForm()
    found = None
    if sent and form.is_valid():
        checksum = _checksum(form)
        found = {
            "checksum": checksum,
            "file": EditionFile.objects.filter(sha256=checksum).defer("content").select_related("edition").first(),
        }
    live = build_report(moment, language)
    context = {
        "moment": moment,
        "editions": [(edition, by_edition[edition.pk]) for edition in editions],
        "changes": changes(data_of(editions[0], language), live) if editions else None,
        "form": form,
        "found": found,
    }
    return render(request, "reports/edition_list.html", context)


def _checksum(form):
    """The SHA-256 that was given, or that of the file that was given."""
    if form.cleaned_data["sha256"]:
        return form.cleaned_data["sha256"].lower()
    digest = hashlib.sha256()
    for chunk in form.cleaned_data["file"].chunks():
        digest.update(chunk)
    return digest.hexdigest()


@require_safe
@of_a_year
def edition_file(request, moment, number, ending):
    """A published file, byte for byte, in the language of the address."""
    file = get_object_or_404(
        EditionFile,
        edition__academic_year=moment.year,
        edition__number=number,
        language=translation.get_language(),
        kind=ending,
    )
    response = HttpResponse(bytes(file.content), content_type=CONTENT_TYPES[ending])
    name = f"{moment.year.slug}-edition-{number}-{file.language}.{ending}"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["ETag"] = f'"{file.sha256}"'
    return response


@login_required
@permission_required("reports.freeze_report", raise_exception=True)
@of_a_year
def publish_report(request, moment):
    """What would be published, and on confirmation the publishing."""
    last = editions_of(moment).first()
    sent = request.method == "POST"
    form = PublishForm(request.POST if sent else None, first=last is None)
    problem = ""
    if sent and form.is_valid():
        name = request.user.get_full_name() or request.user.get_username()
        try:
            publish(moment, name, form.cleaned_data.get("correction", ""), timezone.now())
            return redirect("reports:edition-list", moment.year)
        except ReportError as error:
            problem = str(error)
    live = build_report(moment, translation.get_language(), for_staff=True)
    gaps = next(section["tables"][0] for section in live["sections"] if section["key"] == "gaps")
    context = {
        "moment": moment,
        "last": last,
        "form": form,
        "problem": problem,
        "gaps": cut(gaps, ROWS_OF_A_TABLE),
        "for_staff": staff_table(moment),
        "changes": changes(data_of(last, translation.get_language()), live) if last else None,
    }
    return render(request, "reports/report_publish.html", context)

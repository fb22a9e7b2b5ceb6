"""Sources, citations and reported figures: the rules, and the time that they speak of."""

from datetime import date, timedelta

import pytest
from django.contrib.contenttypes.models import ContentType

from iet_relations.academic_year import AcademicYear
from partners.models import Institution
from reports.models import Citation, ReportedFigure
from tests.factories import (
    CitationFactory,
    ForeignStudentsFactory,
    InstitutionFactory,
    ReportedFigureFactory,
    SourceFactory,
)
from tests.rules import answers, named_constraints, refused

pytestmark = pytest.mark.django_db

DAY = date(2017, 1, 31)


def figure(**fields):
    return ReportedFigureFactory.build(source=SourceFactory(), **fields)


def again(factory):
    first = factory()
    names = [field.name for field in first._meta.concrete_fields if not field.primary_key]
    return type(first)(**{name: getattr(first, name) for name in names})


BROKEN = [
    ("source_date_is_a_span", lambda: SourceFactory.build(dated_first=DAY, dated_last=None)),
    ("source_date_is_a_span", lambda: SourceFactory.build(dated_first=None, dated_last=DAY)),
    ("source_date_is_a_span", lambda: SourceFactory.build(dated_first=DAY, dated_last=DAY - timedelta(1))),
    ("citation_once_per_record", lambda: again(CitationFactory)),
    ("reported_figure_period_in_order", lambda: figure(period_first=DAY, period_last=DAY - timedelta(1))),
    ("reported_figure_part_is_whole", lambda: figure(breakdown="country")),
    ("reported_figure_part_is_whole", lambda: figure(key="IT")),
    ("reported_figure_once", lambda: again(ReportedFigureFactory)),
]


@pytest.mark.parametrize(("name", "record"), BROKEN, ids=[f"{n}-{i}" for i, (n, _) in enumerate(BROKEN)])
def test_the_database_and_the_forms_refuse_what_breaks_a_rule_with_a_sentence(name, record):
    refused(record(), name)


def test_every_rule_of_sources_is_proven():
    mine = {name for name in named_constraints("reports") if name.startswith(("source_", "citation_", "reported_"))}

    assert {name for name, _record in BROKEN} == mine


@pytest.mark.parametrize(
    "record",
    [
        lambda: SourceFactory.build(dated_first=DAY, dated_last=DAY),
        lambda: SourceFactory.build(dated_first=None, dated_last=None),
        lambda: figure(period_first=DAY, period_last=DAY),
        lambda: figure(breakdown="country", key="IT"),
    ],
)
def test_bounds_are_inclusive_and_unknown_dates_are_allowed(record):
    assert answers(record()) == ([], True)


@pytest.mark.parametrize("made", [InstitutionFactory, ForeignStudentsFactory])
def test_a_citation_belongs_to_its_record_and_goes_with_it(made):
    record, other = made(), InstitutionFactory()
    CitationFactory(record=record)
    kept = CitationFactory(record=other)

    assert [citation.record for citation in record.citations.all()] == [record]
    record.delete()

    assert list(Citation.objects.all()) == [kept]


def test_citations_are_fetched_for_many_records_at_once(django_assert_num_queries):
    for _ in range(3):
        CitationFactory(record=InstitutionFactory())
    ContentType.objects.get_for_model(Institution)

    with django_assert_num_queries(2):
        counts = [len(record.citations.all()) for record in Institution.objects.prefetch_related("citations")]

    assert counts == [1, 1, 1]


def test_figures_belong_to_the_academic_year_in_which_their_period_ends():
    whole = ReportedFigureFactory(period_first=date(2016, 9, 1), period_last=date(2017, 8, 31))
    ReportedFigureFactory(period_first=date(2016, 8, 1), period_last=date(2016, 8, 31))

    assert list(ReportedFigure.objects.in_year(AcademicYear(2016))) == [whole]
    assert whole.period == "September 2016 – August 2017"


def test_figures_of_a_source_that_is_not_published_are_not_public():
    ReportedFigureFactory(source=SourceFactory(published=False))

    assert list(ReportedFigure.objects.public()) == []

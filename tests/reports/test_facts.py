"""The department's facts F1–F14: each in the record that it is about, with the sentence that it was taken from."""

import datetime
import hashlib

import pytest
from django.core.management import call_command
from django.db.models import Count

from iet_relations.academic_year import AcademicYear
from mobility.models import Exchange, ForeignStudents
from partners.models import Agreement, CooperationArea, Country, Institution
from projects.models import Action, Activity, Participation, Project
from reports import shipped
from reports.models import Citation, ReportedFigure, Source

pytestmark = pytest.mark.django_db

YEAR = AcademicYear(2016)


def quotes(record):
    return [(citation.number, citation.quote) for citation in record.citations.order_by("pk")]


def figure(statement, indicator):
    """Return what a statement reports for an indicator, in one tuple."""
    found = ReportedFigure.objects.get(statement=statement, indicator=indicator)
    return (
        found.qualifier,
        found.number,
        found.breakdown,
        found.key,
        found.period_first.isoformat(),
        found.period_last.isoformat(),
        found.quote,
    )


def project_with(slug):
    """Return what is recorded of a project, and of who takes part."""
    project = Project.objects.get(slug=slug)
    partners = [(p.institution.slug, p.role) for p in project.participations.filter(institution__is_home=False)]
    assert project.participations.filter(institution__is_home=True, role="").count() == 1
    assert (project.published, project.first_academic_year) == (True, YEAR)
    unknown = (project.starts_on, project.ends_on, project.budget, project.our_share, project.summary, project.acronym)
    assert unknown == (None, None, None, None, "", "")
    return project.title, project.action.key, partners


def test_f1_the_department_was_created_on_1_september_2009(facts):
    home = Institution.objects.get(is_home=True)

    assert (home.acronym, home.city, home.country_id, home.published) == ("IET TSUC", "Khujand", "TJ", True)
    assert (home.department, home.department_created_on) == (
        "International Relations department",
        datetime.date(2009, 9, 1),
    )
    assert quotes(home)[0] == (
        "F1",
        "The International Relations department of IET TSUC was created on September 1, 2009.",
    )


def test_f2_to_f4_the_goal_the_responsibilities_and_the_year_are_quoted_with_the_home_institution(facts):
    assert quotes(Institution.objects.get(is_home=True))[1:] == [
        (
            "F2",
            "The main goal of the department is development of international relations in the field of education and "
            "close bilateral communication between IET TSUC and various world universities.",
        ),
        (
            "F3",
            "Increasing the knowledge of students and preparation of modern professionals by conducting international "
            "practice and creating conditions for the exchange of students are the main responsibilities of the "
            "department.",
        ),
        ("F4", "In 2016-2017 academic year, the department’s activity has become more effective."),
    ]


def test_f5_more_than_3_new_partners_from_september_2016_to_january_2017(facts):
    assert figure("F5", "partners_new") == (
        *("more_than", 3, "", "", "2016-09-01", "2017-01-31"),
        "Only from September 2016 to January 2017,\xa0relations with more than 3 new partners for further cooperation "
        "were\xa0established.",
    )


def test_f6_5_new_projects_one_of_them_with_the_world_bank_of_which_nothing_more_is_known(facts):
    quote = (
        "In particular, 5 new projects within the ERASMUS + program, Jean Monnet and the World Bank, were developed "
        "jointly with European and Russian universities."
    )

    assert figure("F6", "projects_new") == ("exactly", 5, "", "", "2016-09-01", "2017-08-31", quote)
    assert project_with("world-bank-project") == ("", "world-bank", [])
    assert Action.objects.get(key="world-bank").programme.funder.key == "world-bank"
    assert quotes(Project.objects.get(slug="world-bank-project")) == [("F6", quote)]


def test_f7_4_projects_within_erasmus_plus(facts):
    assert figure("F7", "projects_running") == (
        *("exactly", 4, "programme", "erasmus-plus", "2016-09-01", "2017-08-31"),
        "In particular, only within the ERASMUS + program the Institute is working on 4 projects in cooperation with "
        "many universities:",
    )
    assert Project.objects.running_in(YEAR).filter(action__programme__key="erasmus-plus").count() == 4


@pytest.mark.parametrize(
    ("number", "slug", "title", "action", "partner", "quote"),
    [
        (
            "F8",
            "tourism-development-in-the-republic-of-tajikistan",
            "Tourism Development in the Republic of Tajikistan",
            "cbhe",
            ("university-of-bologna", "IT"),
            "With Bologna University of Italy on the project “Tourism Development in the Republic of Tajikistan” "
            "under the capacity building program.",
        ),
        (
            "F9",
            "contribution-of-universities-to-sustainable-development",
            "Contribution of Universities to Sustainable Development",
            "cbhe",
            ("saint-petersburg-state-university-of-economics", "RU"),
            "With St. Petersburg State Economic University under the project “Contribution of Universities to "
            "Sustainable Development” under the Capacity Building program.",
        ),
        (
            "F10",
            "jean-monnet-project",
            "",
            "jean-monnet",
            ("saint-petersburg-state-university-of-economics", "RU"),
            "With St. Petersburg State University of Economics in the framework of the Jean Monnet program.",
        ),
        (
            "F11",
            "student-exchange-between-the-iet-of-the-tsuc-and-the-university-of-cantabria",
            "Student exchange between the IET of the TSUC and the University of Cantabria",
            "credit-mobility-ka107",
            ("university-of-cantabria", "ES"),
            "With University of Cantabria, Spain the project (mobility) of student exchange between the IET of the "
            "TSUC and the University of Cantabria.",
        ),
    ],
    ids=["F8", "F9", "F10", "F11"],
)
def test_f8_to_f11_the_projects_with_their_partners(facts, number, slug, title, action, partner, quote):
    institution = Institution.objects.public().get(slug=partner[0])

    assert project_with(slug) == (title, action, [(partner[0], "")])
    assert institution.country_id == partner[1]
    assert quotes(Project.objects.get(slug=slug)) == [(number, quote)]
    assert (number, quote) in quotes(institution)


def test_f12_the_areas_of_cooperation(facts):
    quote = (
        "The Institute cooperates with other universities, mainly in the area of the exchange of teachers and "
        "students, conducting joint researches, participation in conferences and scientific symposia, as well as "
        "language training."
    )

    assert [(area.key, quotes(area)) for area in CooperationArea.objects.all()] == [
        (key, [("F12", quote)])
        for key in (
            "student-exchange",
            "teacher-exchange",
            "joint-research",
            "conferences-and-symposia",
            "language-training",
        )
    ]


def test_f13_students_from_six_countries_in_unknown_number(facts):
    quote = (
        "It should be noted that students from abroad, including from Turkmenistan, Kyrgyzstan, Kazakhstan, "
        "Afghanistan, Uzbekistan and Belarus, study at IET TSUC."
    )

    assert [
        (row.country_id, row.count, row.published, quotes(row)) for row in ForeignStudents.objects.in_year(YEAR)
    ] == [(code, None, True, [("F13", quote)]) for code in ("AF", "BY", "KZ", "KG", "TM", "UZ")]
    assert ForeignStudents.objects.count() == 6


def test_f14_21_countries_and_more_than_50_universities(facts):
    quote = "Today the Institute closely cooperates with 21 countries of the world and more than 50 universities."

    assert figure("F14", "partner_countries") == ("exactly", 21, "", "", "2017-01-01", "2017-01-31", quote)
    assert figure("F14", "partners") == ("more_than", 50, "", "", "2017-01-01", "2017-01-31", quote)


def test_every_statement_is_cited_in_the_words_of_the_source_and_nothing_else_is(facts):
    source = Source.objects.get()
    cited = [*source.citations.values_list("number", "quote"), *source.figures.values_list("statement", "quote")]

    assert {number for number, _quote in cited} == {f"F{number}" for number in range(1, 15)}
    assert len(set(cited)) == 14
    assert [quote for _number, quote in cited if quote not in source.text] == []
    assert [citation for citation in source.citations.all() if citation.record is None] == []
    assert (source.key, source.dated, source.published) == ("department-history", "January 2017", True)


def test_the_source_is_kept_to_the_letter(facts):
    text = Source.objects.get().text

    assert (
        hashlib.sha256(text.encode()).hexdigest() == "be8095063fc3c356893c3279bbb740b00d63e701e7aac3366a7f5cb18f70a618"
    )


def test_nothing_is_recorded_that_the_source_does_not_tell(facts):
    recorded = {model.__name__: model.objects.count() for model in (Agreement, Activity, Exchange)}

    assert recorded == {"Agreement": 0, "Activity": 0, "Exchange": 0}
    assert [institution.country_id for institution in Institution.objects.public()] == ["RU", "IT", "ES"]
    assert Project.objects.count() == 5
    assert [institution.cooperating_since for institution in Institution.objects.all()] == [""] * 4


@pytest.mark.parametrize(
    "words",
    [
        "St. Petersburg State Economic University",
        "St. Petersburg State University of Economics",
        "saint petersburg state university of economics",
        "unecon",
        "экономический университет Санкт-Петербург",
        "донишгоҳи давлатии иқтисодӣ",
    ],
)
def test_one_institution_is_found_under_both_spellings_of_the_source(facts, words):
    found = Institution.objects.public().matching(words)

    assert [institution.acronym for institution in found] == ["UNECON"]
    assert set(Project.objects.matching(words).values_list("action__key", flat=True)) == {"cbhe", "jean-monnet"}


def test_every_shipped_record_is_loaded_with_its_history(facts):
    for model, entries in shipped.batches():
        history = model.history.filter(history_type="+", history_change_reason="facts 2009–2017")
        assert len(entries) <= model._default_manager.count() == history.count() == model.history.count()


def test_every_entry_of_a_list_has_its_name_in_three_languages():
    unnamed = [
        entry["fields"]["key"]
        for _model, entries in shipped.batches(["lists"])
        for entry in entries
        if not all(entry["fields"][f"name_{language}"] for language in ("en", "ru", "tg"))
    ]

    assert unnamed == []


def test_the_shipped_records_obey_the_rules_of_their_models(facts):
    for model, _entries in shipped.batches(("lists", "facts")):
        for record in model._default_manager.all():
            record.full_clean()


def test_a_second_run_touches_nothing_and_asks_little(facts, capsys, django_assert_max_num_queries):
    before = list(Institution.objects.order_by("pk").values_list())

    with django_assert_max_num_queries(180):  # of 741 records
        call_command("load_facts")

    assert capsys.readouterr().out == "Facts: nothing to load, 741 records left as they are.\n"
    assert list(Institution.objects.order_by("pk").values_list()) == before
    assert Institution.history.count() == 4


def test_what_staff_changed_stays_changed(facts):
    bologna = Institution.objects.get(slug="university-of-bologna")
    bologna.name_en, bologna.published = "Bologna, renamed", False
    bologna.save()
    area = CooperationArea.objects.get(key="joint-research")
    area.key = "research"
    area.save()
    citation = Citation.objects.get(number="F8", object_id=bologna.pk, content_type__model="institution")
    citation.number, citation.quote = "8", "Shortened."
    citation.save()
    name = bologna.other_names.get()
    name.name = "Bologna University (cited)"
    name.save()

    counts = shipped.load()

    assert counts == {"created": 0, "kept": 741}
    bologna.refresh_from_db()
    assert (bologna.name_en, bologna.published) == ("Bologna, renamed", False)
    assert [other.name for other in bologna.other_names.all()] == ["Bologna University (cited)"]
    assert quotes(bologna) == [("8", "Shortened.")]
    assert CooperationArea.objects.filter(key__contains="research").count() == 1


def test_what_staff_deleted_does_not_come_back_nor_what_belonged_to_it(facts):
    project = Project.objects.get(slug="jean-monnet-project")
    project.delete()
    Country.objects.get(alpha2="AQ").delete()
    ForeignStudents.objects.get(country="BY").delete()
    ReportedFigure.objects.get(statement="F5").delete()
    Citation.objects.filter(number="F2").first().delete()

    counts = shipped.load()

    assert counts == {"created": 0, "kept": 741}
    assert not Project.objects.filter(slug="jean-monnet-project").exists()
    assert not Country.objects.filter(alpha2="AQ").exists()
    assert not ForeignStudents.objects.filter(country="BY").exists()
    assert not ReportedFigure.objects.filter(statement="F5").exists()
    assert sorted(Citation.objects.values_list("number").annotate(Count("pk"))) == [
        *[("F1", 1), ("F10", 1), ("F11", 2), ("F12", 5), ("F13", 5), ("F3", 1), ("F4", 1), ("F6", 1), ("F8", 2)],
        ("F9", 2),
    ]
    assert Participation.objects.filter(institution__acronym="UNECON").count() == 1


def test_a_mistake_in_a_shipped_file_is_loud_and_loads_nothing(facts, tmp_path, settings):
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "lists.json").write_text(
        '[{"model": "partners.cooperationarea", "fields": {"key": "dance", "name_en": "Dance"}},'
        ' {"model": "projects.project", "fields": {"first_academic_year": "2016/2018"}}]'
    )
    settings.BASE_DIR = tmp_path

    with pytest.raises(Exception, match="2016/2018"):
        shipped.load(["lists"])

    assert not CooperationArea.objects.filter(key="dance").exists()

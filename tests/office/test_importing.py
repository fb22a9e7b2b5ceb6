"""Rows that become records: found again, compared, refused with their reason, applied as one batch and taken back."""

import csv
import json
from io import StringIO

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from iet_relations.academic_year import AcademicYear
from iet_relations.lists.tables import csv_lines
from mobility.models import Exchange
from office.importing.kinds import KINDS
from office.models import BatchChange, ImportBatch
from partners import merging
from partners.models import Agreement, Contact, Identifier, Institution
from projects.models import Activity, Project
from reports.models import SyntheticDataSet
from tests.factories import (
    ActionFactory,
    ActivityFactory,
    ActivityKindFactory,
    AgreementFactory,
    AgreementKindFactory,
    CitationFactory,
    ContactFactory,
    CooperationAreaFactory,
    CountryFactory,
    ExchangeFactory,
    HomeFactory,
    IdentifierFactory,
    InstitutionFactory,
    InstitutionNameFactory,
    IscedFieldFactory,
    LanguageFactory,
    MobilityTermFactory,
    OrganizationalUnitFactory,
    ProjectFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def bologna():
    HomeFactory()
    for code in ("ES", "RU", "DE"):
        CountryFactory(alpha2=code)
    bologna = InstitutionFactory(name="Alma Mater Studiorum", name_en="University of Bologna")
    IdentifierFactory(institution=bologna, value="I  BOLOGNA01")
    return bologna


@pytest.fixture
def load(tmp_path):
    """Import a text as CSV and return the report; with ``fails`` the command must end with an error."""

    def run(kind, text, *options, fails=False):
        path, report = tmp_path / "file.csv", tmp_path / "report.json"
        path.write_text(text, encoding="utf-8")
        command = ["import_records", kind, str(path), "--report", str(report), *options]
        if fails:
            with pytest.raises(CommandError):
                call_command(*command, stdout=StringIO())
        else:
            call_command(*command, stdout=StringIO())
        return json.loads(report.read_text(encoding="utf-8"))

    return run


def counts(report):
    return [report[name] for name in ("read", "created", "updated", "unchanged", "rejected_rows")]


def exported(kind):
    table = KINDS[kind].table
    return "".join(csv_lines(table.columns, table.rows(KINDS[kind].model.objects.order_by("pk"))))


# What is found again


def test_new_institutions_are_unpublished_with_names_and_identifiers(bologna, load):
    report = load(
        "institutions",
        "name,country,other_names,erasmus_code,cooperating_since,published\n"
        "University of Cantabria,Испания,Cantabria\\|UC|Universidad,E SANTAND01,2009,\n",
    )

    assert counts(report) == [1, 1, 0, 0, 0]
    cantabria = Institution.objects.get(slug="university-of-cantabria")
    assert (cantabria.country_id, cantabria.published, str(cantabria.cooperating_since)) == ("ES", False, "2009")
    assert [name.name for name in cantabria.other_names.all()] == ["Cantabria|UC", "Universidad"]
    assert [identifier.value for identifier in cantabria.identifiers.all()] == ["E  SANTAND01"]
    assert list(Institution.objects.matching("santand01")) == [cantabria]
    assert [(row.history_type, row.history_change_reason) for row in cantabria.history.all()] == [
        ("+", f"import {report['batch']}")
    ]


@pytest.mark.parametrize(
    "row",
    [
        "Anything,IT,I BOLOGNA01,Bologna",
        "university of  BOLOGNA,Италия,,Bologna",
        "Alma mater studiorum,Italy,,Bologna",
    ],
)
def test_an_institution_is_found_by_identifier_or_else_by_any_name_and_country(bologna, load, row):
    report = load("institutions", f"name,country,erasmus_code,city\n{row}\n")

    bologna.refresh_from_db()
    assert (counts(report), bologna.city) == ([1, 0, 1, 0, 0], "Bologna")
    assert Institution.objects.partners().count() == 1


def test_a_known_other_name_identifies_and_does_not_become_the_official_name(bologna, load):
    load("institutions", "name,country,city\nUniversity of Bologna,IT,Bologna\n")

    bologna.refresh_from_db()
    assert (bologna.name, bologna.city) == ("Alma Mater Studiorum", "Bologna")


def test_the_same_name_in_another_country_is_another_institution(bologna, load):
    report = load("institutions", "name,country\nUniversity of Bologna,Spain\n")

    assert counts(report) == [1, 1, 0, 0, 0]


def test_a_name_or_identifier_that_fits_two_institutions_is_rejected(bologna, load):
    InstitutionNameFactory(institution=InstitutionFactory(), name="University of Bologna")

    report = load("institutions", "name,country\nUniversity of Bologna,IT\n", fails=True)

    assert report["rejected"] == [
        {
            "line": 2,
            "column": "name",
            "value": "University of Bologna",
            "reason": "Several institutions fit: give the id of the right one.",
            "suggestions": sorted(Institution.objects.partners().values_list("slug", flat=True)),
        }
    ]


def test_match_on_says_what_identifies(bologna, load):
    text = "name,country,erasmus_code,city\nUniversity of Bologna,IT,I  BOLOGNA02,Rimini\n"

    report = load("institutions", text, "--match-on", "erasmus_code", "--dry-run")

    assert counts(report) == [1, 1, 0, 0, 0]


def test_a_similar_name_is_new_but_told(bologna, load):
    report = load("institutions", "name,country\nBologna Universty,IT\n", "--dry-run")

    assert [(one["column"], one["suggestions"]) for one in report["warnings"]] == [("name", ["University of Bologna"])]


def test_only_the_columns_of_the_file_are_touched_and_an_empty_cell_empties(bologna, load):
    Institution.objects.filter(pk=bologna.pk).update(city="Bologna", website="https://www.unibo.it")

    load("institutions", "id,city\nuniversity-of-bologna,\n")

    bologna.refresh_from_db()
    assert (bologna.city, bologna.website, bologna.identifiers.count()) == ("", "https://www.unibo.it", 1)


def test_an_unknown_id_is_rejected(bologna, load):
    report = load("institutions", "id,city\nuniversity-of-bolonga,x\n", fails=True)

    assert [(one["line"], one["column"], one["value"]) for one in report["rejected"]] == [
        (2, "id", "university-of-bolonga")
    ]


def test_our_own_institution_is_no_partner(bologna, load):
    report = load("institutions", "name,country\nHome Institute,TJ\n", fails=True)

    assert [one["reason"] for one in report["rejected"]] == ["This is our own institution, which is not a partner."]


# What is told


def test_every_rejected_cell_is_named_with_the_heading_of_the_file_and_nothing_is_saved(bologna, load):
    text = (
        "Учебный год;Направление;activity;Партнер;Страна;count;from\n"
        "2016/2017;outgoing;SMS;;Italy;3;\n"
        "2016/2018;nowhere;SMS;University of Bolonga;;2-3;31.02.2017\n"
        "2016/2017;incoming;SMT;;Itly;-;\n"
    )

    report = load("exchanges", text, "--guess", fails=True)

    assert [(one["line"], one["column"], one["value"], one["suggestions"]) for one in report["rejected"]] == [
        (3, "Учебный год", "2016/2018", []),
        (3, "Направление", "nowhere", []),
        (3, "Партнер", "University of Bolonga", ["University of Bologna"]),
        (3, "count", "2-3", []),
        (3, "from", "31.02.2017", ["2017-02-28"]),
        (4, "Страна", "Itly", ["Italy"]),
        (4, "count", "-", []),
    ]
    assert (counts(report), report["batch"]) == ([3, 1, 0, 0, 2], None)
    assert not Exchange.objects.exists()
    assert not ImportBatch.objects.exists()


def test_keep_going_saves_the_good_rows_and_still_fails(bologna, load):
    text = "academic_year,direction,activity,country\n2016/2017,outgoing,SMS,IT\n2016,outgoing,SMS,IT\n"

    report = load("exchanges", text, "--keep-going", fails=True)

    assert (counts(report), Exchange.objects.count()) == ([2, 1, 0, 0, 1], 1)
    assert report["rejected"][0]["suggestions"] == ["2015/2016", "2016/2017"]


def test_titles_blanks_totals_and_repeated_headings_are_left_out_and_told(bologna, load):
    text = (
        "Отчёт о мобильности,,,\n\nacademic_year,direction,activity,country\n1,2,3,4\n"
        "2016/2017,outgoing,SMS,IT\n,,,\nacademic_year,direction,activity,country\n"
        "2016/2017,incoming,SMS,IT\nИтого,2,,\nВсего: 2,,,\n"
    )

    report = load("exchanges", text)

    assert counts(report) == [2, 2, 0, 0, 0]
    assert [(one["line"], one["reason"]) for one in report["skipped"]] == [
        (1, "A title above the headings."),
        (2, "A blank row."),
        (4, "A row that numbers the columns."),
        (6, "A blank row."),
        (7, "The headings again."),
        (9, "A row of totals."),
        (10, "A row of totals."),
    ]


def test_a_university_that_begins_like_a_total_is_not_one(bologna, load):
    report = load("institutions", "name,country\nTotal University,IT\n", "--dry-run")

    assert counts(report) == [1, 1, 0, 0, 0]


def test_the_same_institution_twice_is_told_and_rejected_where_it_differs(bologna, load):
    text = "name,country,city\nA,IT,x\nB,IT,y\nA,Italy,x\na,IT,z\n"

    report = load("institutions", text, "--keep-going", fails=True)

    assert [(one["line"], one["first_line"], one["value"]) for one in report["duplicates"]] == [
        (4, 2, "A"),
        (5, 2, "a"),
    ]
    assert counts(report) == [4, 2, 0, 1, 1]
    assert [(one["line"], one["reason"]) for one in report["rejected"]] == [
        (5, "The same record as on line 2, with other values.")
    ]


def test_what_vanished_from_a_complete_list_is_told_and_stays(bologna, load):
    report = load("institutions", "name,country\nA,IT\n", "--complete")

    assert report["vanished"] == [{"id": "university-of-bologna", "name": "Alma Mater Studiorum"}]
    assert Institution.objects.partners().count() == 2


def test_a_dry_run_saves_nothing(bologna, load):
    report = load("institutions", "name,country\nA,IT\n", "--dry-run")

    assert (counts(report), report["batch"]) == ([1, 1, 0, 0, 0], None)
    assert Institution.objects.partners().count() == 1


def test_a_file_that_was_applied_is_refused_unless_again(bologna, load):
    text = "academic_year,direction,activity,country\n2016/2017,outgoing,SMS,IT\n2016/2017,outgoing,SMS,IT\n"

    load("exchanges", text)
    refused = load("exchanges", text, fails=True)
    load("exchanges", text, "--again")

    assert counts(refused) == [2, 2, 0, 0, 0]
    assert "applied before" in refused["refused"]
    assert Exchange.objects.count() == 4


def test_set_fills_a_column_that_the_file_lacks(bologna, load):
    report = load(
        "exchanges", "Страна,count\nItaly,12\n", "--guess", *("--set", "academic_year=2016-2017"),
        *("--set", "direction=исходящая", "--set", "activity=SMS"),
    )  # fmt: skip

    exchange = Exchange.objects.get()
    assert report["read"] == 1
    assert (exchange.academic_year, exchange.direction, exchange.count) == (AcademicYear(2016), "outgoing", 12)


@pytest.mark.parametrize(
    ("text", "options", "sentence"),
    [
        ("name,country\n", [], "The file has headings, but no rows below them."),
        ("name,city\nA,x\n", [], "The file lacks the column “country”. Its headings, on line 1, are: “name”, “city”."),
        ("name,country\nA,IT\n", ["--set", "country=IT"], "The file has the column “country” itself."),
        ("name\nA\n", ["--set", "country=Itly"], "“Itly” is no value for the column “country”: No country"),
        ("name,country\nA,IT\n", ["--match-on", "code"], "There is no column “code”. There are: "),
        ("name,country\nA,IT\n", ["--header-row", "7"], "Line 7 has no headings."),
        ("name,country\nA,IT\n", ["--encoding", "klingon"], "There is no encoding “klingon”."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_imported_as_a_whole_is_refused_in_a_sentence(bologna, load, text, options, sentence):
    report = load("institutions", text, *options, fails=True)

    assert report["refused"].startswith(sentence)
    assert counts(report) == [0, 0, 0, 0, 0]


# Agreements, terms, projects, activities, contacts


def test_a_signed_agreement_is_between_us_and_the_partners_and_in_force_from_its_signature(bologna, load):
    AgreementKindFactory(key="mou", name_en="Memorandum of understanding", name_ru="Меморандум")
    CooperationAreaFactory(name_en="Student exchange")

    load(
        "agreements",
        "reference,kind,partners,areas,signed_on,ends_on,renews\n"
        "12/2017,Меморандум,erasmus:I BOLOGNA01,student-exchange,01.02.2017,31 января 2020 г.,11/2014\n"
        "11/2014,Memorandum of understanding,university-of-bologna,,2014-02-01,2017-01-31,\n",
    )

    agreement = Agreement.objects.get(reference="12/2017")
    assert (agreement.status, agreement.in_force_from.isoformat(), agreement.ends_on.isoformat()) == (
        "signed",
        "2017-02-01",
        "2020-01-31",
    )
    assert {(party.institution.is_home, party.signed_on.isoformat()) for party in agreement.parties.all()} == {
        (True, "2017-02-01"),
        (False, "2017-02-01"),
    }
    assert agreement.renews.reference == "11/2014"
    assert [area.key for area in agreement.areas.all()] == ["student-exchange"]
    assert agreement.history.first().areas.count() == 1


def test_an_agreement_without_reference_or_dates_is_a_draft_with_the_next_reference(bologna, load):
    AgreementKindFactory(name_en="Other")

    load("agreements", "kind,partners\nOther,University of Bologna\nOther,University of Bologna\n")

    first, second = Agreement.objects.order_by("pk")
    assert (first.status, second.status) == ("draft", "draft")
    assert int(second.reference[-3:]) == int(first.reference[-3:]) + 1


def test_the_rules_of_the_models_reject_rows_with_their_column(bologna, load):
    AgreementKindFactory(name_en="Other")
    text = (
        "reference,kind,partners,status,signed_on,in_force_from,ends_on\n"
        "1,Other,University of Bologna,signed,,,\n"
        "2,Other,University of Bologna,,2017-02-01,,2017-01-01\n"
        "a?b,Other,University of Bologna,,,,\n"
    )

    report = load("agreements", text, fails=True)

    assert [(one["line"], one["column"], one["reason"]) for one in report["rejected"]] == [
        (
            2,
            "status",
            "A signed agreement needs the day from which it is in force. Give it, or the date of signature.",
        ),
        (3, "ends_on", "The agreement ends before it is in force: check “ends on”."),
        (4, "reference", "Use letters, digits, spaces and . / - ( ), like IET-2017-003 or 12/2017."),
    ]


def test_a_project_names_its_participants_by_role_and_we_are_one_of_them(bologna, load):
    ActionFactory()

    load(
        "projects",
        "title,reference,programme,action,coordinator,starts_on,ends_on,budget,currency\n"
        'Tourism,P1,ERASMUS+,CBHE,University of Bologna,2016-10-15,2019-10-14,"950000,5",eur\n',
    )

    project = Project.objects.get()
    assert {(one.institution.is_home, one.role) for one in project.participations.all()} == {
        (False, "coordinator"),
        (True, "partner"),
    }
    assert (str(project.budget), project.currency) == ("950000.50", "EUR")


def test_a_contact_brings_a_new_unit_of_its_partner(bologna, load):
    load("contacts", "partner,name,unit,email,phone\nUniversity of Bologna,Rossi,International,r@unibo.it,'+39 051\n")

    contact = Contact.objects.get()
    assert (contact.unit.name, contact.unit.institution, contact.phone) == ("International", bologna, "+39 051")


# There and back


def everything():
    """One record of every kind with every column filled that an export has."""
    home, other = HomeFactory(), InstitutionFactory(name="=1+1 'University'", name_ru="Ещё один", acronym="-X")
    IdentifierFactory(institution=other, scheme="pic", value="999993953")
    IdentifierFactory(institution=other, scheme="pic", value="951374158")
    InstitutionNameFactory(institution=other, name=r"Either|or \ both")
    kind, area = AgreementKindFactory(), CooperationAreaFactory()
    earlier = AgreementFactory(kind=kind, partners=[other])
    agreement = AgreementFactory(kind=kind, partners=[other], areas=[area], renews=earlier, notice_months=6)
    IscedFieldFactory(), LanguageFactory()
    MobilityTermFactory(agreement=agreement, partner=other, field_id="0311", language_id="en", total_months="4.5")
    project = ProjectFactory(
        partners=[other], coordinator=InstitutionFactory(), reference="P1", budget="10.50", currency="EUR"
    )
    ProjectFactory(title="", coordinator=home)
    ActivityFactory(institutions=[home, other], agreement=agreement, project=project, participants_planned=30)
    ContactFactory(institution=other, unit=OrganizationalUnitFactory(institution=other), phone="+992 92 700")
    ExchangeFactory(partner=other, agreement=agreement, project=project, field_id="0311", person_name="@home")
    ExchangeFactory(partner=None, count=12)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", list(KINDS))
def test_importing_an_export_changes_nothing(kind, ending, tmp_path):
    everything()
    path, report = tmp_path / f"file.{ending}", tmp_path / "report.json"
    before = exported(kind)

    call_command("export_records", kind, str(path), stdout=StringIO())
    call_command("import_records", kind, str(path), "--report", str(report), stdout=StringIO())

    result = json.loads(report.read_text())
    assert result["read"] == result["unchanged"] > 0
    assert (result["warnings"], result["batch"], exported(kind)) == ([], None, before)


def test_importing_the_exports_of_a_whole_registry_changes_nothing(tmp_path):
    call_command("load_synthetic", institutions=55, exchanges=300, stdout=StringIO())

    found = {}
    for kind in KINDS:
        for ending in ("csv", "xlsx"):
            path, report = tmp_path / f"{kind}.{ending}", tmp_path / "report.json"
            call_command("export_records", kind, str(path), stdout=StringIO())
            call_command("import_records", kind, str(path), "--report", str(report), stdout=StringIO())
            result = json.loads(report.read_text())
            found[path.name] = [result["read"] - result["unchanged"], *counts(result)[1:3], result["rejected"]]

    assert found == {f"{kind}.{ending}": [0, 0, 0, []] for kind in KINDS for ending in ("csv", "xlsx")}


@pytest.mark.parametrize("kind", list(KINDS))
def test_an_edited_export_changes_every_column_and_its_undo_brings_everything_back(kind, load):
    everything()
    before = exported(kind)
    rows = list(csv.DictReader(StringIO(before)))
    edits = {
        "institutions": {"name": "Changed", "other_names": "New", "pic": "949104067", "country": "IT", "city": "Rome"},
        "agreements": {"title": "Changed", "areas": "", "signed_on": "2016-08-31", "renews": "", "published": "no"},
        "terms": {"places_per_year": "9", "partner": "", "field": "", "level": "master"},
        "projects": {
            "summary": "a\nb",
            "partners": "",
            "coordinator": "",
            "budget": "",
            "currency": "",
            "website": "",
        },
        "activities": {"title": "Changed", "partners": "", "agreement": "", "planned": ""},
        "contacts": {"name": "Changed", "unit": "Another", "role": "signatory"},
        "exchanges": {"status": "cancelled", "from": "2016-09-01", "agreement": ""},
    }
    edited = StringIO(newline="")
    writer = csv.DictWriter(edited, ["id", *edits[kind]])
    writer.writeheader()
    writer.writerow({"id": rows[0]["id"], **edits[kind]})

    report = load(kind, edited.getvalue())
    after = {row["id"]: row for row in csv.DictReader(StringIO(exported(kind)))}[rows[0]["id"]]
    call_command("undo_import", str(report["batch"]), stdout=StringIO())

    assert counts(report) == [1, 0, 1, 0, 0]
    assert {name: after[name] for name in edits[kind]} == edits[kind]
    assert exported(kind) == before
    assert not BatchChange.objects.exists()


# Taking back


def test_undoing_an_import_removes_what_it_created_and_keeps_the_history(bologna, load):
    report = load("institutions", "name,country,erasmus_code\nA,IT,I ROMA01\nUniversity of Bologna,IT,I BOLOGNA02\n")

    call_command("undo_import", str(report["batch"]), stdout=StringIO())

    assert list(Institution.objects.partners()) == [bologna]
    assert list(Identifier.objects.values_list("value", flat=True)) == ["I  BOLOGNA01"]
    assert ImportBatch.objects.get().status == "undone"
    reasons = Institution.history.filter(slug="a").values_list("history_type", "history_change_reason")
    assert list(reasons) == [("-", f"undo import {report['batch']}"), ("+", f"import {report['batch']}")]
    assert list(Institution.objects.matching("bologna02")) == []
    assert list(Institution.objects.matching("bologna01")) == [bologna]


def test_a_record_that_was_changed_since_is_named_and_only_force_undoes_it(bologna, load):
    report = load("institutions", "id,city\nuniversity-of-bologna,Rome\n")
    bologna.refresh_from_db()
    bologna.acronym = "UNIBO"
    bologna.save()

    with pytest.raises(CommandError, match=r"Changed since this import: University of Bologna\."):
        call_command("undo_import", str(report["batch"]))
    call_command("undo_import", str(report["batch"]), "--force", stdout=StringIO())

    bologna.refresh_from_db()
    assert (bologna.city, bologna.acronym) == ("", "UNIBO")


@pytest.mark.parametrize(
    "rely",
    [
        lambda partner: ExchangeFactory(partner=partner),
        lambda partner: ContactFactory(institution=partner),
        lambda partner: ActivityFactory(institutions=[partner]),
        lambda partner: CitationFactory(record=partner),
    ],
)
def test_what_others_rely_on_cannot_be_undone_even_with_force(bologna, load, rely):
    report = load("institutions", "name,country\nA,IT\n")
    rely(Institution.objects.get(slug="a"))

    with pytest.raises(CommandError, match="Other records rely on what this import created"):
        call_command("undo_import", str(report["batch"]), "--force")

    assert Institution.objects.filter(slug="a").exists()


def test_an_import_is_undone_only_once(bologna, load):
    report = load("institutions", "name,country\nA,IT\n")
    call_command("undo_import", str(report["batch"]), stdout=StringIO())

    with pytest.raises(CommandError, match=r"Only an applied import can be undone; this one is: undone\."):
        call_command("undo_import", str(report["batch"]))


def test_after_an_undo_the_file_may_be_imported_again(bologna, load):
    text = "name,country\nA,IT\n"
    report = load("institutions", text)
    call_command("undo_import", str(report["batch"]), stdout=StringIO())

    assert counts(load("institutions", text)) == [1, 1, 0, 0, 0]


def test_any_number_of_rows_takes_the_same_number_of_queries(bologna, load, django_assert_max_num_queries):
    rows = [f"2016/2017,outgoing,SMS,University of Bologna,{count}\n" for count in range(1, 901)]

    with django_assert_max_num_queries(60):
        load("exchanges", "".join(["academic_year,direction,activity,partner,count\n", *rows]))

    assert Exchange.objects.count() == Exchange.history.count() == 900


@pytest.mark.parametrize("text", ["a\x00b", "\u202eRTL", "<script>", "%s {} \\", "'; DROP TABLE x; --", "🏫"])
def test_naughty_texts_are_stored_as_they_are_or_rejected(bologna, load, text):
    report = load("institutions", f'name,country,city\nA,IT,"{text}"\n', fails="\x00" in text)

    stored = Institution.objects.filter(name="A").values_list("city", flat=True)
    assert list(stored) == ([] if "\x00" in text else [text])
    assert len(report["rejected"]) == ("\x00" in text)


def test_activities_need_their_date(bologna, load):
    ActivityKindFactory(name_en="Conference", name_tg="Конференсия")

    report = load("activities", "title,kind,starts_on\nA,Конференсия,15 ноябри 2016\nB,Conference,\n", fails=True)

    assert [(one["line"], one["column"], one["reason"]) for one in report["rejected"]] == [
        (3, "starts_on", "Required, but empty.")
    ]
    assert not Activity.objects.exists()


def test_what_was_merged_since_stands_in_the_way_of_an_undo_until_the_merge_is_undone(bologna, load):
    report = load("institutions", "name,country,erasmus_code\nBologna Twin,IT,I  BOLOGNA02\n")
    record = merging.merge(bologna, Institution.objects.get(slug="bologna-twin"))

    with pytest.raises(CommandError) as refused:
        call_command("undo_import", str(report["batch"]), "--force", stdout=StringIO())
    merging.undo(record)
    call_command("undo_import", str(report["batch"]), "--force", stdout=StringIO())

    assert str(refused.value) == "Merged with others since: Bologna Twin. Undo these merges first."
    assert list(Institution.objects.partners()) == [bologna]
    assert list(Identifier.objects.values_list("value", flat=True)) == ["I  BOLOGNA01"]


def test_an_export_of_made_up_records_says_so_and_is_imported_again_without_change(bologna, tmp_path):
    SyntheticDataSet.objects.create(seed=1, institutions=1, agreements=0, projects=0, exchanges=0, on="2017-01-31")
    path, said = tmp_path / "partners.xlsx", StringIO()

    call_command("export_records", "institutions", str(path), stdout=said)
    call_command("import_records", "institutions", str(path), stdout=said)

    sheet = openpyxl.load_workbook(path)["about"]
    assert [cell.value for cell in sheet[1]] == ["Synthetic data", "Every record here is made up."]
    assert "1 read: 0 would be created, 0 would be updated, 1 unchanged, 0 rejected" in said.getvalue()

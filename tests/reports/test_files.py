"""The report's CSV, JSON and XLSX, from data written by hand."""

import csv
import io
import json
from datetime import datetime

import openpyxl

from reports.rendering.tables import report_csv, report_json, table_csv
from reports.rendering.workbook import report_xlsx
from tests.reports.sample import sample_report

HEADER = "section,indicator,breakdown,key,label,value,qualifier,unit,previous,reported,reported_qualifier,source"


def test_csv_has_every_figure_in_the_columns_of_the_contract():
    assert report_csv(sample_report("en")).decode().split("\r\n") == [
        HEADER,
        "key_figures,partners,,,Partners,3,,count,2,50,more_than,History",
        "key_figures,partner_countries,,,Partner countries,3,,count,,21,exactly,",
        "key_figures,exchanges,,,Exchanges,12,at_least,count,1234,,,",
        "partners,partners,country,IT,Italy,1,,count,,,,",
        "partners,partners,country,ES,Spain,,,count,,,,",
        "partners,partners,country,RU,Russia,1,,count,,,,",
        "",
    ]


def test_csv_of_a_table_has_bare_values_and_qualifiers_of_their_own():
    table = sample_report("en")["sections"][1]["tables"][1]
    table["columns"][2]["qualified"] = True

    rows = list(csv.reader(io.StringIO(table_csv(table).decode())))

    assert rows[:3] == [
        ["year", "outgoing", "incoming", "incoming_qualifier"],
        ["2009/2010", "0", "1", "at_least"],
        ["2010/2011", "3", "3", "at_least"],
    ]


def test_formulas_are_neutralised_in_csv_and_plain_text_in_a_workbook():
    report = sample_report("en", agreements=3, names=["=1+1", "+992 3422", "'quoted"])
    table = report["sections"][2]["tables"][0]

    from_csv = [row[1] for row in csv.reader(io.StringIO(table_csv(table).decode()))][1:]
    sheet = openpyxl.load_workbook(io.BytesIO(report_xlsx(report)))["Agreements in force"]

    assert from_csv == ["'=1+1", "'+992 3422", "''quoted"]
    assert [(cell.value, cell.data_type) for cell in sheet["B"]][1:] == [
        ("=1+1", "s"),
        ("+992 3422", "s"),
        ("'quoted", "s"),
    ]


def test_workbook_has_a_sheet_for_each_section_with_real_numbers_and_dates():
    book = openpyxl.load_workbook(io.BytesIO(report_xlsx(sample_report("en"))))

    assert book.sheetnames == ["Number", "Partners", "Exchanges by academic year and", "Agreements in force"]
    assert [cell.value for cell in book["Number"][4]] == [
        "key_figures",
        "exchanges",
        None,
        None,
        "Exchanges",
        12,
        "at_least",
        "count",
        1234,
        None,
        None,
        None,
    ]
    years = book.worksheets[2]
    assert [(cell.value, cell.number_format) for cell in years[3]] == [
        ("2010/2011", "General"),
        (3, "#,##0"),
        (3, '"at least "#,##0""'),
    ]
    agreements = book["Agreements in force"]
    assert [cell.value for cell in agreements[3]] == [
        "IET-2017-002",
        "Universidad de Cantabria",
        "Spain",
        datetime(2019, 6, 30),
    ]
    assert [(sheet.freeze_panes, sheet.auto_filter.ref) for sheet in book] == [
        ("A2", "A1:L4"),
        ("A2", "A1:L4"),
        ("A2", "A1:C9"),
        ("A2", "A1:D31"),
    ]


def test_json_is_the_data_itself():
    assert json.loads(report_json(sample_report("tg"))) == sample_report("tg")


def test_same_data_make_the_same_workbook():
    assert report_xlsx(sample_report("ru")) == report_xlsx(sample_report("ru"))

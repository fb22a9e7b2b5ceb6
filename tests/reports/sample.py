"""A report's data made by hand, in three languages, for the tests of the renderers."""

WORDS = {
    "en": {
        "title": "Annual report on international relations 2016/2017",
        "institution": "Institute of Economics and Trade of the Tajik State University of Commerce",
        "department": "International Relations Department",
        "city": "Khujand",
        "signatures": ["Rector", "Head of the department"],
        "summary": "On 31 August 2017 the Institute had relations with universities of three countries. "
        "Exchanges went in both directions, and capacity building projects were prepared jointly with universities "
        "of Italy, Spain and Russia.",
        "partners": "Partners",
        "countries": "Partner countries",
        "exchanges": "Exchanges",
        "by_country": "Partners by country",
        "by_year": "Exchanges by academic year and direction",
        "country": "Country",
        "number": "Number",
        "year": "Academic year",
        "outgoing": "From the Institute",
        "incoming": "To the Institute",
        "annex": "Agreements in force",
        "agreement": "Agreement",
        "partner": "Partner",
        "ends": "Ends on",
        "names": ["Italy", "Spain", "Russia"],
        "prose": "Cooperation is mainly the exchange of teachers and students, joint research, participation in "
        "conferences and scientific symposia, and language training. ",
    },
    "ru": {
        "title": "Годовой отчёт о международных связях за 2016/2017 учебный год",
        "institution": "Институт экономики и торговли Таджикского государственного университета коммерции",
        "department": "Отдел международных связей",
        "city": "Худжанд",
        "signatures": ["Ректор", "Начальник отдела"],
        "summary": "На 31 августа 2017 года Институт поддерживал отношения с университетами трёх стран. "
        "Обмены шли в обоих направлениях, проекты развития потенциала готовились совместно с университетами "
        "Италии, Испании и России.",
        "partners": "Партнёры",
        "countries": "Страны-партнёры",
        "exchanges": "Обмены",
        "by_country": "Партнёры по странам",
        "by_year": "Обмены по учебным годам и направлениям",
        "country": "Страна",
        "number": "Число",
        "year": "Учебный год",
        "outgoing": "Из Института",
        "incoming": "В Институт",
        "annex": "Действующие соглашения",
        "agreement": "Соглашение",
        "partner": "Партнёр",
        "ends": "Действует до",
        "names": ["Италия", "Испания", "Россия"],
        "prose": "Сотрудничество заключается главным образом в обмене преподавателями и студентами, совместных "
        "научных исследованиях, участии в конференциях и научных симпозиумах, языковой подготовке. ",
    },
    "tg": {
        "title": "Ҳисоботи солонаи робитаҳои байналмилалӣ барои соли таҳсили 2016/2017",
        "institution": "Донишкадаи иқтисод ва савдои Донишгоҳи давлатии тиҷорати Тоҷикистон",
        "department": "Шуъбаи робитаҳои байналмилалӣ",
        "city": "Хуҷанд",
        "signatures": ["Ректор", "Сардори шуъба"],
        "summary": "То 31 августи соли 2017 Донишкада бо донишгоҳҳои се кишвар робита дошт. Мубодила дар ҳар ду самт "
        "сурат мегирифт, лоиҳаҳои рушди иқтидор якҷоя бо донишгоҳҳои Италия, Испания ва Русия омода мешуданд.",
        "partners": "Шарикон",
        "countries": "Кишварҳои шарик",
        "exchanges": "Мубодилаҳо",
        "by_country": "Шарикон аз рӯи кишварҳо",
        "by_year": "Мубодила аз рӯи солҳои таҳсил ва самтҳо",
        "country": "Кишвар",
        "number": "Шумора",
        "year": "Соли таҳсил",
        "outgoing": "Аз Донишкада",
        "incoming": "Ба Донишкада",
        "annex": "Созишномаҳои амалкунанда",
        "agreement": "Созишнома",
        "partner": "Шарик",
        "ends": "То кай амал мекунад",
        "names": ["Италия", "Испания", "Русия"],
        "prose": "Ҳамкорӣ асосан аз мубодилаи омӯзгорону донишҷӯён, таҳқиқоти муштараки илмӣ, иштирок дар "
        "конференсияву симпозиумҳои илмӣ ва омӯзиши забонҳо иборат аст. ",
    },
}
LONG_NAME = "Университет" * 28  # more than 300 characters without a place to break


def figure(indicator, label, value, **more):
    """A figure with everything that is not given left empty."""
    return {
        "indicator": indicator,
        "breakdown": "",
        "key": "",
        "label": label,
        "value": value,
        "qualifier": "",
        "unit": "count",
        "previous": None,
        "reported": None,
        "reported_qualifier": "",
        "source": "",
    } | more


def sample_report(language="en", agreements=30, names=()):
    """A report in a language, with an annex of so many agreements; ``names`` are names of the first partners."""
    words = WORDS[language]
    partners = figure(
        "partners", words["partners"], 3, previous=2, reported=50, reported_qualifier="more_than", source="History"
    )
    countries = figure("partner_countries", words["countries"], 3, reported=21, reported_qualifier="exactly")
    exchanges = figure("exchanges", words["exchanges"], 12, qualifier="at_least", previous=1234)
    by_country = [
        figure("partners", name, value, breakdown="country", key=key)
        for key, name, value in zip(("IT", "ES", "RU"), words["names"], (1, None, 1), strict=True)
    ]
    headline = [partners, countries, exchanges]
    partner_names = [*names, "Alma Mater Studiorum – Università di Bologna", "Universidad de Cantabria"]
    return {
        "language": language,
        "year": "2016-2017",
        "as_of": "2017-08-31",
        "title": words["title"],
        "institution": words["institution"],
        "department": words["department"],
        "city": words["city"],
        "signatures": words["signatures"],
        "summary": [words["summary"]],
        "sections": [
            {
                "key": "key_figures",
                "title": words["number"],
                "paragraphs": [words["prose"] * 3],
                "highlights": [*headline, figure("activities", words["annex"], None)],
                "figures": headline,
                "tables": [],
            },
            {
                "key": "partners",
                "title": words["partners"],
                "paragraphs": [words["prose"] * 2, words["prose"]],
                "figures": by_country,
                "tables": [
                    {
                        "key": "partners_by_country",
                        "caption": words["by_country"],
                        "from_figures": True,
                        "columns": [
                            {"key": "label", "label": words["country"], "kind": "text"},
                            {"key": "value", "label": words["number"], "kind": "number"},
                        ],
                        "rows": [[one["label"], {"value": one["value"], "qualifier": ""}] for one in by_country],
                        "chart": {
                            "kind": "bars",
                            "columns": [1],
                            "caption": words["by_country"],
                            "alt": f"{words['by_country']}: 1, 1",
                        },
                    },
                    {
                        "key": "exchanges_by_year",
                        "caption": words["by_year"],
                        "columns": [
                            {"key": "year", "label": words["year"], "kind": "text"},
                            {"key": "outgoing", "label": words["outgoing"], "kind": "number"},
                            {"key": "incoming", "label": words["incoming"], "kind": "number"},
                        ],
                        "rows": [
                            [f"{2009 + n}/{2010 + n}", 3 * n, {"value": 2 * n + 1, "qualifier": "at_least"}]
                            for n in range(8)
                        ],
                        "chart": {
                            "kind": "columns",
                            "columns": [1, 2],
                            "caption": words["by_year"],
                            "alt": f"{words['by_year']}: 0–21, 1–15",
                        },
                    },
                ],
            },
            {
                "key": "agreements",
                "title": words["annex"],
                "annex": True,
                "tables": [
                    {
                        "key": "agreements",
                        "caption": words["annex"],
                        "columns": [
                            {"key": "reference", "label": words["agreement"], "kind": "text"},
                            {"key": "partner", "label": words["partner"], "kind": "text"},
                            {"key": "country", "label": words["country"], "kind": "text"},
                            {"key": "ends_on", "label": words["ends"], "kind": "date"},
                        ],
                        "rows": [
                            [
                                f"IET-2017-{n + 1:03}",
                                {"value": partner_names[n % len(partner_names)], "lang": "it"},
                                words["names"][n % 3],
                                f"20{18 + n % 9}-06-30" if n % 4 else None,
                            ]
                            for n in range(agreements)
                        ],
                    }
                ],
            },
        ],
        "sources": [
            {
                "title": "Department history",
                "publisher": words["department"],
                "dated": "January 2017",
                "url": "https://example.org/history",
                "statements": [{"text": "The Institute cooperates with 21 countries.", "lang": "en"}],
            }
        ],
    }

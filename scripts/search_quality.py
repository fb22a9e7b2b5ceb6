"""Measure the search: 212 queries with known answers over 1,350 real institutions, in a database of its own.

    python scripts/search_quality.py [--missed]

Prints the share of queries whose answer is found first, and among the first five, for each thing that is tested.
"""

import argparse
import csv
import os
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
DATA = BASE_DIR / "tests" / "search_data"
QUERIES = BASE_DIR / "tests" / "search_queries.csv"


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_institutions():
    """Record the universities of the sample and of Tajikistan as partners, beside the facts."""
    from partners.models import Institution

    made = [
        Institution(name=row["name"], name_en=row["name"], country_id=row["country_alpha2"])
        for row in rows_of(DATA / "universities_sample.csv")
    ] + [
        Institution(
            name=row["name_tg"],
            country_id=row["country_alpha2"],
            **{field: row[field] for field in ("name_en", "name_ru", "name_tg", "city")},
        )
        for row in rows_of(DATA / "tajikistan_universities.csv")
    ]
    for number, institution in enumerate(made):
        institution.slug, institution.published = f"sample-{number}", True
    Institution.objects.bulk_create(made)


def places():
    """Return (query, answer, what it tests, place) of every query; its place is 1–5 or None."""
    from partners.models import Institution

    found = []
    for row in rows_of(QUERIES):
        public = Institution.objects.public()
        asked = public.understood(row["query"])
        best = public.matching(asked).best_first(asked).order_by("match_place", "sort_en", "pk")[:5]
        names = [institution.name_en for institution in best]
        place = names.index(row["answer"]) + 1 if row["answer"] in names else None
        found.append((row["query"], row["answer"], row["tests"], place))
    return found


def shares(found):
    """Return (number of queries, share found first, share found in the first five)."""
    number = len(found)
    first = sum(place == 1 for *_rest, place in found)
    return number, first / number, sum(place is not None for *_rest, place in found) / number


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--missed", action="store_true", help="list the queries whose answer is not first")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(DATA_DIR=folder, DJANGO_SETTINGS_MODULE="iet_relations.settings")
        os.environ.pop("DATABASE_URL", None)
        sys.path.insert(0, str(BASE_DIR))
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("load_facts", verbosity=0)
        load_institutions()
        found = places()
    groups = defaultdict(list)
    for one in found:
        groups[one[2]].append(one)
    print("| what is tested | queries | first | in the first five |\n|---|--:|--:|--:|")
    for name, some in [*sorted(groups.items()), ("**all**", found)]:
        number, first, five = shares(some)
        print(f"| {name} | {number} | {first:.0%} | {five:.0%} |")
    if options.missed:
        for query, answer, _tests, place in found:
            if place != 1:
                print(f"{place or '–'}  {query}  →  {answer}")


if __name__ == "__main__":
    main()

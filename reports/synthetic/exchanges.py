"""A million exchanges in a minute: rows without model instances, written in the database's own fast way."""

from datetime import timedelta
from itertools import islice

from django.db import connection

from iet_relations.academic_year import AcademicYear
from mobility.models import Exchange
from reports.synthetic import names
from reports.synthetic.timing import BEGINNING

FIELDS = ("academic_year", "direction", "activity", "partner", "country", "starts_on", "ends_on", "status")
FIELDS += ("agreement", "project", "field", "level", "grant", "count", "person_name", "person_email", "updated_at")
BATCH = 10_000
ACTIVITIES = ("SMS",) * 6 + ("SMT", "STA", "STA", "STT")
LEVELS = ("bachelor", "bachelor", "bachelor", "master", "master", "doctorate", "")
GRANTS = ("", "", "Erasmus+ scholarship", "own funds", "partner’s scholarship")


def write(rows, report):
    """Write exchanges given as tuples of the values of FIELDS; call ``report`` with the number written so far."""
    table = connection.ops.quote_name(Exchange._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(Exchange._meta.get_field(name).column) for name in FIELDS)
    written = 0
    with connection.cursor() as cursor:
        while batch := list(islice(rows, BATCH)):
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    for row in batch:
                        copy.write_row(row)
            else:
                places = ", ".join(["%s"] * len(FIELDS))
                cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", batch)
            written += len(batch)
            report(written)


def rows(random, number, on, now, partners, countries, fields):
    """Yield ``number`` exchanges since 2009/2010, more of them every year, more with the first partners of the list.

    ``partners`` are tuples ``(pk, country code, agreements, project pks)``, the agreements ``(pk, first day, last day
    or None)``; ``countries`` are codes for the few whose partner is not known, ``fields`` codes of ISCED-F.
    """
    years = range(BEGINNING.year, AcademicYear.containing(on).start + 1)
    stays = {year: _stays(random, AcademicYear(year), on) for year in years}
    people = names.people(random, min(number, 5000))
    weights = [3 + year - BEGINNING.year for year in years]
    pick, chance = random.choice, random.random
    for year in random.choices(years, weights, k=number):
        starts, ends, status = pick(stays[year])
        activity = pick(ACTIVITIES)
        student = activity in ("SMS", "SMT")
        partner, country, agreement, project = None, pick(countries), None, None
        if partners and chance() > 0.04:
            partner, country, agreements, projects = partners[int(len(partners) * chance() ** 2)]
            covering = [pk for pk, first, last in agreements if first <= starts and (last is None or starts <= last)]
            agreement = pick(covering) if covering and chance() < 0.6 else None
            project = pick(projects) if projects and chance() < 0.1 else None
        in_old_files = year < years[-1] - 6
        count = 1 + int(12 * chance() ** 2) if chance() < (0.7 if in_old_files else 0.1) else 1
        name, email = pick(people) if count == 1 and not in_old_files else ("", "")
        yield (
            *(year, "outgoing" if chance() < 0.6 else "incoming", activity, partner, country),
            *((None, None) if in_old_files and chance() < 0.5 else (starts, ends)),
            *(status, agreement, project, pick(fields) if chance() < 0.7 else None),
            *(pick(LEVELS) if student else "", pick(GRANTS), count, name, email, now),
        )


def _stays(random, year, on):
    """Return stays of the year as ``(from, to, status on the day)``."""
    found = []
    for _ in range(40):
        starts = year.first_day + timedelta(random.randint(0, 300))
        ends = min(starts + timedelta(random.choice((6, 13, 90, 150, 270))), year.last_day)
        status = "completed" if ends < on else "under_way" if starts <= on else "nominated"
        found.append((starts, ends, "cancelled" if random.random() < 0.05 else status))
    return found

"""The numbers of indicators as of several moments, asked of the records together."""

from django.db.models import Count, Sum, Value

from iet_relations.remembering import remembered_each
from mobility.models import MobilityTerm
from partners.models import Institution
from reports.indicators import BY_KEY, INDICATORS, Number, summed
from reports.partner_numbers import partner_numbers
from reports.place_numbers import AT_ONCE, place_numbers
from reports.tallies import NOTHING, Same, Tally


class Numbers:
    """The numbers of moments, each computed once: a query for all indicators of a model that break down alike.

    The numbers of ``near`` moments can be broken down in every way; of the ``far`` ones the whole is asked for.
    All moments are for the same reader.
    """

    def __init__(self, near, far=()):
        self.near = list(dict.fromkeys(near))
        self.all = list(dict.fromkeys([*far, *near]))
        self._found, self._partners, self._places = {}, {}, {}
        self.same = Same()

    def whole(self, key, moment):
        """The Number of an indicator."""
        indicator = BY_KEY[key]
        if indicator.countries_of:
            return Number(len(self.tallies(indicator.countries_of, "country", moment)))
        main = next(iter(indicator.breakdowns))
        return number_of(indicator, sum(self.tallies(key, main, moment).values(), NOTHING))

    def tallies(self, key, breakdown, moment):
        """The Tally of each part by its key; parts without rows are left out."""
        if (key, breakdown, moment) not in self._found:
            main = breakdown == next(iter(BY_KEY[key].breakdowns))
            moments = self.all if main else self.near
            by = BY_KEY[key].breakdowns[breakdown]
            way = _way(BY_KEY[key], by)
            together = [one for one in INDICATORS if one.breakdowns.get(breakdown) is by and _way(one, by) == way]
            for some in [[one] for one in moments] if by.of_the_day else [moments]:
                self._ask(way, together, breakdown, some)
        return self._found[key, breakdown, moment]

    def _ask(self, way, indicators, breakdown, moments):
        """Find the tallies of the moments: those that no earlier report has found are asked for together."""
        names = tuple(indicator.key for indicator in indicators)

        def find(moments):
            add_up, source = way
            found = iter(add_up(self, source, indicators, breakdown, moments))
            by_indicator = [[next(found) for _moment in moments] for _indicator in indicators]
            return list(zip(*by_indicator, strict=True))

        if indicators[0].breakdowns[breakdown].endless or way[0] is _tallies_of_partners:  # kept in partners()
            found = find(moments)
        else:
            found = _kept(("numbers", names, breakdown), moments, find)
        for moment, tallies in zip(moments, found, strict=True):
            for indicator, parts in zip(indicators, tallies, strict=True):
                self._found[indicator.key, breakdown, moment] = parts

    def places(self, moments):
        """Return what ``place_numbers`` finds for the moments and the near ones, or found before for more of them."""
        if not self._places.keys() >= set(moments):
            self._places = place_numbers(list(dict.fromkeys([*self.near, *moments])), self.near, self.same)
        return self._places

    def partners(self, moments):
        """Return what ``partner_numbers`` finds for each of the moments."""
        if missing := [moment for moment in moments if moment not in self._partners]:
            self._partners |= zip(missing, _kept(("partner numbers",), missing, partner_numbers), strict=True)
        return [self._partners[moment] for moment in moments]


def number_of(indicator, tally):
    """Return the Number of an indicator that a Tally comes to."""
    return summed(*tally) if indicator.total else Number(tally.rows)


def _kept(name, moments, find):
    """Return ``find(moments)``, what was found for each of them; those that an earlier report has found are kept."""
    by_key = {(*name, one.year.start, one.on, one.public): one for one in moments}
    return remembered_each(list(by_key), lambda keys: find([by_key[key] for key in keys]))


def _way(indicator, by):
    """How the tallies of a number are found, and the model that they are read from."""
    if indicator.records is Institution:
        return _tallies_of_partners, Institution
    if indicator.section == "exchanges" and indicator.key.startswith("places"):
        return _tallies_of_places, MobilityTerm
    in_summary = indicator.summary and any(
        by.path in (field.name, field.attname) for field in indicator.summary._meta.concrete_fields
    )
    return _tallies, indicator.summary if in_summary else indicator.records


def _tallies(numbers, source, indicators, breakdown, moments):
    """The parts of each indicator at each moment: a dictionary of Tally for one after the other, in one query."""
    by = indicators[0].breakdowns[breakdown]
    rows = moments[0].records(source)
    if any(field.name == "academic_year" for field in source._meta.concrete_fields):
        rows = rows.filter(academic_year__in={moment.year for moment in moments})
    sums, places = {}, []
    for indicator in indicators:
        for moment in moments:
            place = f"n{len(places)}"
            places.append(place)
            sums |= _sums(place, indicator, source, by, indicator.condition(moment))
    found = [{} for _place in places]
    counted_by_part = by.of(rows, moments[0]).order_by().values("part").annotate(**sums)
    for row in counted_by_part.iterator(chunk_size=AT_ONCE) if by.endless else counted_by_part:
        part = numbers.same[row["part"] or ""]
        for parts, place in zip(found, places, strict=True):
            counted = row[f"{place}_rows"]
            if counted:
                total, known = row.get(f"{place}_total", counted), row.get(f"{place}_known", counted)
                parts[part] = numbers.same[Tally(total, known, counted)]
    return found


def _tallies_of_partners(numbers, source, indicators, breakdown, moments):
    """The same for the indicators of partners, which look at all the work of an institution."""
    if len(numbers.all) == 1:  # looking at all work of all times is for many moments
        return _tallies(numbers, source, indicators, breakdown, moments)
    column = indicators[0].breakdowns[breakdown].path
    found = numbers.partners(moments)
    return [
        {part: Tally(number, number, number) for part, number in counters[indicator.key, column].items()}
        for indicator in indicators
        for counters in found
    ]


def _tallies_of_places(numbers, source, indicators, breakdown, moments):
    """The same for the places that agreements provide and that exchanges use."""
    found = numbers.places(moments)
    return [found[moment][indicator.key, breakdown] for indicator in indicators for moment in moments]


def _sums(place, indicator, source, by, condition):
    if source is indicator.summary:  # a summary's rows stand for many, all of which know their number
        return {
            f"{place}_rows": Sum("rows", filter=condition),
            f"{place}_total": Sum(indicator.total, filter=condition),
        }
    counted = {f"{place}_rows": Count("pk" if by.shared else Value(1), filter=condition, distinct=by.shared)}
    if not indicator.total:
        return counted
    return counted | {
        f"{place}_total": Sum(indicator.total, filter=condition),
        f"{place}_known": Count(indicator.total, filter=condition),
    }

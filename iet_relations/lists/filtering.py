"""Filters of public lists: what an address may ask for, what it means, and how many records stand behind each choice.

An address holds the whole state of a list. Every value in it is checked by a form field, and a value that makes no
sense is answered by a sentence in the reader's language.
"""

from collections import Counter
from dataclasses import dataclass

import django_filters
from django.db.models import Case, Count, F, Value, When
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from iet_relations.academic_year import AcademicYearFormField
from iet_relations.lists.fields import ChoicesField, ListingForm, SearchField
from iet_relations.naming import sort_field
from iet_relations.remembering import remembered
from iet_relations.search.words import Asked

MANY = 500
"""What is needed of so many records is read at once: of a list that has no more, and the first ones of a search."""


class ChoicesFilter(django_filters.Filter):
    """Keeps the records that have one of the chosen values, and counts the records of each value.

    ``field_name`` is the path to the value that each record has. Where it has to be computed first, ``with_value``
    names the method of the FilterSet that adds it to the records under that name. Where a record may have several
    values, or one that visitors may not see, ``through`` names the method that returns the rows which link them:
    ``record`` is the path from such a row to the record, ``field_name`` that to the value. ``including`` maps a value
    to another one that it covers.
    """

    field_class = ChoicesField

    def __init__(self, *args, with_value="", through="", record="", including=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.with_value, self.through, self.record, self.including = with_value, through, record, including or {}

    def wanted(self, values):
        return {*values, *(self.including[value] for value in values if value in self.including)}

    def filter(self, queryset, value):
        if not value:
            return queryset
        wanted = {f"{self.field_name}__in": sorted(self.wanted(value))}
        if self.through:
            return queryset.filter(pk__in=self.links().filter(**wanted).values(self.record))
        return self.prepared(queryset).filter(**wanted)

    def links(self):
        """Return the rows that link records and values."""
        return getattr(self.parent, self.through)()

    def counted_among(self, records):
        """Return pairs of value and number of those records that have it, through links."""
        links = self.links().filter(**{f"{self.record}__in": records, f"{self.field_name}__isnull": False})
        return list(links.order_by().values_list(self.field_name).annotate(n=Count(self.record, distinct=True)))

    def prepared(self, queryset):
        """Return the records with the value that this filter looks at."""
        return getattr(self.parent, self.with_value)(queryset) if self.with_value else queryset

    def total(self, cells):
        """Return the number of records of each value, of pairs of value and number."""
        found = Counter()
        for value, number in cells:
            found[str(value)] += number
        for value, covered in self.including.items():
            found[value] += found[covered]
        return found


class YearFilter(django_filters.Filter):
    """An academic year, however it is written; the FilterSet's ``method`` says what it means."""

    field_class = AcademicYearFormField


class SearchFilter(django_filters.Filter):
    """Words that the record has, forgiving case, accents, script and order."""

    field_class = SearchField

    def filter(self, queryset, value):
        return self.parent.found_in(queryset) if value else queryset


@dataclass(frozen=True)
class Order:
    """A column that sorts: its heading, and the fields; ``sort_*`` stands for the column of the reader's language."""

    label: str
    fields: tuple[str, ...]
    numeric: bool = False


class ListingFilterSet(django_filters.FilterSet):
    """The filters of a list, as of a day, in an order.

    ``sorts`` maps what an address may sort by to its Order; ``default_sort`` is one of them. ``today`` is the day that
    counts where the address names none.
    """

    sorts = {}
    default_sort = ""

    q = SearchFilter(label=_("Search"))

    class Meta:
        form = ListingForm

    def __init__(self, data=None, queryset=None, *, today, request=None):
        super().__init__(data, queryset, request=request)
        self.today = today

    @property
    def form(self):
        if not hasattr(self, "_form"):
            self._form = self.get_form_class()(self.data, sorts=self.sorts)
        return self._form

    @property
    def on(self):
        """The day as of which the list is asked."""
        return self.form.cleaned_data.get("on") or self.today

    @property
    def asked(self):
        """The searched text as it is understood (an Asked), None without one; the other filters do not change it."""
        return self._search[0]

    @cached_property
    def _search(self):
        """What is asked, and the keys of all records that it finds, None where these are many or nothing is asked."""
        if not (text := self.form.cleaned_data.get("q")):
            return None, None
        return remembered(("search", type(self).__name__, text), lambda: self._look_for(text))

    def _look_for(self, text):
        asked = Asked.read(text)
        keys = self.queryset.first_found(asked, MANY + 1)
        asked = self.queryset.settled(asked, len(keys))
        if asked.meant:
            keys = self.queryset.first_found(asked, MANY + 1)
        return asked, keys if len(keys) <= MANY else None

    def found_in(self, queryset):
        """Keep the records that the search finds."""
        asked, keys = self._search
        return queryset.matching(asked) if keys is None else queryset.filter(pk__in=keys)

    @property
    def sort(self):
        """The order: a key of ``sorts``, with “-” before it when it is turned round; "" is best match first."""
        chosen = self.form.cleaned_data.get("sort")
        return chosen or ("" if self.form.cleaned_data.get("q") else self.default_sort)

    def filter_queryset(self, queryset, without=()):
        """Apply every filter but those named in ``without`` to the queryset."""
        for name, one in self.filters.items():
            value = self.form.cleaned_data.get(name)
            if name not in without and value not in (None, "", []):
                queryset = one.filter(queryset, value)
        return queryset

    def ordered(self, queryset):
        """Put the queryset in the asked order; equal rows keep one order too, so that pages never overlap."""
        if not self.sort:
            queryset = queryset.best_first(self.asked)
            return queryset.order_by("match_place", *self.ordering(queryset, self.default_sort))
        return queryset.order_by(*self.ordering(queryset, self.sort))

    def sorts_by_details(self, queryset):
        """Return whether the order is by something that only the details of the rows have."""
        names = {field.name for field in queryset.model._meta.get_fields()}
        paths = self.sorts[(self.sort or self.default_sort).removeprefix("-")].fields
        return any(path.replace("sort_*", sort_field()).split("__")[0] not in names for path in paths)

    def ordering(self, queryset, sort):
        """Return the expressions that order by ``sort``; what is not recorded comes last in both directions."""
        model, annotations = queryset.model, queryset.query.annotations
        down = sort.startswith("-")
        found = []
        for path in self.sorts[sort.removeprefix("-")].fields:
            path = path.replace("sort_*", sort_field())
            # NULLS LAST keeps a database from using an index, so only the columns that need it say so.
            nulls_last = True if path in annotations or may_be_null(model, path) else None
            found.append(F(path).desc(nulls_last=nulls_last) if down else F(path).asc(nulls_last=nulls_last))
        return [*found, "-pk" if down else "pk"]

    def facets(self, every_key):
        """Return for each filter of choices the number of records of each value, the other filters applied.

        ``every_key()`` gives the keys of all records that the filters leave, None where these are many.
        """
        return remembered(("facets", type(self).__name__, self.left_by()), lambda: self._facets(every_key))

    def count(self):
        """Return how many records the filters leave."""
        return remembered(("count", type(self).__name__, self.left_by()), lambda: self._left_of(self._cells())[0])

    # The records are counted once for all choices of the filters whose value each record has: a cell holds the number
    # of records of one combination of values. Numbers of any choice are sums of cells.

    @cached_property
    def _single(self):
        return {name: one for name, one in self.filters.items() if isinstance(one, ChoicesFilter) and not one.through}

    def _rows(self, *fields, arranged=None):
        """Return the fields and the values of the single filters of the records that the other filters leave."""
        records = self.filter_queryset(self.queryset.all(), self._single)
        for one in self._single.values():
            records = one.prepared(records)
        records = arranged(records) if arranged else records.order_by()
        return records.values_list(*fields, *(one.field_name for one in self._single.values()))

    def _cells(self):
        """Return {(value of each single filter, …): records} of the records that the other filters leave."""
        if self._few is not None:
            return Counter(values for _key, values in self._few)
        return remembered(("cells", type(self).__name__, self.left_by(self._single)), self._count_cells)

    def _count_cells(self):
        text = one_string_for_equal_values()
        return {tuple(map(text, values)): n for *values, n in self._rows().annotate(n=Count("pk"))}

    # What a search finds is read at once where it is little: its values and its order cost more to ask than to read.

    @cached_property
    def _few(self):
        """Pairs of key and values of the single filters, in order, where the search finds few; None otherwise."""
        if self._search[1] is None or self.sorts_by_details(self.queryset):
            return None
        asked = ("few", type(self).__name__, self.left_by(self._single), self.sort, sort_field())
        return remembered(asked, self._read_few)

    def _read_few(self):
        text = one_string_for_equal_values()
        return [(key, tuple(map(text, values))) for key, *values in self._rows("pk", arranged=self.ordered)]

    def few_keys(self):
        """Return the keys of the records that the filters leave, in order, where a search finds few; else None."""
        if self._few is None:
            return None
        wanted = self._wanted()
        return [key for key, values in self._few if all(values[place] in some for place, some in wanted)]

    def with_known(self, records, keys):
        """Return the records, with what is known already of those with these keys in place of computing it."""
        wanted = dict(self._wanted())
        for place, one in enumerate(self._single.values()):
            if not (computed := records.query.annotations.get(one.field_name)):
                continue
            if len(values := wanted.get(place, ())) == 1:
                known = Value(*values, output_field=computed.output_field)
            elif self._few:
                found, having = dict(self._few), {}
                for key in keys:
                    having.setdefault(found[key][place], []).append(key)
                cases = (When(pk__in=some, then=Value(value)) for value, some in having.items())
                known = Case(*cases, output_field=computed.output_field)
            else:
                continue
            records = records.annotate(**{one.field_name: known})
        return records

    def _wanted(self):
        """Return the place and the wanted values of each single filter that is on."""
        return [
            (place, one.wanted(value))
            for place, (name, one) in enumerate(self._single.items())
            if (value := self.form.cleaned_data.get(name))
        ]

    def _left_of(self, cells):
        """Return how many records the chosen values of the single filters leave, and for each of these filters how
        many have each of its values, where what is chosen of that filter itself is left aside.
        """
        wanted, total, by_value = self._wanted(), 0, [Counter() for _one in self._single]
        for key, number in cells.items():
            missed = [place for place, values in wanted if key[place] not in values]
            if not missed:
                total += number
                for place, counter in enumerate(by_value):
                    counter[key[place]] += number
            elif len(missed) == 1:
                by_value[missed[0]][key[missed[0]]] += number
        return total, by_value

    def _facets(self, every_key):
        _total, by_value = self._left_of(self._cells())
        found = {
            name: one.total(counter.items())
            for (name, one), counter in zip(self._single.items(), by_value, strict=True)
        }
        for name, one in self.filters.items():
            if isinstance(one, ChoicesFilter) and one.through:
                rows = remembered(
                    ("values", type(self).__name__, name, self.left_by({name})),
                    lambda one=one, name=name: self._count_values(name, one, every_key),
                )
                found[name] = one.total(rows)
        return found

    def _count_values(self, name, one, every_key):
        if not self.form.cleaned_data.get(name) and (keys := every_key()) is not None:
            return one.counted_among(keys)
        return one.counted_among(self.filter_queryset(self.queryset.all(), {name}).order_by().values("pk"))

    def left_by(self, without=()):
        """Return what decides which records are left: the day and the values of the filters not in ``without``."""
        values = [(name, self.form.cleaned_data.get(name)) for name in sorted(self.filters) if name not in without]
        given = [
            (name, sorted(value) if isinstance(value, list) else getattr(value, "text", None) or str(value))
            for name, value in values
            if value not in (None, "", [])
        ]
        return (str(self.on), given)


def one_string_for_equal_values():
    """Return a function that gives values as text, one string for equal ones: of so many records they are kept."""
    known = {}
    return lambda value: known.setdefault(value, str(value))


def may_be_null(model, path):
    """Return whether the column at the end of a path of field names may be empty."""
    null = False
    for name in path.split("__"):
        field = model._meta.get_field(name)
        null = null or field.null
        model = field.related_model
    return null

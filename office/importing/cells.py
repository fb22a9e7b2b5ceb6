"""What a cell may hold: each type reads a cell into the value that an export would write, or says what is wrong.

``read(cell)`` gets a text, a number, a date, True or False, and returns text, number or date as in the export; it
raises CellError with a sentence. ``store(value)`` turns that into the value of the model's field.
"""

import calendar
import datetime
import re
from decimal import Decimal, InvalidOperation
from functools import cache

from babel.dates import get_month_names
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from iet_relations.academic_year import AcademicYear
from iet_relations.date_spans import parse_span, write_span
from iet_relations.lists.tables import as_it_was, join_list, split_list
from iet_relations.naming import NAME_LANGUAGES
from iet_relations.search.folding import fold
from office.importing.problems import CellError
from partners.identifiers import in_latin, normalise

PLACEHOLDERS = {
    "-",
    "–",
    "—",
    "--",
    "---",
    "?",
    "??",
    "...",
    "…",
    "n/a",
    "na",
    "n.a.",
    "none",
    "null",
    "нет данных",
    "н/д",
}
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff\u202c]")
NO_TEXT = re.compile("[\u00ad\u200b\u2060\ufeff]")
"""Marks for breaking lines: inside a word they are no part of it, and keep it from being found."""
NO_VALUE = {"нет", "нест", "отсутствует", "не указано", "маълумот нест"}
"""Words for “none” that are no name of anything; only in a column of yes and no they say something."""
NO_END = {"бессрочно", "бессрочный", "бессрочное", "не ограничен", "бемӯҳлат", "open-ended", "indefinite", "unlimited"}
EARLIEST, LATEST = datetime.date(1800, 1, 1), datetime.date(2199, 12, 31)


def nearest(text, spellings, limit=3, least=60):
    """Return up to ``limit`` different values of ``spellings`` (folded spelling → what to show) most like ``text``."""
    found, keys = {}, list(spellings)
    # Letter by letter for typing errors; word by word for names that are given in part or in another order.
    for scorer, weight in ((fuzz.ratio, 1), (fuzz.token_set_ratio, 0.95), (fuzz.WRatio, 0.7)):
        for spelling, score, _index in process.extract(fold(text)[:200], keys, scorer=scorer, limit=12):
            shown = spellings[spelling]
            found[shown] = max(found.get(shown, 0), score * weight)
    ranked = sorted((shown for shown in found if found[shown] >= least), key=lambda shown: -found[shown])
    return ranked[:limit]


def visible(text):
    """Return the text without marks that nobody sees, which web pages and right-to-left scripts leave at its ends."""
    if text.isascii():  # as most are, and there is no such mark among these
        return text.strip()
    return NO_TEXT.sub("", re.sub(rf"\A(?:{INVISIBLE.pattern}|\s)+|(?:{INVISIBLE.pattern}|\s)+\Z", "", text))


def mixed_word(text):
    """Return the first word in which Latin and Cyrillic letters stand side by side, as a wrong keyboard leaves it."""
    for word in re.findall(r"[^\W\d_]+", text):
        if re.search("[A-Za-z]", word) and re.search("[\u0400-\u04ff]", word):
            return word
    return ""


class Text:
    """Any text on one line; with ``lines`` on several."""

    def __init__(self, lines=False):
        self.lines = lines
        self.notices = ()

    def read(self, cell):
        text = as_it_was(plain_text(cell)).strip()
        if UNPRINTABLE.search(text):
            raise CellError(_("There are characters in it that are no text. Type the value again."))
        return text.replace("\r\n", "\n").replace("\r", "\n") if self.lines else re.sub(r"\s*[\r\n]+\s*", " ", text)

    def store(self, value):
        return value


class PersonName(Text):
    """The name of a person: a text with at least one letter."""

    def read(self, cell):
        text = super().read(cell)
        if text and not any(letter.isalpha() for letter in text):
            raise CellError(_("This is not a name: there is no letter in it."))
        return text


def plain_text(cell):
    """Return a cell as the text that a person would have typed."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return format(Decimal(repr(cell)), "f")
    return cell.isoformat() if isinstance(cell, datetime.date) else str(cell)


class Web(Text):
    """An address of a web page; where the file leaves it out, ``https://`` is put before."""

    def read(self, cell):
        text = super().read(cell)
        if re.match(r"[\w-]+(\.[\w-]+)+(/|\Z)", text):
            return f"https://{text}"
        return text


class Day:
    """A date: ISO, day first with dots, slashes or hyphens, or with the month's name in English, Russian or Tajik."""

    def read(self, cell):
        if isinstance(cell, datetime.datetime):
            cell = cell.date()
        if not isinstance(cell, datetime.date):
            cell = self._parse(cell)
        if not EARLIEST <= cell <= LATEST:
            raise CellError(_("A date far from our time: check the year."))
        return cell

    def store(self, value):
        return value or None

    def _parse(self, cell):
        if not isinstance(cell, str):
            sentence = _("A number, not a date: format the cell as a date, or write it like 2017-01-31.")
            raise CellError(sentence, day_of_serial(cell))
        text = re.sub(r"[«»“”„\"]|(?<=\d{4})\s*(г|года|с)\.?\Z", "", as_it_was(cell).strip())
        if text.casefold() in NO_END:
            raise CellError(_("No end: leave the cell empty."))
        if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?", text):
            return self._date(*map(int, found.groups()), text)
        if found := re.fullmatch(r"(\d{4})[./](\d{1,2})[./](\d{1,2})", text):
            return self._date(*map(int, found.groups()), text)
        if found := re.fullmatch(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:\s*(?:г|г\.|года|с|с\.))?", text):
            return self._date(int(found[4]), int(found[3]), int(found[1]), text)
        words = re.sub(r"[,.]|(?<=\d)(st|nd|rd|th)\b", " ", text.casefold()).split()
        words = [word for word in words if word not in ("г", "года", "год", "of", "с", "соли", "сол")]
        if len(words) == 3:
            for day, month, year in (words, (words[1], words[0], words[2])):
                if day.isdecimal() and len(year) == 4 and year.isdecimal() and month in month_numbers():
                    return self._date(int(year), month_numbers()[month], int(day), text)
        if re.fullmatch(r"\d{1,2}[./-]\d{1,2}[./-]\d{2}", text):
            raise CellError(_("Write the year with four digits, like 31.01.2017."))
        if len(re.findall(r"\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d\d-\d\d", text)) == 2:
            raise CellError(_("Two dates in one cell: the first and the last day need a column each."))
        if re.fullmatch(r"\d{4}", text):
            raise CellError(_("Only a year: a day is needed, like 2017-01-31."))
        raise CellError(_("This is not a date. Write it like 2017-01-31 or 31.01.2017."))

    def _date(self, year, month, day, text):
        try:
            return datetime.date(year, month, day)
        except ValueError:
            suggestions = []
            if 1 <= month <= 12 and day > 28 and year > 0:
                last = calendar.monthrange(year, month)[1]
                suggestions = [f"{year:04}-{month:02}-{last:02}"] if day > last else []
            elif month > 12 >= day >= 1 and month <= calendar.monthrange(year, day)[1]:
                suggestions = [f"{year:04}-{day:02}-{month:02}"]
            raise CellError(_("There is no such day."), suggestions) from None


def day_of_serial(cell):
    """Return, as a suggestion, the day that a spreadsheet means by a number without the format of a date."""
    if isinstance(cell, bool) or not 20_000 <= cell <= 60_000:
        return []
    return [(datetime.date(1899, 12, 30) + datetime.timedelta(days=int(cell))).isoformat()]


def read_day_first(cell):
    """Tell whether a cell’s date could also be read month first: 03/04/2017 is taken as 3 April."""
    found = isinstance(cell, str) and re.fullmatch(r"\s*(\d{1,2})/(\d{1,2})/\d{4}\s*", cell)
    return bool(found) and int(found[1]) <= 12 and int(found[2]) <= 12 and found[1] != found[2]


@cache
def month_numbers():
    """Return the number of each month by its name, long or short, in the three languages."""
    numbers = {}
    for language in NAME_LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    numbers[name.casefold().rstrip(".")] = number
    # How Tajik joins a month to what follows it, and a usual English short form.
    joined = {f"{name}и": number for name, number in numbers.items() if re.search("[а-яӣӯ]$", name)}
    return {**joined, "sept": 9, **numbers}


class Span:
    """When something began, as far as it is known: 2009, 2016-09, 2016-09-01, 2009/2010, or a full date."""

    def read(self, cell):
        if isinstance(cell, datetime.date):
            return Day().read(cell).isoformat()
        text = as_it_was(plain_text(cell)).strip()
        try:
            return Day().read(text).isoformat()
        except CellError:
            pass
        try:
            return write_span(*parse_span(text))
        except ValueError as error:
            raise CellError(error) from None


class Whole:
    """A whole number, not negative."""

    def read(self, cell):
        if isinstance(cell, bool | datetime.date):
            raise CellError(_("This is not a number."))
        text = re.sub(r"(?<=\d)[\s\u00a0\u202f](?=\d{3}(\D|\Z))", "", as_it_was(plain_text(cell)).strip())
        if not re.fullmatch(r"[+-]?\d+", text, re.ASCII):
            if re.fullmatch(r"\d+\s*[-–—/]\s*\d+", text):
                raise CellError(_("A range, not a number: write one whole number."))
            counted = re.fullmatch(r"(\d{1,9})\s*[^\W\d_]{1,12}\.?", text)  # 3 чел.
            raise CellError(_("This is not a whole number. Write digits only, like 12."), counted and [counted[1]])
        number = int(text) if len(text) < 20 else None
        if number is None or number > 2_000_000_000:
            raise CellError(_("The number is too large."))
        if number < 0:
            raise CellError(_("The number is negative."))
        return number

    def store(self, value):
        return None if value == "" else value


class Amount:
    """A decimal number with at most ``places`` digits after the point; a decimal comma is understood."""

    def __init__(self, places, signed=False):
        self.places, self.signed = places, signed

    def read(self, cell):
        if isinstance(cell, bool | datetime.date):
            raise CellError(_("This is not a number."))
        text = re.sub(r"(?<=\d)[\s\u00a0\u202f](?=\d{3}(\D|\Z))", "", as_it_was(plain_text(cell)).strip())
        if re.fullmatch(r"\d{1,3}(,\d{3})+", text):
            raise CellError(_("A comma here can mean thousands or a fraction: write 1234 or 1.234."))
        text = re.sub(r"\A([+-]?\d+),(\d+)\Z", r"\1.\2", text).replace("−", "-")
        if not re.fullmatch(r"[+-]?\d+(\.\d+)?", text, re.ASCII):
            raise CellError(_("This is not a number. Write digits only, like 1234.50."))
        try:
            number = Decimal(text)
            rounded = number.quantize(Decimal(1).scaleb(-self.places))
        except InvalidOperation:
            raise CellError(_("The number is too large.")) from None
        if number < 0 and not self.signed:
            raise CellError(_("The number is negative."))
        if rounded != number and not isinstance(cell, float):
            raise CellError(
                _("At most %(places)s digits after the point.") % {"places": self.places}, [format(rounded, "f")]
            )
        return rounded

    def store(self, value):
        return None if value == "" else value


class Choice:
    """One of a fixed set: its key, or its label in English, Russian or Tajik.

    ``also`` adds spellings; ``code`` finds, in a text, the code of others that stands for one (its first group).
    """

    def __init__(self, choices, also=None, code=None):
        self.spellings, self.code = {}, code
        for value, label in choices.choices:
            labels = [value]
            for language in NAME_LANGUAGES:
                with translation.override(language):
                    labels.append(str(label))
            for spelling in labels:
                self.spellings.setdefault(fold(spelling), value)
                self.spellings.setdefault(fold(re.sub(r"\(.*\)", "", spelling)), value)
        self.spellings.update({fold(spelling): value for spelling, value in (also or {}).items()})
        self.values = [value for value, _label in choices.choices]

    def read(self, cell):
        text = as_it_was(plain_text(cell)).strip()
        value = self.spellings.get(fold(text))
        if value is None and self.code and (found := self.code.fullmatch(text)):
            value = self.spellings.get(fold(found[1]))
        if value is None:
            suggestions = nearest(text, self.spellings)
            raise CellError(_("Not one of: %(values)s.") % {"values": ", ".join(self.values)}, suggestions)
        return value

    def store(self, value):
        return value


class YesNo:
    """Yes or no, in three languages, or 1 and 0."""

    SPELLINGS = {
        **dict.fromkeys(("yes", "y", "true", "1", "да", "ҳа", "бале", "oui", "+", "✓", "x"), "yes"),
        **dict.fromkeys(("no", "n", "false", "0", "нет", "не"), "no"),
    }

    def read(self, cell):
        value = self.SPELLINGS.get(plain_text(cell).strip().casefold())
        if value is None:
            raise CellError(_("Write yes or no."), ["yes", "no"])
        return value

    def store(self, value):
        return value == "yes"


class Year:
    """An academic year, written 2016/2017."""

    def read(self, cell):
        text = as_it_was(plain_text(cell))
        try:
            return str(AcademicYear.parse(text))
        except ValueError as error:
            year = re.fullmatch(r"\s*((?:19|20)\d\d)\s*", text)
            suggestions = [str(AcademicYear(int(year[1]) + step)) for step in (-1, 0)] if year else []
            raise CellError(error, suggestions) from None

    def store(self, value):
        return AcademicYear(int(value[:4])) if value else None


class ListOf:
    """Several values of a type in one cell, separated by ``|``."""

    def __init__(self, item):
        self.item = item

    def read(self, cell):
        values = []
        for part in split_list(as_it_was(plain_text(cell))):
            try:
                value = self.item.read(part)
            except CellError as error:
                reason = error.reason
                if part != plain_text(cell).strip():
                    reason = _("“%(part)s”: %(reason)s") % {"part": part[:100], "reason": reason}
                raise CellError(reason, error.suggestions) from None
            if value not in values:
                values.append(value)
        return join_list(values)

    def store(self, value):
        return [self.item.store(one) for one in split_list(value)]


class IdentifierOf:
    """What a register calls an institution, as its scheme writes it."""

    def __init__(self, scheme):
        self.scheme = scheme

    def read(self, cell):
        text = plain_text(cell)
        if len(text) > 100:
            raise CellError(_("Too long."))
        try:
            return normalise(self.scheme, text)
        except ValidationError as error:
            raise CellError(" ".join(error.messages), self._meant(text)) from None

    def _meant(self, text):
        try:
            return [normalise(self.scheme, in_latin(text))] if in_latin(text) != text else []
        except ValidationError:
            return []

    def store(self, value):
        return value

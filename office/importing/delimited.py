"""Reading CSV: which encoding, which delimiter, and which physical line a row begins on."""

import codecs
import csv
import re

from django.utils.translation import gettext as _

from office.importing.cell_marks import WIDEST
from office.importing.problems import FileRefused

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CYRILLIC_ENCODINGS = ("cp1251", "koi8-r", "cp866", "iso8859-5", "mac-cyrillic")
LATIN_ENCODINGS = ("cp1252", "cp1250")
RUSSIAN = set("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
NO_LETTERS = "\u00a3\u00b9\u00b3\u00bf\u00a5\u0178"
"""Signs that in a word show Polish, Czech or Hungarian (Windows-1250) misread as Windows-1252."""
DELIMITERS = ",;\t"
SAMPLE = 60
"""Rows looked at to find the delimiter."""

csv.field_size_limit(1_000_000)


def find_encoding(content):
    """Return the encoding of a text file's bytes.

    A byte order mark decides; else valid UTF-8 is UTF-8; else the choice is between the one-byte encodings of this
    part of the world, by which of them makes words. Raises FileRefused for what is no text, and for UTF-8 with a few
    broken bytes, which any other encoding would turn into nonsense.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return encoding
    sample = content[:4000]
    if encoding := _utf16_without_mark(sample):
        return encoding
    if sum(sample.count(code) for code in (b"\x01", b"\x02", b"\x03", b"\x04", b"\0")) > max(3, len(sample) // 50):
        raise FileRefused(_("This is not a table: the file holds binary data. CSV and XLSX can be imported."))
    try:
        content.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError as error:
        _refuse_broken_utf8(content, error)
    return _one_byte_encoding(content)


def _utf16_without_mark(sample):
    """In UTF-16 every second byte is that of a script: 0 for Latin, 4 for Cyrillic."""
    for places, encoding in ((sample[1::2], "utf-16-le"), (sample[::2], "utf-16-be")):
        if len(places) > 4 and places.count(0) + places.count(4) > 0.8 * len(places):
            return encoding
    return ""


def _refuse_broken_utf8(content, error):
    whole = len(re.findall(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}", content))
    broken = content.decode("utf-8", errors="replace").count("\ufffd") - content.count("\ufffd".encode())
    if whole > 10 * broken:
        line = len(re.findall(rb"\r\n|\r|\n", content[: error.start])) + 1
        raise FileRefused(
            _("Line %(line)s: the file is UTF-8, but a character there is broken. Save the file again as UTF-8.")
            % {"line": line}
        )


def _one_byte_encoding(content):
    """Choose between Windows-1251 and its Cyrillic kin and Windows-1252, by the words that each of them makes."""
    lines = [line for line in re.split(rb"[\r\n]+", content) if re.search(rb"[\x80-\xff]", line)]
    sample = b"\n".join(lines)[:200_000]
    scores = {encoding: _score(sample, encoding) for encoding in (*CYRILLIC_ENCODINGS, *LATIN_ENCODINGS)}
    # Which has all characters of the file and makes words of them goes before one that lacks some.
    best = max(scores, key=lambda encoding: (scores[encoding] > 0 and _has_all(content, encoding), scores[encoding]))
    if scores[best] > 0:
        return best
    import charset_normalizer  # loaded for the rare file that needs it

    found = charset_normalizer.from_bytes(sample).best()
    if found is None:
        raise FileRefused(_("The encoding of the file could not be found out: save it as CSV UTF-8, or name it."))
    return found.encoding


def _has_all(content, encoding):
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _score(sample, encoding):
    text = sample.decode(encoding, errors="replace")
    score = -2 * text.count("\ufffd")
    for word in re.findall(r"[^\W\d_]*[^\W\d_\x00-\x7f][^\W\d_]*", text):
        latin = sum(letter.isascii() for letter in word)
        cased = word.islower() or word.isupper() or word.istitle()
        if encoding in LATIN_ENCODINGS:
            # An accent here and there among plain letters makes a word; accents alone are another script misread.
            good = cased and (latin >= len(word) - latin or len(word) <= 2)
            good = good and not any(sign in NO_LETTERS for sign in word)
        else:
            good = cased and set(word.lower()) <= RUSSIAN and (len(word) > 1 or word.lower() in "аиовксуяё")
        score += 1 if good else -1
    odd = "\u2550\u2551\u2500\u2502\u2591\u2592\u2593\u2588\u00a4\u00a6\u00ac\u2019\u201a"
    return score - sum(text.count(sign) for sign in odd)


class DelimitedFile:
    """A CSV file, once its encoding and delimiter are known; ``rows`` can be gone through again."""

    def __init__(self, path, encoding=None):
        self.path = path
        content = path.read_bytes()
        self.encoding = encoding or find_encoding(content)
        try:
            content.decode(self.encoding)
        except (LookupError, ValueError) as error:
            if not isinstance(error, UnicodeDecodeError):
                sentence = _("There is no encoding “%(name)s”.") % {"name": self.encoding}
                raise FileRefused(sentence) from None
            line = len(re.findall(rb"\r\n|\r|\n", content[: error.start])) + 1
            raise FileRefused(
                _("Line %(line)s: this is not %(encoding)s.") % {"line": line, "encoding": self.encoding}
            ) from None
        del content
        self.first_line, self.too_wide = 1, False
        self.delimiter = self._named_delimiter() or self._find_delimiter()

    def _lines(self):
        with self.path.open(encoding=self.encoding, newline="") as lines:
            for number, line in enumerate(lines, start=1):
                if number >= self.first_line:
                    yield line.removeprefix("\ufeff") if number == 1 else line

    def _named_delimiter(self):
        """Spreadsheets begin a file with “sep=;” to name the delimiter."""
        found = re.fullmatch(r'"?sep=(.)"?\s*', next(self._lines(), ""), re.IGNORECASE)
        if found:
            self.first_line = 2
        return found and found[1]

    def _find_delimiter(self):
        def score(delimiter):
            widths = []
            try:
                for _line, cells in self._parsed(delimiter):
                    if any(cells):
                        widths.append(len(cells))
                    if len(widths) == SAMPLE:
                        break
            except FileRefused:
                pass  # a delimiter that does not fit breaks the quoting; the one that fits tells what is broken
            if not widths:
                return (0, 0)
            usual = max(widths, key=widths.count)
            return (widths.count(usual) / len(widths) if usual > 1 else 0, usual)

        return max(DELIMITERS, key=score)

    def rows(self):
        """Yield (physical line on which the row begins, its cells as texts)."""
        for line, cells in self._parsed(self.delimiter):
            self.too_wide = self.too_wide or any(cells[WIDEST:])
            yield line, cells[:WIDEST]

    def _parsed(self, delimiter):
        reader = csv.reader(self._lines(), delimiter=delimiter, strict=True)
        while True:
            line = self.first_line + reader.line_num
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise FileRefused(_quote_sentence(error, line)) from None
            yield line, cells


def _quote_sentence(error, line):
    if "expected after" in str(error):
        sentence = _("Line %(line)s: a quotation mark is not closed, or one inside a value is not doubled.")
    elif "new-line character" in str(error):
        sentence = _("Line %(line)s: a line break stands where there can be none.")
    elif "field larger" in str(error):
        sentence = _(
            "Line %(line)s: a cell is longer than a million characters, or a quotation mark there is never closed."
        )
    else:
        sentence = _("Line %(line)s: a quotation mark is opened there and never closed.")
    return sentence % {"line": line}

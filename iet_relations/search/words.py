"""What is looked for, and the text of a record that it is looked for in.

The text holds every name, folded, and then the keys of its words (see ``spelling``), each word between spaces::

    | university of bologna | unibo = ~bolon = ~universitet =

so that one LIKE tells a whole name (``| unibo |``), the beginning of a word (`` bolo``), a part of one (``olog``), a
word in another spelling (`` ~bolon``), and a name in another spelling and order (``= ~bolon =``).
"""

import re
from dataclasses import dataclass, field

from iet_relations.search.folding import fold
from iet_relations.search.spelling import GENERIC_KEYS, SMALL_WORDS, keys_of

MOST_WORDS, LONGEST_WORD = 8, 40
"""What a search looks at; more words than that find nothing better."""


@dataclass(frozen=True)
class Word:
    """A word to look for: as it is written (folded), and its keys. Either may be all that counts."""

    written: str
    keys: tuple[str, ...]
    whole: bool = False

    @classmethod
    def of(cls, written):
        return cls(written, keys_of(written))

    @classmethod
    def known(cls, entry):
        """Return the word that an entry of the vocabulary stands for, which is either written so or has that key."""
        return cls("", (entry[1:],), True) if entry.startswith("~") else cls(entry, (), True)

    @property
    def generic(self):
        return any(key in GENERIC_KEYS for key in self.keys)

    def patterns(self):
        """Return the texts of which the search text of a record must hold one."""
        if self.written:
            # The parts of words of one or two letters are everywhere.
            yield f" {self.written} " if self.whole else f" {self.written}" if len(self.written) < 3 else self.written
        for key in self.keys:
            # A short key that begins a longer one says nothing.
            yield f" ~{key} " if self.whole or len(key) < 5 else f" ~{key}"

    def place_patterns(self):
        """Return the texts of which the search text of a country must hold one: its code of two letters is none."""
        if self.generic or len(self.written) < 3:
            return
        yield f" {self.written} " if self.whole or len(self.written) == 3 else f" {self.written}"
        for key in self.keys:
            if len(key) > 2:
                yield f" ~{key} " if self.whole or len(key) < 5 else f" ~{key}"


@dataclass(frozen=True)
class Asked:
    """What somebody looks for, as it is understood.

    ``words`` find the records. ``meant`` is the text in another spelling whose results are shown because the text
    itself finds nothing; ``proposed`` is one that finds much more than the text does. Both are "" otherwise.
    """

    text: str
    words: tuple[Word, ...]
    meant: str = ""
    proposed: str = ""
    places: dict = field(default_factory=dict, compare=False, repr=False)
    """The countries that words name, as far as they were looked up."""

    @classmethod
    def read(cls, text):
        found = list(dict.fromkeys(word[:LONGEST_WORD] for word in fold(text[:500]).split()))
        telling = [word for word in found if word not in SMALL_WORDS]
        return cls(text, tuple(Word.of(word) for word in (telling or found)[:MOST_WORDS]))

    @property
    def best(self):
        """The text whose results are shown."""
        return self.meant or self.text


def search_text(names, places=()):
    """Return the search text of a record that is found by its names, acronyms and codes, and by places."""
    written = (folded for name in names if name for folded in (fold(name), _initials(name)))
    written = list(dict.fromkeys(filter(None, written)))
    around = [word for place in places if place for word in fold(place).split()]
    signatures = dict.fromkeys(part for name in written for part in _signatures(name) if part)
    parts = [""]
    if written:
        parts += ["|", " | ".join(written), "|", "=", *(f"{keys} =" for keys in signatures)]
    parts += dict.fromkeys([*around, *(f"~{key}" for word in around for key in keys_of(word))])
    return " ".join([*parts, ""]) if len(parts) > 1 else ""


def _initials(term):
    """Return the folded first letters of a name of three words or more, up to the person it is named after."""
    words = re.split(r"\b(?:named|имени|им|ба номи)\b", str(term))[0]
    letters = [word[0] for word in re.findall(r"[^\W\d_]+", words) if fold(word) not in SMALL_WORDS]
    return fold("".join(letters)).replace(" ", "") if 3 <= len(letters) <= 8 else ""


def _signatures(name):
    """Return the keys of the words that tell a name from others, and all other keys of its words."""
    words = [Word.of(word) for word in name.split() if word not in SMALL_WORDS]
    yield signature(word.keys[0] for word in words if not word.generic)
    yield " ".join(
        dict.fromkeys(f"~{key}" for word in words for key in word.keys if word.generic or key != word.keys[0])
    )


def signature(keys):
    """Return the keys of a name as its search text has them, whatever the order of its words."""
    return " ".join(sorted({f"~{key}" for key in keys}))

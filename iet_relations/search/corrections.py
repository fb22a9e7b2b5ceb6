"""One typing error a word: what somebody can have meant whose words find nothing, tried on the records."""

import re
from itertools import product

from django.db import connections

from iet_relations.remembering import remembered
from iet_relations.search.folding import fold
from iet_relations.search.spelling import keys_of
from iet_relations.search.vocabulary import near_words
from iet_relations.search.words import Word

MOST_TRIES = 6
"""How many corrections of one search are tried on the records."""
MANY = 200
"""How many results of a correction are counted, at most."""
WRITTEN_WORD = re.compile(r"[\w'’`ʼ]+")


def corrected(records, asked, least=1):
    """Return the best correction of an Asked, written as the records write it; "" if none finds ``least`` of them."""
    tries = _tries(records, asked)
    if len(tries) == 1 and least == 1:  # whether it finds anything shows when it is written out
        return _written_out(records, asked, tries[0][1])
    best, fewest, number = None, None, 0
    for oddness, changes in tries:
        if best is not None and oddness > fewest:
            break
        words = [changed for word in asked.words if (changed := changes.get(word, word)) is not None]
        found = records._having(words, asked.places).order_by().values("pk")[:MANY].count()
        if found > number:
            best, fewest, number = changes, oddness, found
    return _written_out(records, asked, best) if number >= least else ""


def _tries(records, asked):
    """Return what to try: pairs of how odd it is and a dict from words to what they may have been meant to be."""
    others = _others(records, asked.words)
    finding = {word for word in asked.words if len(asked.words) > 1 and records._having([word], asked.places).exists()}
    choices = [
        ([(0, word)] if word in finding or not others[word] else []) + others[word][: 3 if place < 4 else 0]
        for place, word in enumerate(asked.words)
    ]
    tries = [
        (sum(odd for odd, _other in chosen), dict(zip(asked.words, (other for _odd, other in chosen), strict=True)))
        for chosen in product(*choices)
    ]
    tries = sorted(tries, key=lambda one: one[0])[:MOST_TRIES]
    # What the words find as they are is known.
    tries = [(odd, changes) for odd, changes in tries if any(word != other for word, other in changes.items())]
    # At last without the words that nothing has, or those that say only what kind of institution it is.
    telling = [word for word in asked.words if not word.generic]
    for left in ([word for word in telling if word in finding], telling):
        if len(left) < len(asked.words) and 2 * len(left) >= len(telling) > 0:
            tries.append((99, {word: None for word in asked.words if word not in left}))
    return tries


def _others(records, words):
    """Return for each word the known words that it may have been meant to be, with their oddness, likeliest first."""
    keys = {word: [f"~{key}" for key in word.keys] for word in words}
    entries = [entry for word in words for entry in (word.written, *keys[word]) if word.written.isalpha()]
    # Each kind of record asks for the same ones.
    near = remembered(("near words", entries), lambda: near_words(connections[records.db], entries))
    return {
        word: sorted(
            # A word one letter away is likelier than a word whose key is.
            [(2 * oddness, Word.known(entry)) for oddness, entry in near.get(word.written, ()) if entry[0] != "~"]
            + [
                (2 * oddness + 1, Word.known(entry))
                for key in keys[word]
                for oddness, entry in near.get(key, ())
                if entry[0] == "~"
            ],
            key=lambda one: one[0],
        )[:MOST_TRIES]
        for word in words
    }


def _written_out(records, asked, changes):
    """Return the text with its words changed, each spelled as the best of the records spells it; "" without any."""
    words = [changed for word in asked.words if (changed := changes.get(word, word)) is not None]
    record = records._having(words, asked.places).best_first(asked).order_by("match_place", "pk").first()
    if record is None:
        return ""
    spelled = _spelled(record, {other for other in changes.values() if other}, _is_cyrillic(asked.text))

    def written(match):
        for word, other in changes.items():
            if word.written in fold(match[0]).split():
                return spelled[other] if other else ""
        return match[0]

    return " ".join(WRITTEN_WORD.sub(written, asked.text[:500]).split())


def _spelled(record, words, cyrillic):
    """Return a dict from words to their spelling: in the reader's script first, then in the order of the names."""
    # What the record has in its own columns is looked at before others are asked for.
    own = [spelling for spelling in _spellings(record.names()) if _is_cyrillic(spelling) == cyrillic]
    found = {word: spelling for word in words if (spelling := _spelling(word, own))}
    if len(found) < len(words):
        every = sorted(_spellings(record.terms_around()), key=lambda spelling: _is_cyrillic(spelling) != cyrillic)
        found |= {word: _spelling(word, every) or word.written or word.keys[0] for word in words - found.keys()}
    return found


def _spellings(terms):
    return dict.fromkeys(spelling for term in terms for spelling in WRITTEN_WORD.findall(term))


def _spelling(word, spellings):
    """Return the first of the spellings that are the word, None if there is none."""
    for spelling in spellings:
        folded = fold(spelling)
        if folded == word.written or (word.keys and word.keys[0] in keys_of(folded)):
            return spelling
    return None


def _is_cyrillic(text):
    return any("а" <= letter <= "ӿ" for letter in text.casefold())

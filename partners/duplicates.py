"""Institutions that may be one and the same: names that say the same words, and equal identifiers.

Two names say the same when each word of the shorter has its like in the longer, in any order, script or common
transliteration and with a typing error in a longer word, and what the longer has beyond is only where it is (its
city or country). Numbers must be equal: School 7 is not School 8.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import combinations, islice

from django.db.models import Count
from rapidfuzz.distance import OSA

from iet_relations.remembering import hinted
from iet_relations.search.folding import fold
from partners.models import Country, Identifier, Institution, InstitutionName, NotDuplicate

AT_MOST = 1000
"""Pairs that are looked for at once; who has more merges these first."""

BLOCK = 40
"""Institutions of a country that share a word are compared each with each up to this many."""

NEIGHBOURS = 8
"""Names that stand this close in an ordered list are compared as well."""

LIGHT_WORDS = (
    "a al an and at da de degli dei del della der des di do du e el et for i im imeni in la le na named of ob the "
    "u und v von y zu after ba dar"
)
LIGHT = frozenset(LIGHT_WORDS.split())
SAME = {
    variant: word
    for word, variants in {
        "university": "universitet universitat universitaet universita universidad universidade universite "
        "universiteti universitesi universiteit uniwersytet univerzita univerzitet universitas donishgoh donishgoi",
        "institute": "institut instituto istituto instytut donishkada donishkadai enstitusu",
        "academy": "akademiya akademie academia academie akademia akademiyai",
        "college": "kolledzh kollej kolleg collegio colegio",
        "state": "gosudarstvennyy gosudarstvennaya gosudarstvennoe gosudarstvennyi davlatii davlati",
        "national": "natsionalnyy natsionalnaya nazionale nacional nationale millii milli",
        "technical": "tekhnicheskiy technische tecnica tecnico technique tekhniki",
    }.items()
    for variant in variants.split()
}
GENERIC = frozenset(SAME.values()) | {"international", "school", "economics", "faculty", "higher"}
SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in [
        ("dzh|dj", "j"),
        ("kh", "h"),
        ("ph", "f"),
        ("ts|tz", "c"),
        ("c(?!h)|q", "k"),
        ("x", "ks"),
        ("w", "v"),
        ("y|j(?=[aeou]|$)", "i"),
        (r"([a-z])\1+", r"\1"),
    ]
]


@dataclass
class Known:
    """What an institution is called, as sets of words, and the words that only say where it is."""

    pk: int
    country: str
    names: list = field(default_factory=list)
    place: frozenset = frozenset()


@dataclass(frozen=True)
class Pair:
    """Two institutions (primary keys, the lower first) that may be one; ``identifier`` is what they share, or ""."""

    first: int
    second: int
    identifier: str = ""


def words_of(name):
    """Return the telling words of a name, sorted, spelled by sound: what is compared."""
    sounds = (_sound(word) for word in fold(name).split() if word not in LIGHT)
    return tuple(sorted(SAME_SOUNDS.get(sound, sound) for sound in sounds))


def _sound(word):
    for pattern, sound in SOUNDS:
        word = pattern.sub(sound, word)
    return word


SAME_SOUNDS = {_sound(variant): _sound(word) for variant, word in SAME.items()}
GENERIC_SOUNDS = frozenset(map(_sound, GENERIC))


def say_the_same(one, other, place=frozenset()):
    """Whether two names, as ``words_of`` gives them, may be of one institution that is in ``place`` (words)."""
    if one == other:
        return bool(one)
    shorter, longer = sorted((one, other), key=len)
    left = list(longer)
    matched = []
    for word in shorter:
        like = word if word in left else next((candidate for candidate in left if _alike(word, candidate)), None)
        if like is None:
            return False
        left.remove(like)
        matched.append(word)
    telling = [word for word in matched if word not in GENERIC_SOUNDS]
    return bool(telling) and all(word in place for word in left)


def _alike(one, other):
    length = min(len(one), len(other))
    if length < 5 or one.isdigit() or other.isdigit():
        return False
    errors = 1 if length < 9 else 2
    return OSA.distance(one, other, score_cutoff=errors) <= errors


def similar_institutions(name, country=None, exclude=None, at_most=5):
    """Return the institutions whose name says the same as ``name``: those to look at before adding a new one.

    ``country`` (a Country or its code) narrows the search, ``exclude`` is a primary key to leave out. Names that
    are equal when folded come first.
    """
    wanted = words_of(name)
    if not wanted:
        return []
    institutions = Institution.objects.exclude(pk=exclude)
    if country:
        institutions = institutions.filter(country=country)
    found = {}
    for known in _known(institutions):
        like = [words for words in known.names if say_the_same(wanted, words, known.place)]
        if like:
            found[known.pk] = wanted not in like
    best = sorted(found, key=lambda pk: (found[pk], pk))[:at_most]
    institutions = Institution.objects.select_related("country").in_bulk(best)
    return [institutions[pk] for pk in best]


def possible_duplicates():
    """Return the Pairs that may be one institution and that nobody has said are two; kept while nothing changes."""
    models = [Institution, InstitutionName, Identifier, NotDuplicate]
    return hinted(("possible-duplicates",), find_duplicates, models)


def find_duplicates():
    """Look for the Pairs anew: at most AT_MOST, those with an equal identifier first."""
    two = {frozenset(pair) for pair in NotDuplicate.objects.values_list("first", "second")}
    found = {}
    for pairs in (_equal_identifiers(), _similar_names()):
        new = ((frozenset((pair.first, pair.second)), pair) for pair in pairs)
        for key, pair in islice((row for row in new if row[0] not in two), AT_MOST // 2):
            found.setdefault(key, pair)
    return list(found.values())


def _known(institutions):
    """Yield a Known for each institution."""
    found = {}
    places = {}
    for country in Country.objects.all():
        names = (country.name_en, country.name_ru, country.name_tg)
        places[country.pk] = frozenset(word for name in names for word in words_of(name))
    columns = ("pk", "country", "city", "name", "name_en", "name_ru", "name_tg")
    for pk, country, city, *names in institutions.order_by().values_list(*columns):
        words = dict.fromkeys(words_of(name) for name in dict.fromkeys(names) if name)
        found[pk] = Known(pk, country, [*words], places[country].union(words_of(city)))
    others = InstitutionName.objects.filter(institution__in=institutions.order_by().values("pk"))
    for pk, name in others.order_by().values_list("institution", "name"):
        if (words := words_of(name)) not in found[pk].names:
            found[pk].names.append(words)
    return found.values()


def _equal_identifiers():
    """Yield the pairs of institutions that have the same value in the same scheme."""
    shared = (
        Identifier.objects.order_by().values("scheme", "value").annotate(owners=Count("institution", distinct=True))
    )
    for scheme, value in shared.filter(owners__gt=1).values_list("scheme", "value")[:AT_MOST]:
        owners = Identifier.objects.filter(scheme=scheme, value=value).order_by("institution")
        for first, second in combinations(owners.values_list("institution", flat=True).distinct()[:BLOCK], 2):
            yield Pair(first, second, value)


def _similar_names():
    """Yield the pairs of institutions of one country with names that say the same.

    Compared are not all with all but, within a country, those that share a rare word, and those that stand next to
    each other in the lists ordered by their rarest words, read forwards and backwards: a typing error disturbs one.
    """
    countries = defaultdict(list)
    for known in _known(Institution.objects.all()):
        countries[known.country].append(known)
    for members in countries.values():
        for one, other in _candidates(members):
            place = one.place | other.place
            if any(say_the_same(a, b, place) for a in one.names for b in other.names):
                yield Pair(*sorted((one.pk, other.pk)))


def _candidates(members):
    """Yield the pairs of Known that are worth comparing, each once."""
    rarity = Counter(word for known in members for word in {word for words in known.names for word in words})
    blocks = defaultdict(dict)
    forwards, backwards = [], []
    for known in members:
        for words in known.names:
            for word in words:
                blocks[word][known.pk] = known
            ordered = " ".join(sorted(words, key=lambda word: (rarity[word], word)))
            forwards.append((ordered, known.pk, known))
            backwards.append((ordered.split(" ")[0][::-1] + ordered, known.pk, known))
    seen = set()
    pairs = [pair for block in blocks.values() if len(block) <= BLOCK for pair in combinations(block.values(), 2)]
    for names in (sorted(forwards, key=lambda row: row[:2]), sorted(backwards, key=lambda row: row[:2])):
        for place, (_text, _pk, known) in enumerate(names):
            pairs += [(known, other) for _text, _pk, other in names[place + 1 : place + 1 + NEIGHBOURS]]
    for one, other in pairs:
        key = (min(one.pk, other.pk), max(one.pk, other.pk))
        if one.pk != other.pk and key not in seen:
            seen.add(key)
            yield one, other

"""Keys under which different spellings of one word meet: transliterations, inflections and usual translations.

The key of a folded word is coarser than the word: Bologna, Bolonia, Болонья and болонский all have the key ``bolon``.
It finds what the letters alone do not, and ranks below what they do.
"""

import re
from functools import lru_cache

RULES = 2
"""Raise it whenever what is stored would change: the search texts are then computed again after ``migrate``."""

SMALL_WORDS = frozenset(
    # English, German, French, Italian, Spanish, Polish and Czech; Russian and Tajik.
    re.findall(
        r"\w+",
        """a an and at for in named of on the to am d das der des die fur und de del della di do da dei du e el en et i
        la le les y w z im na o po pri s u v vo za imeni goroda az ba dar nomi shakhri va""",
    )
)
"""Words that names may have or lack, folded; a search ignores them beside others."""

# What names in this field are made of, in the languages that the registry meets. A word that begins with a stem has
# the key of its line; a stem with a dot is the whole word. Stems are folded (see ``folding.fold``).
GENERIC = """
universitet: univer univ. unversi uniwersyt uniwersit donishgo daneshgah egyetem yliopist ulikool
institut: institu instytut donishkad
akademia: academ akadem
kolej: colleg kolledzh kollej kolleg
shkola: school shkol schule schulen maktab szkol skola
hohshul: hochschul fachhochschul
fakultet: facult fakult
state: state. gosudarstv davlat staatlich estatal statal panstwow derzhav dovlat
national: national natsional nacional nazional milli. millii
"""
CONCEPTS = """
tekhnolog: technolog tekhnolog tehnolog teknoloj tecnolog
politekhn: polytech politekh politech politehn politecn
tekhnik: techni tekhni tehni tecni tekni
medik: medic medits medizin tibbi
pedagog: pedagog padagog paedagog omuzgor
agrar: agrar agricult selskokhoz kishovarz
ekonom: econom ekonom iktisod iqtisod okonom
finans: financ finans moliya
pravo: law. laws. prava. pravo. pravov yuridich khukuk jurid legal.
mejdunarod: internation mezhdunarod baynalmilal
gumanitar: humanit gumanit
lingvist: lingui lingvi
musika: music muzyk musik musiqi
konservator: conservato konservato
iskusstvo: arts. art. iskusstv khunar sanat
teatr: theat teatr
kultur: cultur kultur farkhang
nauka: scien nauk nauchn wissenschaft
visshi: higher vysshi vyssha
issled: research issledovat
priklad: applied prikladn angewandt
menej: manag menedzh upravlen
bisnes: business biznes
kommers: commerc kommerts tichorat tijorat trade. torgov
himi: chemi khimi
injener: engineer inzhener muhandis
arhitekt: architect arkhitekt arhitekt
stroit: construct stroitel
les: forest lesn lesotekh
gorni: mining gorny gorno.
neft: oil. neft petroleum
transport: transport
jeleznodorojni: railway zheleznodorozh
aviats: aviat aerospace. aerokosm
morsk: marine maritim morsk
voenn: militar voenn
fisich: physic fizich
sport: sport
inostrann: foreign inostrann
yasik: languag yazyk zabon
svobod: free. freie svobodn
tsentral: central tsentral markazi
sever: north severn
yug: south yuzhn
vostok: east vostoch
zapad: west zapadn
asia: asia aziat azii osiyo
ross: russia rossiysk russk
mir: world. mirov
statistik: statisti
informatik: informati computer. kompyut
politika: politic politik siyosat
slav: slav
zdorov: health. zdorov
moskva: moskv moskov moscow moskau
peterburg: petersburg peterburg peterzburg
praga: prag. praga. praha. prague prazhsk
varshava: warsaw warszaw warschau varshav
krakov: cracow krakow krakov krakau
vena: vienna wien. wiener vena. venski
munhen: munich munchen muenchen myunkhen
keln: koln. koeln cologne keln kelns
rim: rome. roma. rim. rimsk
lvov: lviv lvov
kiev: kiev kyiv kiyiv
kharkov: kharkov kharkiv
pekin: pekin beijing
florens: florence firenze florents
venesia: venice venezia venets
afini: athens athina afin
lisabon: lisbon lissabon
kopengagen: copenhagen kobenhavn kopengagen
belgrad: belgrad beograd
buharest: bucharest bucurest bukharest
seneva: geneva geneve zhenev
toshkent: tashkent toshkent
buhara: bukhara bukhoro buxoro
samarkand: samarkand samarqand
kulob: kulob kulyab kuliab
horog: khorog khorugh khorug
istanbul: istanbul stambul
taur: tavrich taurid
turet: turkish turetsk turk.
drujba: friendship druzhb
narod: people narod
"""

VOWELS = "aeiou"
# In this order. Each pair is a pattern in a folded word and what it becomes; letters that spellings confuse end as
# one: c/k/q, ts/c/z/s/sh/sz, kh/h/x, j/zh/dzh/dj/ch, w/v, ph/f, y/i, gn/ny/ni before a vowel.
SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in [
        (r"(?<=.{4})[ie]an$", ""),
        (r"(?<=.{2})(?:sk|zk|ck)(?:iy|aya|oe|ogo|oy|om|im|ie|ii|ij|iya|y|i|a|e|o)?$", ""),
        (r"shch|tsch|tch|tsh|cz|dzh|dj|zh", "ch"),
        (r"sch|sh|sz|tz|ts|cs", "s"),
        (r"c(?=[eiy])", "s"),
        (r"^x", "h"),
        (r"x", "ks"),
        (r"ph", "f"),
        (r"kh", "h"),
        (r"([tgdbr])h", r"\1"),
        (r"ck|qu?|c(?!h)", "k"),
        (r"w", "v"),
        (r"z", "s"),
        (r"g?n[jyi](?=[aeou])|gn", "n"),
        (r"(?<=[bdfgklmnprstvh])j", "y"),
        (r"j$|j(?=[^aeiouy])", "i"),
        (r"(?:^|(?<=[aeiou]))[yj]e", "e"),
        (r"ch|j", "j"),
        (r"(?<=[^aeiouy])[yi](?=[aeou])", ""),
        (r"([aou])e(?=[^aeiouyv])", r"\1"),
        (r"y", "i"),
        (r"(.)\1+", r"\1"),
    ]
]

POSSIBLE_ENDING = re.compile(r"(?<=.{3})(?:[ei]nsk(?:iy|aya|oe|ogo|oy|om|im|ie|iya|y|i)|ova)$")


def _stems(lines):
    """Return (stem, key, whole word only) of every stem, the longest first."""
    found = [
        (stem.rstrip("."), key, stem.endswith("."))
        for key, stems in (line.split(":") for line in lines.strip().splitlines())
        for stem in stems.split()
    ]
    return sorted(found, key=lambda entry: (-len(entry[0]), entry[0]))


STEMS = _stems(GENERIC + CONCEPTS.lstrip())
GENERIC_KEYS = frozenset(key for _stem, key, _whole in _stems(GENERIC))
"""Keys of words that say what kind of institution it is, not which."""


@lru_cache(maxsize=5_000)
def keys_of(word):
    """Return the keys of a folded word, the usual one first: a word that may stand for two has both.

    That is a J which may be a Y (Jena, Jakarta), an H which Russian writes as Г (Humboldt, Гумбольдт), and endings
    that belong to a name or not (Bremen and бременский, Grodno and гродненский).
    """
    if not word.isalpha() or len(word) < 3:
        return (word,)
    for stem, key, whole in STEMS:
        if word == stem or (not whole and word.startswith(stem)):
            return (key,)
    found = [_sound(word)]
    if word[0] == "j" and word[1] in VOWELS:
        found.append(_sound(f"y{word[1:]}"))
    if word[0] == "h":
        found.append(_sound(f"g{word[1:]}"))
    if ending := POSSIBLE_ENDING.search(word):
        found.append(_sound(word[: ending.start()]))
    return tuple(dict.fromkeys(found))


def _sound(word):
    found = word
    for pattern, sound in SOUNDS:
        found = pattern.sub(sound, found)
    short = found.rstrip(VOWELS)
    return short if len(short) >= 3 else found or word

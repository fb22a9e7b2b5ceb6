"""Folding of names, so that search forgives and lists sort: one function for the stored text and for the query."""

import re
import unicodedata

from anyascii import anyascii

# People write Tajik with and without its own letters; both meet in the plain Cyrillic letter before transliteration.
PLAIN_CYRILLIC = str.maketrans("ғӣқӯҳҷё", "гикухче")
# The same saint in names of cities and universities, in the languages that the registry meets.
SAME_WORDS = {"st": "saint", "sankt": "saint", "sanct": "saint", "sint": "saint"}

# The Russian and the Tajik alphabets agree on the order of the letters that they share.
CYRILLIC_ORDER = "абвгғдеёжзиӣіїйкқлмнопрстуӯўфхҳцчҷшщъыьэєюя"
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
CYRILLIC_CODE = {letter: f"{3 + place // 36}{DIGITS[place % 36]}" for place, letter in enumerate(CYRILLIC_ORDER)}


def fold(text):
    """Return ``text`` as lower-case ASCII words separated by one space.

    Case, diacritics, script (Latin, Cyrillic, Tajik letters or their plain forms) and punctuation no longer matter:
    “Тоҷикистон”, “точикистон” and “tochikiston” fold to the same.
    """
    plain = unicodedata.normalize("NFKC", str(text)).casefold().translate(PLAIN_CYRILLIC)
    plain = plain.replace("ъ", "").replace("ь", "")
    words = re.findall(r"[0-9a-z]+", re.sub(r"['’`ʼ]", "", anyascii(plain).lower()))
    return " ".join(SAME_WORDS.get(word, word) for word in words)


def sort_key(text, length=120):
    """Return a key of ``[0-9a-z]`` that puts names in alphabetical order under any database collation.

    Digits come before Latin letters (diacritics do not count), Latin before Cyrillic; Tajik letters stand where
    their alphabet has them (ғ after г, ӣ after и …). Each character takes two places of the key.
    """
    codes = []
    for character in unicodedata.normalize("NFC", str(text)).casefold():
        if character in CYRILLIC_CODE:
            codes.append(CYRILLIC_CODE[character])
            continue
        letters = re.findall(r"[0-9a-z]", anyascii(character).lower())
        codes.extend(("1" if letter.isdigit() else "2") + letter for letter in letters)
        if not letters and character.isspace() and codes and codes[-1] != "00":
            codes.append("00")
    return "".join(codes)[:length]

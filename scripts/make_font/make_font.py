"""Makes static/fonts/libertinus-serif-600.woff2: the letters of the headings, in three languages, in one small file.

    npm install --ignore-scripts && python -m pip install fonttools==4.68.0 brotli==1.2.1 && python make_font.py

The typeface is that of the report's PDF. It comes in one file per script, which would be three requests; this keeps
the letters that English, Russian and Tajik need, with kerning, and merges them. Other letters fall back to the
system's.
"""

import tempfile
from pathlib import Path

from fontTools import merge, subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "node_modules/@fontsource/libertinus-serif/files"
TARGET = HERE.parent.parent / "static/fonts/libertinus-serif-600.woff2"
LETTERS = {
    "latin": "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x100)])) + "–—‘’“”…•",
    "cyrillic": "".join(map(chr, range(0x410, 0x450))) + "Ёё№",
    "cyrillic-ext": "ҒғӢӣҚқӮӯҲҳҶҷ",
}


def main():
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for script, letters in LETTERS.items():
            font = TTFont(SOURCE / f"libertinus-serif-{script}-600-normal.woff2")
            options = subset.Options(layout_features=["kern"], hinting=False, glyph_names=False)
            subsetter = subset.Subsetter(options)
            subsetter.populate(text=letters)
            subsetter.subset(font)
            font.flavor = None
            parts.append(f"{folder}/{script}.ttf")
            font.save(parts[-1])
        merged = merge.Merger().merge(parts)
        merged.flavor = "woff2"
        merged.save(TARGET)
    print(f"{TARGET.name}: {len(merged.getBestCmap())} characters, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()

"""Which heading of a file is which column, and on which line the headings stand."""

import itertools
import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from iet_relations.search.folding import fold
from office.importing.cells import plain_text, visible
from office.importing.problems import FileRefused
from office.importing.synonyms import ANY_KIND, BY_KIND

CERTAIN = 88
"""Likeness (0–100) from which a misspelt heading is taken for what it resembles."""
LIKELY = 75
"""Likeness from which it is proposed to a person."""
SEARCHED = 40
"""Lines at the head of a file in which the headings are looked for."""


@dataclass
class Proposal:
    """What a heading seems to be: our column, how sure (0–100), and whether that is enough to take it unasked."""

    column: str
    score: float
    certain: bool = False


@dataclass
class Mapping:
    """The headings of a file and the columns that they were taken for.

    ``headings`` are as in the file, a repeated one numbered “name (2)”, one for each place; ``columns`` has our column
    or "" for each place; ``proposals`` those of the headings that are left over. Headings may stand on several lines,
    down to ``last_header_line``; ``own_width`` is how many cells their line has itself.
    """

    header_line: int
    headings: list[str]
    last_header_line: int = 0
    own_width: int = 0
    columns: list[str] = field(default_factory=list)
    proposals: dict[int, Proposal] = field(default_factory=dict)

    @property
    def taken(self):
        """Heading → column, of those that are imported."""
        return {heading: column for heading, column in zip(self.headings, self.columns, strict=True) if column}

    @property
    def left_out(self):
        """Headings with or without a name below which nothing is imported."""
        pairs = zip(self.headings, self.columns, strict=True)
        return [heading for heading, column in pairs if not column and heading]

    def heading_of(self, column):
        """Return what the file calls a column, to name it in messages; the column itself where it has none."""
        return self.headings[self.columns.index(column)] if column and column in self.columns else column


def spellings(kind, columns):
    """Return folded spelling → set of our columns, for the columns of a kind."""
    found = {}
    for column in columns:
        for spelling in (column, *ANY_KIND.get(column, ()), *BY_KIND[kind].get(column, ())):
            found.setdefault(fold(spelling), {})[column] = None
    return found


def is_exact(heading, columns):
    """Return the column that the heading names as we do, or "". Other people's “ID” need not be ours."""
    name = heading.strip() if heading.strip().casefold() == "id" else heading.strip().casefold()
    return name if name and name in columns else ""


def propose(headings, kind, columns):
    """Return a Proposal for each place whose heading resembles a column; each column is certain at most once."""
    known = spellings(kind, columns)
    proposals = {}
    for place, heading in enumerate(headings):
        if exact := is_exact(heading, columns):
            proposals[place] = Proposal(exact, 101)
        elif fold(heading) in known or fold(in_short(heading)) in known:
            folded = fold(heading) if fold(heading) in known else fold(in_short(heading))
            own = [
                column for column in known[folded] if folded in {fold(name) for name in BY_KIND[kind].get(column, ())}
            ]
            sure = len(own or known[folded]) == 1 and not {"id"} & set(known[folded])
            proposals[place] = Proposal((own or list(known[folded]))[0], 100 if sure else 80)
        elif (folded := fold(heading)) and (best := _resembling(folded, known)):
            proposals[place] = best
    for column in columns:
        rivals = sorted((p for p in proposals.values() if p.column == column), key=lambda p: -p.score)
        if rivals and rivals[0].score >= CERTAIN and (len(rivals) == 1 or rivals[1].score < rivals[0].score):
            rivals[0].certain = True
    return proposals


def in_short(heading):
    """Return the heading without a long explanation in brackets; a short one may be what tells it from another."""
    return re.sub(r"\([^)]{25,}\)?", "", heading)


def _resembling(folded, known):
    scores = {}
    for spelling, columns in known.items():
        if len(spelling) < 4 or len(folded) < 4:
            continue
        score = max(fuzz.ratio(folded, spelling), 0.97 * fuzz.token_sort_ratio(folded, spelling))
        for column in columns:
            scores[column] = max(score, scores.get(column, 0))
    ranked = sorted(scores.items(), key=lambda pair: -pair[1])
    if not ranked or ranked[0][1] < LIKELY:
        return None
    # Two columns about equally alike: a person decides.
    rival = ranked[1][1] if len(ranked) > 1 else 0
    score = ranked[0][1] if ranked[0][1] - rival >= 4 else min(ranked[0][1], CERTAIN - 1)
    return Proposal(ranked[0][0], score)


def texts(cells):
    return [" ".join(visible(plain_text(cell)).split()) if cell is not None else "" for cell in cells]


def find_header(source, kind, columns, chosen=()):
    """Return (line, headings) of the first line that names most of the columns.

    Below title lines the headings are looked for in the first lines of the file. ``chosen`` are headings that a person
    mapped; they count as known. Raises FileRefused when the file has no line of text at all.
    """
    known = spellings(kind, columns)
    chosen = {fold(heading) for heading in chosen if isinstance(heading, str)}
    best, widest, resembles = (0, 0, None), (0, None), {}
    for number, (line, cells) in enumerate(source.rows()):
        if number == SEARCHED:
            break
        headings = texts(cells)
        named = {fold(heading) for heading in headings if heading}
        exact = sum(name in known or name in chosen or is_exact(name, columns) != "" for name in named)
        for name in named - known.keys() - resembles.keys():
            resembles[name] = len(name) < 60 and _resembling(name, known) is not None
        alike = sum(resembles.get(name, False) for name in named)
        if (score := 2 * exact + alike) > best[0]:
            best = (score, line, headings)
        if len(named) > widest[0]:
            widest = (len(named), (line, headings))
    if widest[1] is None or not any(fold(heading) for heading in widest[1][1]):
        raise FileRefused(_("The file has no rows."))
    if best[2] is not None and best[0] >= 2:
        return best[1], best[2]
    return widest[1]


def header_at(source, wanted):
    """Return (line, headings) of the given line. Raises FileRefused when nothing stands there."""
    for line, cells in source.rows():
        if line == wanted and any(cell not in (None, "") for cell in cells):
            return line, texts(cells)
        if line > wanted:
            break
    raise FileRefused(_("Line %(line)s has no headings.") % {"line": wanted})


def make_mapping(source, kind, columns, *, chosen=None, guess=False, header_line=None):
    """Return the Mapping of a source's headings.

    ``chosen`` (heading or place → column, or → "" to leave it out) is what a person decided and goes before all
    else; headings that are our own names are taken; with ``guess`` also the proposals that are certain. Raises
    FileRefused for a chosen heading or column that does not exist.
    """
    chosen = dict(chosen or {})
    if header_line is None:
        line, found = find_header(source, kind, columns, chosen)
    else:
        line, found = header_at(source, header_line)
    known = spellings(kind, columns)
    line, last, found, lowest = whole_headings(source, line, found, known)
    own_width = len(found)
    found = found + [""] * (_width(source, last) - len(found))
    mapping = Mapping(line, numbered(found), last, own_width)
    mapping.columns = [""] * len(mapping.headings)
    decided = _decide(mapping, chosen, columns)
    rest = [
        "" if place in decided or mapping.headings[place] != found[place] else heading
        for place, heading in enumerate(found)
    ]
    for place, heading in lowest.items():  # “Period from”: where the whole says nothing, its last line may
        if rest[place] and fold(rest[place]) not in known:
            rest[place] = heading if fold(heading) in known else rest[place]
    open_columns = [column for column in columns if column not in mapping.columns]
    for place, proposal in propose(rest, kind, open_columns).items():
        if proposal.score > 100 or (guess and proposal.certain):
            mapping.columns[place] = proposal.column
        else:
            mapping.proposals[place] = proposal
    return mapping


def whole_headings(source, line, found, known):
    """Return (first line, last line, headings, {place: its lowest line}) of headings on several lines.

    Merged cells say so; without them, a line of known words that fill the gaps right below does.
    """
    tall = [area for area in source.merged if area[0] <= line <= area[1] <= area[0] + 3 and area[0] < area[1]]
    first, last = min([line, *(top for top, *_rest in tall)]), max([line, *(area[1] for area in tall)])
    rows = {
        number: texts(cells)
        for number, cells in itertools.takewhile(lambda row: row[0] <= last + 1, source.rows())
        if number >= first
    }
    below = rows.pop(last + 1, [])
    if not tall:
        filled = [place for place, text in enumerate(below) if text]
        gaps = [
            place for place, text in enumerate(found) if (place and not text) or found[place + 1 : place + 2] == [""]
        ]
        if len(filled) < 2 or any(place not in gaps or fold(below[place]) not in known for place in filled):
            return line, line, found, {}
        last = last + 1
        rows[last] = below
    width = max(map(len, rows.values()))
    rows = {number: cells + [""] * (width - len(cells)) for number, cells in rows.items()}
    wide = {(top, left): right for top, _bottom, left, right in source.merged if right > left}
    for number, cells in rows.items():
        for place, text in enumerate(list(cells)):
            if not text or number == last:
                continue
            end = wide.get((number, place + 1), place + 1)
            while source.format == "csv" and end < width and not cells[end] and rows[last][end]:
                end += 1
            cells[place:end] = [text] * (min(end, width) - place)
    parts = [[text for text in dict.fromkeys(column) if text] for column in zip(*rows.values(), strict=True)]
    lowest = {place: part[-1] for place, part in enumerate(parts) if len(part) > 1}
    return first, last, [" ".join(part) for part in parts], lowest


def _width(source, header_line):
    """Return how many places the rows right below the headings have; some may stand below no heading."""
    width = 0
    below = (cells for line, cells in source.rows() if line > header_line)
    for cells in itertools.islice(below, SEARCHED):
        width = max([width, *(place for place, cell in enumerate(cells, start=1) if cell not in (None, ""))])
    return width


def _decide(mapping, chosen, columns):
    decided = set()
    folded = [fold(heading) or heading for heading in mapping.headings]
    for heading, column in chosen.items():
        if column and column not in columns:
            raise FileRefused(
                _("There is no column “%(column)s”. There are: %(columns)s.")
                % {"column": column, "columns": ", ".join(columns)}
            )
        heading = heading if isinstance(heading, int) else " ".join(heading.split())
        if isinstance(heading, int) and heading < len(mapping.headings):
            place = heading
        elif heading in mapping.headings:
            place = mapping.headings.index(heading)
        elif heading and (fold(heading) or heading) in folded:
            place = folded.index(fold(heading) or heading)
        else:
            raise FileRefused(
                _("The file has no heading “%(heading)s”. It has: %(headings)s.")
                % {"heading": heading, "headings": ", ".join(filter(None, mapping.headings))}
            )
        if column and column in mapping.columns:
            raise FileRefused(_("Two headings are mapped to the column “%(column)s”.") % {"column": column})
        mapping.columns[place] = column
        decided.add(place)
    return decided


def numbered(headings):
    """Return the headings with repeated ones told apart: name, name (2), name (3)."""
    seen, result = {}, []
    for heading in headings:
        seen[heading] = seen.get(heading, 0) + 1
        result.append(heading if not heading or seen[heading] == 1 else f"{heading} ({seen[heading]})")
    return result

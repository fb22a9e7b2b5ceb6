"""What was measured with one kind of database, and which goals it meets."""

from dataclasses import dataclass, field

FLOOR_TIMES = 10
GROWTH = 1.5
ALIKE = 0.15
"""Pages are compared across sizes where the rows that they show differ by no more than this share."""


@dataclass
class Results:
    """Costs by name of page (``Cost``), and the other measures; None is what was not measured."""

    kind: str
    pages: list
    loading: float | None = None
    warm: dict = field(default_factory=dict)
    computed: dict = field(default_factory=dict)
    after_write: dict = field(default_factory=dict)
    plain: dict = field(default_factory=dict)
    small: dict = field(default_factory=dict)
    floors: dict = field(default_factory=dict)
    beside: dict = field(default_factory=dict)
    """Costs of the page that only renders a template, measured in turn with each computed page, by its name."""
    crowds: dict = field(default_factory=dict)
    """By whether every page was computed: the Crowd of one visitor alone, and that of sixteen."""
    export: object = None
    exports_at_once: object = None
    tool: float | None = None
    left: float | None = None
    workbooks: list = field(default_factory=list)
    imported: object = None
    pdf: float | None = None

    def ratio(self, page):
        return self.plain[page.name].cpu / self.warm[page.name].cpu if page.name in self.plain else None

    def growth(self, page):
        """How many times the cost of the page at the small size is, where both show about the same rows."""
        large, small = self.computed[page.name], self.small.get(page.name)
        if small is None or page.staff or abs(large.rows - small.rows) > ALIKE * small.rows:
            return None
        return large.cpu / small.cpu

    def templates(self, page):
        """How many times the cost of the page that only renders a template the page is, computed."""
        return self.computed[page.name].cpu / self.beside[page.name].cpu


@dataclass(frozen=True)
class Verdict:
    """A goal, what was measured, and whether it holds."""

    goal: str
    measured: str
    holds: bool


def verdicts(results, other=None):
    """Return the Verdicts of all goals; ``other`` are PostgreSQL's results beside SQLite's."""
    found = []

    def judge(goal, measured, holds):
        found.append(Verdict(goal, measured, bool(holds)))

    for page in results.pages:
        if page.goal and (times := results.ratio(page)):  # the plain site is measured on the first database
            plain = results.plain[page.name].cpu
            computed, late = plain / results.computed[page.name].cpu, plain / results.after_write[page.name].cpu
            judge(
                f"{page.name} ≤ 1/{page.goal} of plain Django",
                f"1/{times:.1f}; computed 1/{computed:.1f}; the first after a write 1/{late:.1f}",
                times >= page.goal,
            )
        if page.largest:
            size = results.warm[page.name].whole_size
            judge(f"{page.name} ≤ {page.largest // 1000} KB", f"{size / 1000:.0f} KB", size <= page.largest)
    public = [page for page in results.pages if not page.staff]
    times, dearest = max((results.templates(page), page.name) for page in public)
    judge(
        f"no public page, computed, above {FLOOR_TIMES} × template only",
        f"{times:.1f} × ({dearest})",
        times <= FLOOR_TIMES,
    )
    grown = [(results.growth(page), page.name) for page in public if results.growth(page)]
    if grown:
        judge(
            f"large ≤ {GROWTH} × small, computed, same rows shown", f"at most {max(grown)[0]:.2f} × ({max(grown)[1]})",
            max(grown)[0] <= GROWTH,
        )  # fmt: skip
    if other:
        slower = max((results.templates(page) / other.templates(page), page.name) for page in results.pages)
        judge(
            "SQLite ≤ 2 × PostgreSQL, every page, computed", f"at most {slower[0]:.2f} × ({slower[1]})", slower[0] <= 2
        )
    judge_crowd(results, judge)
    judge_files(results, judge)
    return found


def judge_crowd(results, judge):
    for known, which in ((False, ""), (True, ", every page computed")):
        alone, crowd = results.crowds[known]
        judge(
            f"sixteen visitors: 95 % within 16 × the p50 of a single one{which}",
            f"{crowd.p95 / alone.p50:.1f} × ({crowd.p95:.0f} ms; alone {alone.p50:.1f} ms)",
            crowd.p95 <= 16 * alone.p50,
        )
    crowds = [crowd for _alone, crowd in results.crowds.values()]
    failures = [failure for crowd in crowds for failure in crowd.failures]
    judge("sixteen visitors: no error", f"{len(failures)} errors", not failures)
    memory = max(crowd.memory for crowd in crowds)
    judge("worker ≤ 120 MiB after load", f"{memory:.0f} MiB", memory <= 120)


def judge_files(results, judge):
    export, least = results.export, 0.5 if results.kind == "PostgreSQL" else 0.25
    if results.tool:
        share = results.tool / export.seconds
        tool = "\\copy" if results.kind == "PostgreSQL" else "the sqlite3 command"
        judge(
            f"CSV of all exchanges at ≥ {least} of {tool}",
            f"{share:.2f} ({export.rows_per_second:,.0f} rows/s in {export.seconds:.1f} s; {results.tool:.1f} s)",
            share >= least,
        )
    judge(
        "first byte of the CSV within 0.1 s",
        f"{export.first_byte:.3f} s; first row {export.first_row:.3f} s",
        export.first_byte <= 0.1,
    )
    judge("a worker grows ≤ 20 MiB by the CSV", f"{export.growth:.1f} MiB", export.growth <= 20)
    if results.exports_at_once:
        once = results.exports_at_once
        whole = all(one.rows == export.rows for one in once.served)
        judge(
            "ten exports at once: whole or put off with a sentence, a worker grows ≤ 20 MiB, pages are served",
            f"{len(once.served)} whole in {max(one.seconds for one in once.served):.0f} s, {once.refused} put off, "
            f"{once.growth:.0f} MiB, a page in {once.page:.1f} s" + ("" if whole else "; some were cut"),
            whole and once.growth <= 20 and once.page < 5,
        )
    judge(
        "whoever leaves ends the query",
        "not ended in 10 s" if results.left is None else f"after {results.left:.1f} s",
        results.left is not None,
    )
    few, many = results.workbooks
    judge(
        "XLSX in constant memory",
        f"{many.size / 1e6:.1f} MB in {many.seconds:.0f} s: {many.growth:.0f} MiB more; "
        f"{few.size / 1e6:.1f} MB: {few.growth:.0f} MiB more",
        many.growth <= few.growth + 20,
    )
    if results.imported:
        one = results.imported
        judge(
            f"{one.rows:,} exchanges imported, with preview and history, ≤ 60 s and 300 MiB",
            f"{one.preview:.0f} + {one.applied:.0f} s, {one.memory:.0f} MiB",
            one.preview + one.applied <= 60 and one.memory <= 300,
        )
    if results.loading:
        judge("load_synthetic ≤ 5 minutes", f"{results.loading:.0f} s", results.loading <= 300)
    if results.pdf:
        judge("PDF of a report ≤ 3 s", f"{results.pdf:.1f} s", results.pdf <= 3)

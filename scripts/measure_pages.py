"""Measure every type of public page in Chromium, each as a first visit, in three languages.

    python scripts/measure_pages.py [http://127.0.0.1:8000/]

Visits a registry that is being served, such as `make demo`, and prints the table of docs/pages.md: what travels
(compressed), requests, and what axe finds in light and dark, wide and at 400 % zoom.
"""

import gzip
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import html5lib
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, sync_playwright

LANGUAGES = {"en": "", "ru": "ru/", "tg": "tg/"}
PAGES = {
    "home": "",
    "partners": "partners/",
    "partners, nothing found": "partners/?q=zzzzqqq",
    "partners, wrong filter": "partners/?on=yesterday",
    "countries": "countries/",
    "agreements": "agreements/",
    "projects": "projects/",
    "mobility": "mobility/",
    "activities": "activities/",
    "search, results": "search/?q=university",
    "search, nothing found": "search/?q=zzzzqqq",
    "annual reports": "reports/",
    "an annual report": "reports/2016-2017/",
    "rows behind a number": "reports/2016-2017/partners/",
    "editions of a report": "reports/2016-2017/editions/",
    "two years compared": "reports/compare/?from=2015-2016&to=2016-2017",
    "a year without a report": "reports/1999-2000/",
    "about": "about/",
    "open data": "data/",
    "personal data": "privacy/",
    "no such page": "nowhere/",
}
RECORDS = {
    "a partner": "partners/",
    "a country": "countries/",
    "an agreement": "agreements/",
    "a project": "projects/",
    "an activity": "activities/",
}
"""Pages of one record: the first of the list."""
TEXT = ("document", "stylesheet", "script")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = ["color-contrast", "target-size", "scrollable-region-focusable"]
"""Rules of axe whose outcome depends on colours and width; the others need not be tried twice."""


@dataclass
class Visit:
    """What one first visit of a page took, and everything that is wrong with the page."""

    name: str
    language: str
    status: int = 0
    weight: int = 0
    requests: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def addresses(browser: Browser, origin: str) -> dict[str, str]:
    """Return the address of each type of page, without its language."""
    page, found = browser.new_page(), dict(PAGES)
    for name, listed in RECORDS.items():
        page.goto(f"{origin}/{listed}")
        found[name] = page.locator("tbody th a").first.get_attribute("href").lstrip("/")
    page.close()
    return found


def visits(browser: Browser, origin: str, languages=tuple(LANGUAGES)) -> Iterator[Visit]:
    """Visit each type of page in each of the languages, with nothing in the browser's cache."""
    types = addresses(browser, origin)
    for language in languages:
        context = browser.new_context(reduced_motion="reduce")
        for name, address in types.items():
            page = context.new_page()
            context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
            yield visit(page, Visit(name, language), origin, f"{origin}/{LANGUAGES[language]}{address}")
            page.close()
        context.close()


def visit(page: Page, seen: Visit, origin: str, address: str) -> Visit:
    """Open the page, weigh what it loads, and look for faults: in light and wide, then in dark and narrow."""
    answers, complaints = [], []
    page.on("response", lambda answer: answers.append(answer))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.set_viewport_size({"width": 1280, "height": 900})
    seen.status = page.goto(address).status
    for answer in answers:
        body, kind = answer.body(), answer.request.resource_type
        seen.requests.append(answer.url)
        seen.weight += len(gzip.compress(body) if kind in TEXT else body)
        if not answer.url.startswith(f"{origin}/"):
            seen.faults.append(f"a request to others: {answer.url}")
        if kind == "document":
            seen.faults += html_faults(body.decode())
    page.evaluate(AXE_SCRIPT)
    seen.findings = axe(page, WCAG)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 320, "height": 640})
    seen.findings += [f"dark, narrow: {finding}" for finding in axe(page, LOOKS)]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        seen.faults.append("scrolls sideways at 320 px")
    # That a page has the status of an error, Chromium says too.
    seen.faults += [said for said in complaints if f"status of {seen.status}" not in said]
    return seen


def html_faults(text: str) -> list[str]:
    """Return the errors of a parser that knows HTML as browsers do."""
    parser = html5lib.HTMLParser()
    parser.parse(text)
    return [f"HTML, line {place[0]}: {code}" for place, code, _variables in parser.errors]


def axe(page: Page, rules: list[str]) -> list[str]:
    """Return what axe, loaded into the page, finds by these rules, or by all rules with these tags."""
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations'], preload: false})", rules
    )
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]


def rows(found: list[Visit]) -> Iterator[str]:
    """Yield the table, one row for a type of page: its heaviest language, all findings of the three."""
    yield "| page | KB | requests | axe findings | other faults |\n|---|--:|--:|--:|--:|"
    for name in dict.fromkeys(one.name for one in found):
        same = [one for one in found if one.name == name]
        numbers = [max(one.weight for one in same) / 1000, max(len(one.requests) for one in same)]
        numbers += [sum(len(one.findings) for one in same), sum(len(one.faults) for one in same)]
        yield f"| {name} | {numbers[0]:.1f} | {numbers[1]} | {numbers[2]} | {numbers[3]} |"


def main():
    origin = (sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000").rstrip("/")
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium, args=sandbox)
        found = list(visits(browser, origin))
        browser.close()
    print("\n".join(rows(found)))
    wrong = [f"{one.name}, {one.language}: {said}" for one in found for said in (*one.findings, *one.faults)]
    print("\n".join(wrong), file=sys.stderr)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()

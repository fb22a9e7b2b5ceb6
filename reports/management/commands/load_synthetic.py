"""Fill an empty registry with made-up records of any number."""

import time
from datetime import date

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reports import shipped
from reports.models import SyntheticDataSet
from reports.synthetic.registry import Builder

APPS = ("partners", "projects", "mobility", "reports")
EARLIEST, LATEST = date(2016, 1, 1), date(2100, 1, 1)


def whole(text):
    number = int(text)
    if number < 0:
        raise ValueError
    return number


def records_of_its_own():
    """Return ``{name of the model: number}`` of the records that the product does not ship."""
    shipped_models = {model for model, _entries in shipped.batches()}
    own = {}
    for model in (model for app in APPS for model in apps.get_app_config(app).get_models()):
        if model is SyntheticDataSet or hasattr(model, "history_id") or getattr(model, "is_summary", False):
            continue
        if model in shipped_models:
            number = len(shipped.identities(model._default_manager.all()) - shipped.shipped_identities(model))
        else:
            number = model._default_manager.count()
        if number:
            own[str(model._meta.verbose_name_plural)] = number
    return own


class Command(BaseCommand):
    """Loads the facts and a synthetic registry around them; refuses where there are records of another origin."""

    help = (
        "Fills an empty registry with made-up institutions, agreements, projects and exchanges, the same ones for the "
        "same seed, and marks it as synthetic on every page and in every file. Never mixes them into a real registry."
    )

    def add_arguments(self, parser):
        parser.add_argument("--institutions", type=whole, default=55, metavar="N", help="partners; 55 unless given")
        parser.add_argument("--agreements", type=whole, metavar="N", help="three for each institution unless given")
        parser.add_argument("--projects", type=whole, metavar="N", help="one for four institutions unless given")
        parser.add_argument("--exchanges", type=whole, metavar="N", help="fifty for each institution unless given")
        parser.add_argument("--seed", type=int, default=1, metavar="N", help="another number, another registry")
        parser.add_argument(
            "--on",
            type=date.fromisoformat,
            metavar="DATE",
            help="the day from which deadlines and states are planned, like 2017-01-31; today unless given",
        )

    def handle(self, *, institutions, agreements, projects, exchanges, seed, on, **options):
        sizes = {
            "institutions": institutions,
            "agreements": institutions * 3 if agreements is None else agreements,
            "projects": institutions // 4 if projects is None else projects,
            "exchanges": institutions * 50 if exchanges is None else exchanges,
        }
        on = on or timezone.localdate()
        if not EARLIEST <= on <= LATEST:
            raise CommandError(f"--on: the synthetic registry needs a day from {EARLIEST} to {LATEST}, not {on}.")
        if not institutions and (sizes["agreements"] or sizes["projects"]):
            raise CommandError("Agreements and projects need institutions: give --institutions.")
        if there := SyntheticDataSet.objects.first():
            self._leave_alone(there, {**sizes, "seed": seed})
            return
        if own := records_of_its_own():
            listed = ", ".join(f"{name}: {number}" for name, number in sorted(own.items()))
            raise CommandError(
                f"This registry has records of its own ({listed}), and synthetic records are never mixed with real "
                "ones. Use an empty database, like that of `make demo`."
            )
        start = time.monotonic()
        shipped.load()
        Builder(sizes, seed, on, self._report).build()
        numbers = ", ".join(f"{number:,} {name}" for name, number in sizes.items())
        self.stdout.write(f"Synthetic registry: {numbers} (seed {seed}) in {time.monotonic() - start:.0f} s.")

    def _leave_alone(self, there, wanted):
        if any(getattr(there, name) != value for name, value in wanted.items()):
            raise CommandError(
                f"This registry holds another synthetic data set (seed {there.seed}, "
                f"{there.institutions} institutions, {there.exchanges} exchanges). Use an empty database."
            )
        self.stdout.write("Synthetic registry: it is there already, nothing to load.")

    def _report(self, what, done, of):
        if self.stdout.isatty():
            self.stdout.write(f"\r\x1b[K{what}: {done:,}" + (f" of {of:,}" if of else ""), ending="")
            if done == of:
                self.stdout.write("")
            self.stdout.flush()

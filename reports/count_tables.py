"""Tables of the report that count records by what no indicator tells apart: relations, budgets by currency."""

from decimal import Decimal

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from partners.models.institution_sets import Relation
from reports.indicators import BY_KEY
from reports.report_tables import number, table, text


def relations(figures):
    """Institutions by their relation on the day; those that are not active count in no indicator."""
    [counted] = figures.numbers.partners([figures.moment])
    counted = counted["relation"]
    return table(
        "relations",
        _("Institutions by relation on the day"),
        [text("relation", _("Relation")), number("institutions", _("Institutions"))],
        [[str(relation.label), counted[relation]] for relation in Relation if relation in counted],
        empty=_("No partner institution is recorded."),
    )


def budgets(moment):
    """The budgets of the year's projects by currency; a project without a budget makes each sum “at least”."""
    rows = BY_KEY["projects_running"].rows(moment).order_by()
    found = (
        rows.values("currency")
        .order_by("currency")
        .annotate(
            projects=Count("pk"),
            **{
                f"{name}_{part}": total
                for name in ("budget", "our_share")
                for part, total in (("sum", Sum(name)), ("known", Count(name)))
            },
        )
    )
    found = list(found)
    all_projects = sum(row["projects"] for row in found)
    known = {name: sum(row[f"{name}_known"] for row in found) for name in ("budget", "our_share")}

    def money(row, name):
        value = row[f"{name}_sum"]
        whole = value if value is None or value % 1 else int(value)
        return {
            "value": float(whole) if isinstance(whole, Decimal) else whole,
            "qualifier": "at_least" if value is not None and known[name] < all_projects else "",
        }

    return table(
        "budgets",
        _("Budgets of the projects running in the year, by currency"),
        [
            text("currency", _("Currency")),
            number("projects", _("Projects")),
            number("budget", _("Budget"), qualified=True),
            number("our_share", _("Our share"), qualified=True),
        ],
        [[row["currency"] or None, row["projects"], money(row, "budget"), money(row, "our_share")] for row in found],
        empty=_("No project is recorded as running in the year."),
    )

"""Load what the product ships: classifications, lists and the 2009–2017 facts."""

from django.core.management.base import BaseCommand

from reports import shipped


class Command(BaseCommand):
    """Loads the shipped records; a second run finds nothing to do."""

    help = (
        "Loads countries, fields of education, languages, the office's lists and the department's 2009–2017 facts. "
        "Records that exist are left as they are, and what staff deleted does not come back."
    )

    def handle(self, **options):
        counts = shipped.load()
        if counts["created"]:
            line = f"Facts: {counts['created']} records created, {counts['kept']} left as they are."
        else:
            line = f"Facts: nothing to load, {counts['kept']} records left as they are."
        self.stdout.write(line)

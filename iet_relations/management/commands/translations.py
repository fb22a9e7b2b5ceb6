from django.core.management.base import BaseCommand, CommandError

from iet_relations import catalogues


class Command(BaseCommand):
    help = (
        "refresh: brings locale/<language>/LC_MESSAGES/django.po up to date with the strings of the code and the "
        "templates. check: fails with one line for each string that is missing, untranslated, a guess, or whose "
        "placeholders or plural forms do not fit."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("action", choices=["refresh", "check"])

    def handle(self, *, action, **options):
        if action == "refresh":
            for language in catalogues.translated_languages():
                messages, untranslated = catalogues.refresh(language)
                self.stdout.write(f"{language}: {messages} strings, {untranslated} to translate")
            return
        found = [
            f"{language}: {problem}"
            for language in catalogues.translated_languages()
            for problem in catalogues.problems(language)
        ]
        for line in found:
            self.stderr.write(line)
        if found:
            raise CommandError(f"The translations are not complete: {len(found)} problems.")
        self.stdout.write("The translations are complete.")

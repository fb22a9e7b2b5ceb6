import secrets

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.db import transaction


class Command(BaseCommand):
    help = (
        "Creates the administrator's account where there is no account yet, and prints its generated password. "
        "The password is shown this once and kept nowhere."
    )

    def add_arguments(self, parser):
        parser.add_argument("--username", default="admin", help="name to sign in with (admin)")

    @transaction.atomic
    def handle(self, *, username, **options):
        users = get_user_model().objects
        if users.exists():
            return
        password = secrets.token_urlsafe(12)
        users.create_superuser(username, password=password)
        self.stdout.write(f"Staff sign in at /admin/ as “{username}” with the password {password}")
        self.stdout.write("It is shown only now: change it after signing in.")

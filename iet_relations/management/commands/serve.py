import os
import sys

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = (
        "Serves the registry with gunicorn on PORT with WEB_CONCURRENCY workers, as in production; "
        "gunicorn.conf.py has the rest."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--check-config", action="store_true", help="only tell whether it could start")

    def handle(self, *, check_config, **options):
        # gunicorn reads these two by itself, without a word about values that make no sense.
        os.environ.update(PORT=str(settings.PORT), WEB_CONCURRENCY=str(settings.WEB_CONCURRENCY))
        # Threads that each have their own heaps would double the memory of a worker.
        os.environ.setdefault("MALLOC_ARENA_MAX", "1")
        # Large pieces go back to the system when they are done with; else ever larger ones are kept.
        os.environ.setdefault("MALLOC_MMAP_THRESHOLD_", "131072")
        os.environ.setdefault("MALLOC_TRIM_THRESHOLD_", "131072")
        arguments = [sys.executable, "-m", "gunicorn", "--config", str(settings.BASE_DIR / "gunicorn.conf.py")]
        os.execv(sys.executable, [*arguments, *(["--check-config"] if check_config else [])])

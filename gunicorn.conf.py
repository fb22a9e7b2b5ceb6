"""How gunicorn serves the registry: PORT and WEB_CONCURRENCY are read and checked by the settings."""

import gc
import logging
import os

from django.conf import settings
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iet_relations.settings")

wsgi_app = "iet_relations.wsgi"
bind = f"{os.environ.get('BIND_ADDRESS', '').strip() or '127.0.0.1'}:{settings.PORT}"
workers = settings.WEB_CONCURRENCY
threads = 3
worker_class = "iet_relations.serving.paced_worker.PacedWorker"
timeout = 60
graceful_timeout = 30
# Longer than a proxy keeps an idle connection, so that it never writes into one that is just being closed.
keepalive = 75
# What no browser of a visitor sends is refused before the application sees it.
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
# Workers are replaced now and then, not all at once, so that a slow leak in a library never adds up. A new one has
# to find all kept answers anew: seldom, then.
max_requests = 500_000
max_requests_jitter = 100_000
# One line says where the registry is; who visited is not logged, nor that somebody asked for a head alone.
loglevel = "error"
# What gunicorn itself has to say is JSON as well.
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "iet_relations.serving.request_log.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"gunicorn.error": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
logging.getLogger("gunicorn.http.wsgi").setLevel(logging.ERROR)
control_socket_disable = True
forwarded_allow_ips = "*" if settings.TRUST_PROXY else "127.0.0.1,::1"


def when_ready(server):
    """Say where the registry is, once it can be reached."""
    print(f"The registry is served at http://{bind}/", flush=True)


def post_worker_init(worker):
    """Load all pages before the first visitor comes, and never look through the program for what may be thrown away.

    Looking through all of it, some times a second, took a sixth of what a page costs.
    """
    get_resolver().url_patterns  # noqa: B018 - reading them imports the views
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)

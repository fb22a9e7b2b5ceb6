# What a person types. `make run` serves the registry, `make test` proves it; nothing else needs to be set up.

.PHONY: run demo test check drill bench messages lock clean
.DELETE_ON_ERROR:

PYTHON := .venv/bin/python
MANAGE := $(PYTHON) manage.py
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale*/*/LC_MESSAGES/*.po))
STATIC := $(shell find static -type f 2>/dev/null)
# More arguments for pytest: make test PYTEST_ARGS='-k reports'
PYTEST_ARGS ?= -n auto
LOCK := uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

run: .venv/run.stamp $(CATALOGUES) staticfiles/staticfiles.json
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) load_facts
	@$(MANAGE) create_first_account
	@exec $(MANAGE) serve

# As `run`, with the synthetic data set, in a database of its own beside the real one.
demo: .venv/run.stamp $(CATALOGUES) staticfiles/staticfiles.json
	@unset DATABASE_URL; export DATA_DIR="$${DATA_DIR:-var}/demo"; set -e; \
	$(MANAGE) migrate --verbosity 0; \
	$(MANAGE) load_synthetic; \
	$(MANAGE) create_first_account; \
	exec $(MANAGE) serve

# On SQLite, and again on PostgreSQL where DATABASE_URL or TEST_DATABASE_URL names a server.
test: .venv/dev.stamp $(CATALOGUES)
	@set -e; \
	case "$${DATABASE_URL:-}" in postgres*) TEST_DATABASE_URL="$${TEST_DATABASE_URL:-$$DATABASE_URL}";; esac; \
	export TEST_DATABASE_URL; unset DATABASE_URL; \
	echo "Testing on SQLite"; $(PYTHON) -m pytest $(PYTEST_ARGS); \
	if [ -n "$$TEST_DATABASE_URL" ]; then \
		echo "Testing on PostgreSQL"; DATABASE_URL="$$TEST_DATABASE_URL" $(PYTHON) -m pytest $(PYTEST_ARGS); \
	fi

# Production's environment for `check --deploy`; the key is made up for the occasion.
check: .venv/dev.stamp $(CATALOGUES)
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(MANAGE) makemigrations --check --dry-run
	$(MANAGE) translations check
	@echo "$(MANAGE) check --deploy --fail-level WARNING"
	@env -u DATABASE_URL DEBUG=false TRUST_PROXY=true ALLOWED_HOSTS=registry.example.org \
		EMAIL_URL=smtp+tls://user:password@mail.example.org:587 \
		SECRET_KEY="$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(60))')" \
		$(MANAGE) check --deploy --fail-level WARNING
	$(PYTHON) -m bandit --quiet --recursive --configfile pyproject.toml --severity-level medium .
	.venv/bin/hadolint Dockerfile
	.venv/bin/shellcheck scripts/*.sh deploy/run .ci/run
	@sh scripts/audit.sh

# Kills, restores, loses a host and the primary database, and prints what was lost: nothing. Takes some minutes.
drill: .venv/run.stamp $(CATALOGUES) staticfiles/staticfiles.json
	@$(PYTHON) scripts/drill $(DRILL)

# Costs at the size of a ministry beside a plain Django site, into docs/performance.md; BENCH=quick only tries it out.
# On PostgreSQL too where DATABASE_URL or BENCH_DATABASE_URL names a server of this machine.
bench: .venv/run.stamp $(CATALOGUES) staticfiles/staticfiles.json
	@$(PYTHON) -m scripts.bench

# Brings the .po catalogues up to date with the strings of the code and the templates.
messages: .venv/dev.stamp
	$(MANAGE) translations refresh

# The newest allowed versions into the lock files; needs uv.
lock:
	$(LOCK) requirements.in -o requirements.lock
	$(LOCK) requirements-dev.in -o requirements-dev.lock
	$(LOCK) requirements-s3.in -o requirements-s3.lock

# Everything that was made here, except var/, which holds the records.
clean:
	rm -rf .venv staticfiles locale*/*/LC_MESSAGES/*.mo .pytest_cache .ruff_cache .hypothesis

.venv/bin/python:
	@sh scripts/venv.sh

.venv/run.stamp: requirements.lock | .venv/bin/python
	@echo "Installing the dependencies"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/dev.stamp: requirements-dev.lock | .venv/bin/python
	@echo "Installing the dependencies and the tools of development"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ .venv/run.stamp

# Babel compiles them, so that no machine needs GNU gettext.
%.mo: %.po | .venv/run.stamp
	@$(PYTHON) -m babel.messages.frontend -q compile --input-file="$<" --output-file="$@"

staticfiles/staticfiles.json: .venv/run.stamp $(STATIC)
	@$(MANAGE) collectstatic --noinput --verbosity 0

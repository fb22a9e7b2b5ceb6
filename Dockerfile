# Two stages: the first builds the environment, the translations and the static files; the second runs them.
FROM python:3.13-slim-bookworm AS build

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
RUN python -m venv /venv
COPY requirements.lock requirements-s3.lock ./
# Documents in object storage: docker build --build-arg WITH_S3=1
ARG WITH_S3=
RUN /venv/bin/python -m pip install --require-hashes -r requirements.lock ${WITH_S3:+-r requirements-s3.lock}
COPY . .
RUN for catalogue in locale*/*/LC_MESSAGES/*.po; do \
        /venv/bin/pybabel -q compile --input-file "$catalogue" --output-file "${catalogue%.po}.mo" || exit 1; \
    done \
    && DATA_DIR=/tmp/build /venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && /venv/bin/python -m compileall -q /app


FROM python:3.13-slim-bookworm

# Documents, the secret key and, without DATABASE_URL, the database live in /data: mount a volume there.
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data BIND_ADDRESS=0.0.0.0 PORT=8000
RUN useradd --no-log-init --uid 10001 --home-dir /data --shell /usr/sbin/nologin relations \
    && install --directory --owner relations --group relations --mode 750 /data
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
CMD ["sh", "-c", "python manage.py migrate --verbosity 0 && python manage.py load_facts && exec python manage.py serve"]

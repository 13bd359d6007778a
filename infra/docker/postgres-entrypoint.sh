#!/bin/bash
# First start: make the database cluster, its owner and its database, run /docker-entrypoint-initdb.d; then serve.
# The variables are those of the official image: POSTGRES_PASSWORD (or POSTGRES_PASSWORD_FILE), POSTGRES_USER,
# POSTGRES_DB, POSTGRES_INITDB_ARGS, POSTGRES_HOST_AUTH_METHOD, PGDATA.
set -euo pipefail

case "${1:-}" in
  -*) set -- postgres "$@" ;;
  postgres) ;;
  *) exec "$@" ;;
esac

owner=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$owner}
# The official image's folder, and the one in which this build's own psql looks when it is given no host.
sockets=/var/run/postgresql,/tmp
method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
password=${POSTGRES_PASSWORD:-}
if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then
  password=$(cat "$POSTGRES_PASSWORD_FILE")
fi

as_owner() {
  psql -v ON_ERROR_STOP=1 --quiet --no-psqlrc --username="$owner" "$@"
}

make_cluster() {
  local with_password=()
  [ -z "$password" ] || with_password=(--pwfile=/dev/stdin)
  # shellcheck disable=SC2086 # POSTGRES_INITDB_ARGS holds several arguments
  initdb --pgdata="$PGDATA" --username="$owner" "${with_password[@]}" --encoding=UTF8 --locale=C.UTF-8 \
    --auth-local=trust --auth-host="$method" ${POSTGRES_INITDB_ARGS:-} <<< "$password"
  printf 'host all all all %s\n' "$method" >> "$PGDATA/pg_hba.conf"
  printf "listen_addresses = '*'\nunix_socket_directories = '%s'\n" "$sockets" >> "$PGDATA/postgresql.conf"
}

run_first_scripts() {
  local script
  for script in /docker-entrypoint-initdb.d/*; do
    case "$script" in
      *.sql) as_owner --dbname="$database" --file="$script" ;;
      *.sh) POSTGRES_USER=$owner POSTGRES_DB=$database bash "$script" ;;
    esac
  done
}

# A first start that was broken off is done again from nothing: half a database would look like a whole one.
unfinished=$PGDATA.unfinished
if [ -e "$unfinished" ]; then
  find "$PGDATA" -mindepth 1 -delete
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  if [ -z "$password" ] && [ "$method" != trust ]; then
    echo "POSTGRES_PASSWORD is empty; a new database needs one. Set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE." >&2
    exit 1
  fi
  mkdir -p "$PGDATA"
  touch "$unfinished"
  make_cluster
  pg_ctl --pgdata="$PGDATA" --wait --silent --options="-c listen_addresses=''" start
  if [ "$database" != postgres ]; then
    as_owner --dbname=postgres -v name="$database" <<< 'CREATE DATABASE :"name";'
  fi
  run_first_scripts
  pg_ctl --pgdata="$PGDATA" --wait --silent --mode=fast stop
  rm "$unfinished"
fi

unset POSTGRES_PASSWORD password
exec "$@"

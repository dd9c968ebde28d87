# shellcheck shell=bash
# PostgreSQL: a private server in .odoo/pg, or the one that LIFECYCLE_PG_HOST names.
# The private one listens on 127.0.0.1 only, and asks for a generated password.

PG_ROLE=odoo

start_postgres() {
    if [[ ${LIFECYCLE_PG_HOST:-} ]]; then
        PG_HOST=$LIFECYCLE_PG_HOST
        PG_PORT=${LIFECYCLE_PG_PORT:-5432}
        PG_USER=${LIFECYCLE_PG_USER:-$RUN_USER}
        PG_PASSWORD=${LIFECYCLE_PG_PASSWORD:-}
        write_pgpass
        sql postgres -c 'SELECT 1' >/dev/null || die "cannot log in to PostgreSQL at $PG_HOST:$PG_PORT"
        return
    fi
    PG_HOST=127.0.0.1
    PG_USER=$PG_ROLE
    PG_DATA=$STATE/pg/data
    [[ -d $PG_DATA ]] || init_postgres
    check_pg_version
    PG_PASSWORD=$(cat "$STATE/pg/password")
    if pg_ctl status >/dev/null; then
        PG_PORT=$(cat "$STATE/pg/port")
        write_pgpass
        return
    fi
    PG_PORT=$(cat "$STATE/pg/port" 2>/dev/null || echo 55432)
    PG_PORT=$(free_port "$PG_PORT")
    echo "$PG_PORT" >"$STATE/pg/port"
    write_pgpass
    logged pg_ctl pg_ctl -w -t 60 -l "$LOGS/postgres.log" \
        -o "-p $PG_PORT -c shared_buffers=$(shared_buffers)" start ||
        die "PostgreSQL does not start, see $LOGS/postgres.log"
    PG_USER=postgres sql postgres -c "SELECT 1 FROM pg_roles WHERE rolname = '$PG_ROLE'" |
        grep -q 1 || create_role
}

# A sixteenth of the memory, and 1 GB at most: other servers and Odoo want some, too.
shared_buffers() {
    awk '/^MemTotal:/ { mb = int($2 / 16384) }
        END { print (mb < 128 ? 128 : mb > 1024 ? 1024 : mb) "MB" }' /proc/meminfo
}

# Not while somebody else, a test run say, works with it.
stop_postgres() {
    local others
    PG_DATA=$STATE/pg/data
    if [[ ${LIFECYCLE_PG_HOST:-} || ! -d $PG_DATA ]] || ! find_pg_bin || ! pg_ctl status >/dev/null; then
        return
    fi
    PG_HOST=127.0.0.1 PG_PORT=$(cat "$STATE/pg/port") PG_USER=postgres
    others=$(sql postgres -c "SELECT count(*) FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")
    if ((others)); then
        say "PostgreSQL keeps running: $others connections are open."
        return
    fi
    logged pg_ctl pg_ctl -w -m fast stop
}

# pg_ctl knows its own server by the data folder.
pg_ctl() { as_user "$PG_BIN/pg_ctl" -D "$PG_DATA" "$@"; }

# A cluster made by one major version cannot be read by another.
check_pg_version() {
    local made
    made=$(cat "$PG_DATA/PG_VERSION")
    [[ -x /usr/lib/postgresql/$made/bin/pg_ctl ]] && PG_BIN=/usr/lib/postgresql/$made/bin
    "$PG_BIN/postgres" --version | grep -q " $made\." ||
        die "$PG_DATA was made by PostgreSQL $made, which is gone; remove $STATE/pg and run again"
}

init_postgres() {
    local new=$PG_DATA.partial
    step "Creating a private PostgreSQL server"
    rm -rf "$new"
    random_word | as_user sh -c 'umask 077 && cat >pg/password'
    logged initdb as_user "$PG_BIN/initdb" -D "$new" -U postgres -E UTF8 --locale=C.UTF-8 \
        --auth=scram-sha-256 --pwfile="$STATE/pg/password" || die "initdb failed"
    as_user tee -a "$new/postgresql.conf" >/dev/null <<'END'

listen_addresses = '127.0.0.1'
unix_socket_directories = ''
# Fast rather than safe from power cuts: all of this can be built again.
fsync = off
synchronous_commit = off
full_page_writes = off
# Installing Odoo in several databases at once takes a lock for each table of each.
max_locks_per_transaction = 512
END
    as_user mv "$new" "$PG_DATA"
}

# So that a password is never on a command line, where others could see it.
write_pgpass() {
    printf '%s:%s:*:*:%s\n' "$PG_HOST" "$PG_PORT" "$PG_PASSWORD" |
        as_user sh -c 'umask 077 && cat >home/.pgpass'
}

# The role that Odoo uses is no superuser, as in production.
create_role() {
    local password
    password=$(cat "$STATE/pg/password")
    PG_USER=postgres sql postgres >/dev/null <<END
CREATE ROLE $PG_ROLE LOGIN CREATEDB PASSWORD '$password';
GRANT pg_monitor, pg_signal_backend TO $PG_ROLE;
END
}

# sql DATABASE ARGUMENT…: psql for scripts, as Odoo's role.
sql() {
    local database=$1
    shift
    as_user psql -h "$PG_HOST" -p "$PG_PORT" -U "$PG_USER" -d "$database" \
        -XqAt -v ON_ERROR_STOP=1 "$@"
}

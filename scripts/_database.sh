# shellcheck shell=bash
# Databases: a template with the addon's dependencies installed, and copies of it.

# Before the addon has a manifest, or to keep these installed whatever it says.
DEFAULT_DEPENDS="calendar crm mass_mailing mass_mailing_sms portal rating sale_loyalty sale_management survey"

addon_depends() {
    if [[ ! -f $ROOT/__manifest__.py ]]; then
        echo "$DEFAULT_DEPENDS"
        return
    fi
    "$PYTHON" - "$ROOT/__manifest__.py" <<'END'
import ast, sys
print(*sorted(ast.literal_eval(open(sys.argv[1]).read())["depends"]))
END
}

database_exists() {
    sql postgres -c "SELECT 1 FROM pg_database WHERE datname = '$1'" | grep -q 1
}

drop_database() {
    as_user env PGOPTIONS='-c client_min_messages=warning' \
        dropdb -h "$PG_HOST" -p "$PG_PORT" -U "$PG_USER" --if-exists --force "$1"
    rm -rf "$STATE/data/filestore/${1:?}"
}

# rename_database FROM TO: its files first, so that a database of the new name is whole.
rename_database() {
    local files=$STATE/data/filestore
    rm -rf "${files:?}/$2"
    [[ ! -d $files/$1 ]] || mv "$files/$1" "$files/$2"
    sql postgres -c "ALTER DATABASE \"$1\" RENAME TO \"$2\""
}

create_database() {
    drop_database "$1"
    as_user createdb -h "$PG_HOST" -p "$PG_PORT" -U "$PG_USER" -T template0 -E UTF8 \
        --lc-collate=C --lc-ctype=C.UTF-8 "$1"
}

# copy_template NAME [TEMPLATE]: a new database with the dependencies. Files of the
# filestore never change once written, so links will do.
copy_template() {
    local files=$STATE/data/filestore from=${2:-$TEMPLATE}
    drop_database "$1"
    as_user createdb -h "$PG_HOST" -p "$PG_PORT" -U "$PG_USER" -T "$from" "$1"
    [[ ! -d $files/$from ]] || as_user cp -al "$files/$from" "$files/$1"
}

# install_modules NAME MODULES: into an existing database; installs base when it is empty.
install_modules() {
    logged "install-$1" odoo server -c "$CONFIG" -d "$1" -i "$2" \
        --stop-after-init --no-http --log-level=info
}

# Left by a run that was killed: their names end in the number of a process that is gone.
drop_stale_databases() {
    local name
    if [[ ${LIFECYCLE_PG_HOST:-} ]]; then return; fi # may serve other machines
    for name in $(sql postgres -c "SELECT datname FROM pg_database
        WHERE datname ~ '^${ADDON}_(apps|test|lint)_[0-9]+$'"); do
        [[ -d /proc/${name##*_} ]] || drop_database "$name"
    done
}

# Sets TEMPLATE to a database with all dependencies, made when it is missing.
prepare_template() { with_lock prepare_template_locked; }

prepare_template_locked() {
    local depends other
    depends=$(addon_depends)
    TEMPLATE=${ADDON}_template_$(printf '%s %s' "$ODOO_VERSION" "$depends" | sha256sum | cut -c1-10)
    if database_exists "$TEMPLATE" && [[ -z ${FRESH:-} ]]; then return; fi
    step "Installing the modules that the addon builds on (about a minute)"
    for other in $(sql postgres -c "SELECT datname FROM pg_database WHERE datname LIKE '${ADDON}_template_%'"); do
        drop_database "$other"
    done
    create_database "${TEMPLATE}_new"
    install_modules "${TEMPLATE}_new" "${depends// /,}" || die "Odoo could not install $depends"
    rename_database "${TEMPLATE}_new" "$TEMPLATE"
    # Nobody may connect: a copy needs a template that is not in use.
    sql postgres -c "ALTER DATABASE \"$TEMPLATE\" ALLOW_CONNECTIONS false"
}

# Apps that the addon uses when they are there, and never needs.
OPTIONAL_APPS="point_of_sale website_sale"

# Sets OPTIONAL to a database with the dependencies and the optional apps.
prepare_optional() { with_lock prepare_optional_locked; }

prepare_optional_locked() {
    local other
    OPTIONAL=${ADDON}_optional_$(printf '%s %s' "$TEMPLATE" "$OPTIONAL_APPS" | sha256sum | cut -c1-10)
    if database_exists "$OPTIONAL" && [[ -z ${FRESH:-} ]]; then return; fi
    step "Installing the optional apps (about a minute)"
    for other in $(sql postgres -c "SELECT datname FROM pg_database WHERE datname LIKE '${ADDON}_optional_%'"); do
        drop_database "$other"
    done
    copy_template "${OPTIONAL}_new"
    install_modules "${OPTIONAL}_new" "${OPTIONAL_APPS// /,}" || die "Odoo could not install $OPTIONAL_APPS"
    rename_database "${OPTIONAL}_new" "$OPTIONAL"
    sql postgres -c "ALTER DATABASE \"$OPTIONAL\" ALLOW_CONNECTIONS false"
}

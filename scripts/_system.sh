# shellcheck shell=bash
# The machine: who runs things, where they lie, which packages and Python there are.

is_root() { ((EUID == 0)); }

# The ordinary user that Odoo and PostgreSQL run as.
pick_user() {
    if ! is_root; then
        RUN_USER=$(id -un)
        return
    fi
    RUN_USER=${SUDO_USER:-}
    if [[ -z $RUN_USER ]] || (($(id -u "$RUN_USER" 2>/dev/null || echo 0) == 0)); then
        RUN_USER=contact-lifecycle
        id -u "$RUN_USER" >/dev/null 2>&1 ||
            useradd --system --user-group --no-create-home \
                --home-dir /nonexistent --shell /usr/sbin/nologin "$RUN_USER"
    fi
}

# as_user COMMAND…: run as that user, at home in the state folder, with the addon's
# Python path. Python's byte code goes to the state folder too: the cache belongs to
# root, and the checkout stays clean.
as_user() {
    local drop=()
    if is_root; then
        drop=(setpriv "--reuid=$RUN_USER" "--regid=$(id -g "$RUN_USER")" --init-groups)
    fi
    (
        cd "$STATE" || exit
        # `exec`: a signal to the child reaches the command itself.
        exec "${drop[@]}" env -u XDG_CACHE_HOME -u XDG_CONFIG_HOME -u XDG_RUNTIME_DIR \
            HOME="$STATE/home" USER="$RUN_USER" LOGNAME="$RUN_USER" \
            PATH="$USER_PATH" LC_ALL=C.UTF-8 TZ=UTC \
            PYTHONPATH="${ODOO_PATH:-}" PYTHONPYCACHEPREFIX="$STATE/pycache" \
            ODOO_RC="$STATE/odoo.conf" \
            PYTHONUNBUFFERED=1 HYPOTHESIS_STORAGE_DIRECTORY="$STATE/home/hypothesis" \
            PGPASSFILE="$STATE/home/.pgpass" "$@"
    )
}

# What a root shell has in its PATH may be closed to others.
USER_PATH=$PATH
is_root && USER_PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin

# STATE is .odoo of the checkout. When that lies where the user cannot go (/root), it
# is a link to a folder in /var/lib, and Odoo reads a copy of the addon from there.
prepare_state() {
    pick_user
    STATE=$ROOT/.odoo
    if is_root && ! setpriv "--reuid=$RUN_USER" --clear-groups \
        "--regid=$(id -g "$RUN_USER")" test -x "$SCRIPTS" -a -r "$SCRIPTS/_lib.sh"; then
        local away
        away=/var/lib/$ADDON-$(printf %s "$ROOT" | sha256sum | cut -c1-12)
        if [[ -d $STATE && ! -L $STATE ]]; then
            die "$STATE belongs to another set-up; remove it and run again"
        fi
        mkdir -p "$away"
        ln -sfn "$away" "$STATE"
        STATE=$away
        ADDON_IS_COPY=1
    fi
    if [[ -d $STATE/data ]]; then
        keep_owner "$(stat -c %U "$STATE/data")"
    fi
    LOGS=$STATE/log
    mkdir -p "$STATE"/{addons,build,data,home,log,pg,pycache,run}
    chmod 0700 "$STATE"/{data,home,log,pg,run}
    if is_root; then
        chown "$RUN_USER:" "$STATE" "$STATE"/{data,home,log,pg,pycache,run}
        at_exit give_back
    fi
    if is_root; then CACHE=/var/cache/$ADDON; else CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/$ADDON; fi
    CACHE=${LIFECYCLE_CACHE:-$CACHE}
    mkdir -p "$CACHE"
}

# What root wrote here, the user must be able to write again without root.
give_back() {
    if [[ -e $STATE/lock ]]; then chown -Rh "$RUN_USER:" "$STATE"/{addons,lock,log,run}; fi
}

# What one user began another cannot go on with.
keep_owner() {
    if is_root; then
        RUN_USER=$1
    elif [[ $1 != "$RUN_USER" ]]; then
        die "$STATE was made by $1: run this as that user, or remove the folder"
    fi
}

# Files of the addon: what git knows, and what it would not ignore.
addon_files() {
    if git -C "$ROOT" -c safe.directory='*' rev-parse >/dev/null 2>&1; then
        git -C "$ROOT" -c safe.directory='*' ls-files -z --cached --others --exclude-standard |
            sort -zu | while IFS= read -rd '' file; do
                if [[ -f $ROOT/$file ]]; then printf '%s\0' "$file"; fi
            done
    else
        (cd "$ROOT" && find . \( -name .odoo -o -name .git -o -name node_modules \) -prune \
            -o -type f -print0 | sort -z)
    fi
}

# Changes when something does that an installed addon must be updated for.
addon_hash() {
    (cd "$ROOT" && addon_files | grep -zvE '^(\.ci|docs|scripts|tests)/|\.md$' |
        xargs -0 sha256sum | sha256sum | cut -c1-64)
}

# .odoo/addons/contact_lifecycle: a folder of links to what is in the checkout (one link
# to all of it would hold itself, and Odoo walks along links), or a fresh copy of it.
refresh_addon() {
    ADDON_DIR=$STATE/addons/$ADDON
    if [[ ${ADDON_IS_COPY:-} ]]; then copy_addon; else link_addon; fi
}

link_addon() {
    local path
    if [[ -L $ADDON_DIR ]]; then rm "$ADDON_DIR"; fi
    mkdir -p "$ADDON_DIR"
    for path in "$ADDON_DIR"/*; do
        [[ -e $path || ! -L $path ]] || rm "$path"
    done
    for path in "$ROOT"/*; do
        [[ -e $ADDON_DIR/${path##*/} ]] || ln -s "$path" "$ADDON_DIR/"
    done
}

# Not while nothing has changed: a test run may be reading it.
copy_addon() {
    local stamp
    stamp=$(cd "$ROOT" && addon_files | xargs -0 sha256sum | sha256sum)
    if [[ -d $ADDON_DIR && $stamp == "$(cat "$STATE/addons.stamp" 2>/dev/null)" ]]; then return; fi
    rm -rf "$STATE/addons.new"
    mkdir -p "$STATE/addons.new"
    (cd "$ROOT" && addon_files | tar -c --null -T - --mode=u+rw,go+rX) | tar -x -C "$STATE/addons.new"
    rm -rf "$ADDON_DIR"
    mv "$STATE/addons.new" "$ADDON_DIR"
    echo "$stamp" >"$STATE/addons.stamp"
}

# Debian packages

# apt_install PACKAGE…: with apt when we may, else say what is missing.
apt_install() {
    command -v apt-get >/dev/null || die "please install: $* (Debian's names)"
    become_root || die "please install as root: apt-get install $*"
    step "Installing $*"
    if apt_get install "$@" || { apt_get update && apt_get install "$@"; }; then
        return
    fi
    tail -n 30 "$LOGS/apt.log" >&2
    die "apt could not install: $*"
}

apt_get() {
    local options=()
    if [[ $1 == install ]]; then options=(-y --no-install-recommends); fi
    "${SUDO[@]}" env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" "$@" \
        >>"$LOGS/apt.log" 2>&1 9>&-
}

# SUDO is the prefix that makes a command run as root; fails when there is none.
become_root() {
    SUDO=()
    is_root && return
    SUDO=(sudo)
    command -v sudo >/dev/null && { [[ -t 0 ]] || sudo -n true 2>/dev/null; }
}

# The folder of PostgreSQL's server programs, newest version first.
find_pg_bin() {
    local folder
    for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV) \
        "$(dirname "$(command -v initdb || echo /nowhere/x)")"; do
        if [[ -x $folder/initdb && -x $folder/pg_ctl ]]; then
            PG_BIN=$folder
            return 0
        fi
    done
    return 1
}

need_postgres() {
    if [[ ${LIFECYCLE_PG_HOST:-} ]]; then
        command -v psql >/dev/null || apt_install postgresql-client
        PG_BIN=$(dirname "$(command -v psql)")
    elif ! find_pg_bin; then
        install_postgresql
        find_pg_bin || die "PostgreSQL was installed, but its initdb is not to be found"
    fi
}

# Debian's package starts a server of its own unless told otherwise beforehand.
install_postgresql() {
    local folder=/etc/postgresql-common
    if become_root && [[ ! -e $folder ]]; then
        "${SUDO[@]}" mkdir -p "$folder/createcluster.d"
        echo 'create_main_cluster = false' |
            "${SUDO[@]}" tee "$folder/createcluster.d/no-main-cluster.conf" >/dev/null
    fi
    apt_install postgresql
}

# CHROME: a browser for the tests, installed when we may.
find_chrome() {
    local name
    for name in ${CHROME_BIN:-google-chrome google-chrome-stable chromium chromium-browser}; do
        CHROME=$(command -v "$name" || true)
        if [[ $CHROME ]] && as_user "$CHROME" --version >/dev/null 2>&1; then
            return 0
        fi
    done
    CHROME=
    return 1
}

# In a subshell, for `apt_install` ends the script when it fails.
need_chrome() {
    find_chrome || { (apt_install chromium fonts-liberation) && find_chrome; }
}

# Python

python_works() {
    as_user "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' \
        >/dev/null 2>&1
}

find_python() {
    local name path
    if [[ ${LIFECYCLE_PYTHON:-} ]]; then
        PYTHON=$LIFECYCLE_PYTHON
        python_works "$PYTHON" || die "LIFECYCLE_PYTHON=$PYTHON is not a Python 3.10 to 3.13 with venv that $RUN_USER can run"
        return
    fi
    for name in python3 python3.13 python3.12 python3.11 python3.10; do
        for path in "/usr/bin/$name" "$(command -v "$name" || true)"; do
            if [[ -x $path ]] && python_works "$path"; then
                PYTHON=$path
                return
            fi
        done
    done
    return 1
}

prepare_python() {
    find_python && return
    apt_install python3 python3-venv
    find_python || die "no Python 3.10 to 3.13 with venv here; set LIFECYCLE_PYTHON"
}

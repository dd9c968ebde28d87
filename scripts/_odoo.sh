# shellcheck shell=bash
# Odoo itself: its source, its Python environment, its configuration file.

ODOO_DEB=19.0.0+dfsg-1 # the version of Debian's package this was tested with
ODOO_SUITE=sid         # where Debian keeps it, unless your own release has it

# Static files that Odoo's package only links to. Its icons want Font Awesome 4.7,
# which Debian replaced after the release named here.
ODOO_ASSETS=(libjs-jquery libjs-jquery-form libjs-underscore fonts-roboto-unhinted
    fonts-montserrat fonts-inconsolata fonts-ocr-b fonts-glyphicons-halflings)
ICONS_PACKAGE=fonts-font-awesome
ICONS_SUITE=bookworm

# built NAME FUNCTION: sets BUILT to the folder of that name in the cache; when it is
# missing, FUNCTION FOLDER makes it. With FRESH the cache is not used, and the folder is
# made anew in .odoo/build. Built aside, then renamed: what bears the name is complete.
built() {
    local name=$1 home=$CACHE partial
    if [[ ${FRESH:-} || -e $STATE/build/$name ]]; then home=$STATE/build; fi
    BUILT=$home/$name
    [[ -z ${FRESH:-} && -e $BUILT ]] && return
    exec 8>>"$home/.lock"
    flock 8
    if [[ ${FRESH:-} || ! -e $BUILT ]]; then
        rm -rf "$home/$name".partial.* "$home/$name".old
        partial=$BUILT.partial.$$
        mkdir -p "$partial"
        at_exit rm -rf "$partial"
        "$2" "$partial"
        [[ ! -e $BUILT ]] || mv "$BUILT" "$BUILT.old"
        mv "$partial" "$BUILT"
        rm -rf "$BUILT.old"
    fi
    exec 8>&-
}

# ODOO_PATH: the folder to put in PYTHONPATH; ODOO_ADDONS: more folders of addons.
prepare_odoo() {
    if [[ ${LIFECYCLE_ODOO:-} ]]; then
        use_given_odoo
    else
        built "odoo-$ODOO_DEB" unpack_odoo
        ODOO_PATH=$BUILT/usr/lib/python3/dist-packages
        ODOO_ADDONS=
    fi
    ODOO_VERSION=$(sed -n 's/^version_info = (\(.*\), *FINAL.*/\1/p' "$ODOO_PATH/odoo/release.py" | tr -d ' ' | tr , .)
    [[ $ODOO_VERSION == 19.* ]] ||
        die "this addon needs Odoo 19, but $ODOO_PATH is ${ODOO_VERSION:-not a release of Odoo}"
}

use_given_odoo() {
    if [[ -f $LIFECYCLE_ODOO/odoo-bin ]]; then
        ODOO_PATH=$(cd "$LIFECYCLE_ODOO" && pwd)
        ODOO_ADDONS=$ODOO_PATH/addons
        return
    fi
    local command python package
    command=$(command -v "$LIFECYCLE_ODOO") ||
        die "LIFECYCLE_ODOO=$LIFECYCLE_ODOO is neither a folder with odoo-bin nor a command"
    python=$(sed -n '1s/^#! *//p' "$command")
    package=$($python -c 'import odoo; print(list(odoo.__path__)[0])') ||
        die "cannot find the Odoo that belongs to $command"
    # Only the package itself, not all else that lies beside it.
    mkdir -p "$STATE/build/given"
    ln -sfn "$package" "$STATE/build/given/odoo"
    ODOO_PATH=$STATE/build/given
    ODOO_ADDONS=
}

# unpack_odoo FOLDER: fetch Debian's package with a private apt, which does not mix
# releases on the machine, and checks signatures as always; unpack it into the folder.
unpack_odoo() {
    local folder=$1 deb
    if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
        die "without apt, set LIFECYCLE_ODOO to an Odoo 19 of yours"
    fi
    mkdir -p "$folder/apt/lists/partial" "$folder/apt/archives/partial" "$folder/deb"
    step "Fetching Odoo (about 130 MB)"
    write_private_apt "$folder/apt"
    export APT_CONFIG=$folder/apt/apt.conf
    logged apt-update apt-get -o APT::Update::Error-Mode=any update || die "cannot read the package lists of the Debian mirror"
    (cd "$folder/deb" && download_debs) || die "cannot fetch Odoo's packages"
    step "Unpacking Odoo"
    for deb in "$folder"/deb/*.deb; do
        logged unpack dpkg-deb -x "$deb" "$folder" || die "cannot unpack $deb"
    done
    unset APT_CONFIG
    rm -rf "$folder/apt" "$folder/deb"
    mend_odoo "$folder/usr"
}

write_private_apt() {
    local mirror suite=$ODOO_SUITE keyring signed='' codename
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    if APT_CONFIG='' apt-cache show odoo-19 >/dev/null 2>&1; then
        suite=$codename
    fi
    mirror=$(debian_mirror "$codename")
    [[ $(echo /usr/share/keyrings/debian-archive-keyring.*) != *'*' ]] || apt_install debian-archive-keyring
    for keyring in /usr/share/keyrings/debian-archive-keyring.{pgp,gpg}; do
        if [[ -e $keyring ]]; then
            signed="[signed-by=$keyring]"
            break
        fi
    done
    printf 'deb %s %s %s main\n' "$signed" "$mirror" "$suite" "$signed" "$mirror" "$ICONS_SUITE" \
        >"$1/sources.list"
    cat >"$1/apt.conf" <<END
Dir::Etc::sourcelist "$1/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::Lists "$1/lists";
Dir::Cache::archives "$1/archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
APT::Sandbox::User "root";
Acquire::Languages "none";
// A pinned version may come from a mirror that stands still; signatures are checked.
Acquire::Check-Valid-Until "false";
END
}

# The mirror this machine uses itself, whatever the format of its sources.
debian_mirror() {
    if [[ ${LIFECYCLE_DEBIAN_MIRROR:-} ]]; then
        echo "$LIFECYCLE_DEBIAN_MIRROR"
        return
    fi
    if [[ $(. /etc/os-release && echo "$ID") == debian ]]; then
        apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' |
            awk -v release="$1" '$3 == "main" && ($2 == release ||
                $2 ~ /^(stable|oldstable|testing|unstable|sid)$/) { print $1; exit }'
    fi | grep . || die "this machine's apt does not offer Debian: set LIFECYCLE_DEBIAN_MIRROR, or LIFECYCLE_ODOO"
}

download_debs() {
    if ! logged apt-odoo apt-get download "odoo-19=$ODOO_DEB" 2>/dev/null; then
        local found
        found=$(apt-cache show --no-all-versions odoo-19 | sed -n 's/^Version: //p')
        [[ $found == 19.0.* ]] ||
            die "the mirror has no odoo-19 $ODOO_DEB any more (but: ${found:-none}); set LIFECYCLE_ODOO"
        warn "the mirror has odoo-19 $found; tested was $ODOO_DEB"
        logged apt-odoo apt-get download odoo-19 || return
    fi
    logged apt-assets apt-get download "${ODOO_ASSETS[@]}" "$ICONS_PACKAGE/$ICONS_SUITE"
}

# What the package still lacks.
mend_odoo() {
    local addons=$1/lib/python3/dist-packages/odoo/addons
    local segmentation=$addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js
    local font=$1/share/fonts/truetype/inconsolata/Inconsolata.otf
    # Every backend page loads this file, and tours fail when a page misses one.
    if [[ ! -e $segmentation ]]; then
        mkdir -p "$(dirname "$segmentation")"
        echo '// Background blur in calls; not part of the Debian package.' >"$segmentation"
    fi
    # The point of sale looks for the font where it used to lie.
    if [[ ! -e $font ]]; then
        mkdir -p "$(dirname "$font")"
        ln -s ../../opentype/inconsolata/Inconsolata-Regular.otf "$font"
    fi
}

# VENV: Python packages of Odoo and of the tests, as locked in requirements-odoo.txt.
prepare_venv() {
    local lock version
    lock=$(sha256sum <"$SCRIPTS/requirements-odoo.txt" | cut -c1-12)
    version=$("$PYTHON" -c 'import platform; print(platform.python_version())')
    built "venv-$version-$lock" build_venv
    VENV=$BUILT
}

build_venv() {
    step "Installing Odoo's Python packages (Python $version)"
    make_venv "$1" "$SCRIPTS/requirements-odoo.txt"
}

# make_venv FOLDER REQUIREMENTS: called with a temporary folder, which is renamed:
# nothing may call the scripts in its bin/, only `python -m`.
make_venv() {
    rm -rf "$1"
    logged venv "$PYTHON" -m venv "$1" || die "cannot make a Python environment"
    logged pip "$1/bin/python" -m pip install --no-input --disable-pip-version-check \
        --require-hashes --no-compile -r "$2" || die "cannot install the Python packages"
}

# One configuration file for all; database and port are given on the command line.
write_config() {
    CONFIG=$STATE/odoo.conf
    local passwd=$STATE/run/admin-password content
    [[ -s $passwd ]] || random_word >"$passwd"
    content="[options]
addons_path = ${ODOO_ADDONS:+$ODOO_ADDONS,}$STATE/addons
admin_passwd = $(cat "$passwd")
data_dir = $STATE/data
db_host = $PG_HOST
db_port = $PG_PORT
db_user = $PG_USER
db_password = $PG_PASSWORD
http_interface = 127.0.0.1
list_db = False
max_cron_threads = 1
proxy_mode = False
smtp_port = 1025
smtp_server = 127.0.0.1
workers = 0"
    if [[ ! -e $CONFIG || $(cat "$CONFIG") != "$content" ]]; then
        (umask 077 && printf '%s\n' "$content" >"$CONFIG.new")
        if is_root; then chown "$RUN_USER:" "$CONFIG.new"; fi
        mv "$CONFIG.new" "$CONFIG"
    fi
}

random_word() { head -c 24 /dev/urandom | base64 | tr -d '/+='; }

odoo() { as_user "$VENV/bin/python" -m odoo "$@"; }

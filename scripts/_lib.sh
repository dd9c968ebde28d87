# shellcheck shell=bash
# Shared by every script of this folder: `source "$(dirname "$0")/_lib.sh"`.
#
# Everything the scripts make lives in `.odoo/` of the checkout (git-ignored), and in
# a cache that other checkouts of the same user share.  What you have already can be
# used instead:
#
#   variable                    meaning                                 default
#   LIFECYCLE_ODOO              Odoo 19: a source tree with odoo-bin,   Debian's package, unpacked
#                               or an `odoo` command                    in the cache
#   LIFECYCLE_PYTHON            Python 3.10 to 3.13                     the first one that works
#   LIFECYCLE_PG_HOST           a PostgreSQL server of yours            a private one in .odoo/
#   LIFECYCLE_PG_PORT           its port                                5432
#   LIFECYCLE_PG_USER           a role that may create databases        your login name
#   LIFECYCLE_PG_PASSWORD       its password                            none
#   LIFECYCLE_HTTP_PORT         port of the demo                        8069
#   LIFECYCLE_CACHE             cache folder                            ~/.cache/contact_lifecycle,
#                                                                       root: /var/cache/contact_lifecycle
#   LIFECYCLE_DEBIAN_MIRROR     a Debian mirror, for systems whose      the machine's own mirror
#                               apt does not offer Debian
#   CHROME_BIN                  Chromium or Chrome for browser tests    chromium, google-chrome
#
# Odoo and PostgreSQL never run as root.  A root shell gives them the user who called
# sudo, or else a system user named contact-lifecycle.

set -euo pipefail
umask 022

ADDON=contact_lifecycle
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
SCRIPTS=$ROOT/scripts

# shellcheck source=scripts/_run.sh
source "$SCRIPTS/_run.sh"
# shellcheck source=scripts/_system.sh
source "$SCRIPTS/_system.sh"
# shellcheck source=scripts/_odoo.sh
source "$SCRIPTS/_odoo.sh"
# shellcheck source=scripts/_postgres.sh
source "$SCRIPTS/_postgres.sh"
# shellcheck source=scripts/_database.sh
source "$SCRIPTS/_database.sh"

# Bring up all that a script with a database needs. FRESH=1 ignores the cache.
prepare() {
    prepare_state
    with_lock prepare_locked
}

prepare_locked() {
    prepare_tools
    prepare_odoo
    need_postgres
    start_postgres
    write_config
}

# What is enough for scripts without a database.
prepare_tools() {
    command -v git >/dev/null || apt_install git
    prepare_python
    prepare_venv
    refresh_addon
}

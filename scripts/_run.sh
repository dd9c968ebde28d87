# shellcheck shell=bash
# Talking to the person at the terminal, running commands, cleaning up.

say() { printf '%s\n' "$*"; }
warn() { printf 'Warning: %s\n' "$*" >&2; }
die() {
    printf 'Error: %s\n' "$*" >&2
    exit 1
}

# The comment block at the top of a script is its --help.
show_help() { sed -n '2,/^$/{/^#/s/^# \{0,1\}//p}' "$0"; }

# A heading with the seconds since the script began.
step() { printf '[%4ds] %s\n' "$SECONDS" "$*"; }

# at_exit COMMAND…: for clean-up, last registered first, on every way out.
CLEANUPS=()
CHILD=
at_exit() { CLEANUPS=("$(printf '%q ' "$@")" "${CLEANUPS[@]}"); }
run_cleanups() {
    local status=$? command
    trap - EXIT
    trap '' INT TERM HUP
    stop_child
    for command in "${CLEANUPS[@]}"; do eval "$command" || true; done
    exit "$status"
}
trap run_cleanups EXIT
# What nobody foresaw must not end a script without a word.
set -o errtrace
trap 'warn "${BASH_SOURCE[0]##*/}, line $LINENO, failed: $BASH_COMMAND"' ERR
trap 'say; say "Interrupted. Run the same command again to go on."; exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# Long commands run in a process group of their own (`set -m`), so that one signal
# ends all of it, and a signal to the script alone is acted on at once.
start_child() {
    set -m
    "$@" </dev/null 8>&- 9>&- &
    CHILD=$!
    set +m
}

stop_child() {
    [[ $CHILD ]] || return 0
    kill -TERM -- "-$CHILD" 2>/dev/null || true
    for _ in {1..100}; do
        kill -0 -- "-$CHILD" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL -- "-$CHILD" 2>/dev/null || true
    CHILD=
}

# wait_child SECONDS: exit status of the child; a sign of life every so many seconds.
wait_child() {
    local status=0 begun=$SECONDS sign=$1
    while kill -0 "$CHILD" 2>/dev/null; do
        sleep 0.2 8>&- 9>&-
        ((SECONDS - begun < sign)) && continue
        printf '        … still at it after %ds\n' "$sign"
        sign=$((sign + $1))
    done
    wait "$CHILD" || status=$?
    CHILD=
    return "$status"
}

# logged NAME COMMAND…: output goes to .odoo/log/NAME.log; its end is shown on failure.
logged() {
    local log=$LOGS/$1.log status=0
    shift
    start_child "$@" >"$log" 2>&1
    wait_child 30 || status=$?
    if ((status)); then
        say "---- last lines of $log" >&2
        tail -n 30 "$log" >&2
    fi
    return "$status"
}

# shown COMMAND…: the same with its output on the terminal.
shown() {
    start_child "$@"
    wait_child 999999
}

# with_lock FUNCTION…: one script of a checkout prepares at a time.
with_lock() {
    exec 9>>"$STATE/lock"
    if ! flock -n 9; then
        say "Another script of this checkout is preparing; waiting for it."
        flock 9
    fi
    "$@"
    exec 9>&-
}

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# free_port FROM: the first port from there that nobody listens on.
free_port() {
    local port
    for ((port = $1; port < $1 + 200; port++)); do
        if port_is_free "$port"; then
            echo "$port"
            return
        fi
    done
    die "no free port between $1 and $((port - 1))"
}

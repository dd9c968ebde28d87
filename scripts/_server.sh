# shellcheck shell=bash
# The demo's Odoo server: started in the background, known by its process number.

# A number alone proves nothing; it must also be an Odoo with our configuration file.
server_runs() {
    local pid
    pid=$(cat "$STATE/run/odoo.pid" 2>/dev/null) || return 1
    HTTP_PORT=$(cat "$STATE/run/odoo.port" 2>/dev/null) || return 1
    [[ $pid =~ ^[0-9]+$ && -r /proc/$pid/cmdline ]] || return 1
    tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF -- "-m odoo server -c $CONFIG "
}

start_server() {
    local wanted=${LIFECYCLE_HTTP_PORT:-8069}
    HTTP_PORT=$(free_port "$wanted")
    [[ $HTTP_PORT == "$wanted" ]] || say "Port $wanted is taken by another program; using $HTTP_PORT."
    step "Starting Odoo"
    rm -f "$STATE/run/odoo.pid"
    echo "$HTTP_PORT" >"$STATE/run/odoo.port"
    # The shell that writes its number becomes Odoo.
    as_user sh -c 'echo $$ >run/odoo.pid && exec "$@" >>log/demo.log 2>&1' - \
        "$VENV/bin/python" -m odoo server -c "$CONFIG" -d "$1" --db-filter "^$1\$" \
        --http-port "$HTTP_PORT" </dev/null >/dev/null 2>&1 8>&- 9>&- &
    disown
    for _ in {1..50}; do
        server_runs && return
        sleep 0.1
    done
    return 0
}

stop_server() {
    local pid
    server_runs || return 0
    pid=$(cat "$STATE/run/odoo.pid")
    step "Stopping Odoo"
    kill -TERM "$pid"
    for _ in {1..150}; do
        [[ -d /proc/$pid ]] || break
        sleep 0.1
    done
    if server_runs; then kill -KILL "$pid"; fi
    rm -f "$STATE/run/odoo.pid"
}

# healthy: does /web/health answer?
healthy() {
    (
        exec 3<>"/dev/tcp/127.0.0.1/$HTTP_PORT"
        printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' /web/health >&3
        timeout 5 cat <&3 | grep -q '"status": *"pass"'
    ) 2>/dev/null
}

wait_for_server() {
    for _ in {1..240}; do
        healthy && return
        if ! server_runs; then
            tail -n 30 "$LOGS/demo.log" >&2
            die "Odoo stopped, see $LOGS/demo.log"
        fi
        sleep 0.5
    done
    die "Odoo does not answer at port $HTTP_PORT, see $LOGS/demo.log"
}

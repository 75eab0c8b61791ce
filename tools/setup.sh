#!/bin/sh
# The virtual environment and the Pulumi CLI. Does what is missing, says what it does, and nothing else:
# run again on a finished set-up it takes a moment and prints one line.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }
new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1; }

find_python() {
    for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python3.10 python}; do
        if new_enough "$name"; then say "$name"; return; fi
    done
    return 1
}

# The virtual environment and the packages are made by one make at a time. Python opens the lock, the shell that
# takes its place keeps it, and the kernel lets go of it when that shell is gone. Nothing else has such a lock on
# both Linux and macOS.
with_lock() {
    mkdir -p .tools
    exec "$1" -c 'import fcntl, os
lock = os.open(".tools/setup.lock", os.O_CREAT | os.O_RDWR)
os.set_inheritable(lock, True)
fcntl.flock(lock, fcntl.LOCK_EX)
os.execv("/bin/sh", ["sh", "tools/setup.sh", "locked"])'
}

# A virtual environment whose Python was removed or upgraded away does not start any more, and one that was
# interrupted while it was made has no pip.
environment_works() { new_enough .venv/bin/python && .venv/bin/python -c 'import pip' >/dev/null 2>&1; }
packages_are_there() { cmp -s requirements.txt .venv/requirements.installed; }

make_environment() {
    say "Making the virtual environment .venv with $("$1" -V 2>&1) …"
    "$1" -m venv --clear .venv ||
        fail "That Python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv. Then run make again."
}

install_packages() {
    say "Installing the Python packages of requirements.txt …"
    rm -f .venv/requirements.installed
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt ||
        fail "pip could not install the packages (above). Run make again once that is solved."
    cp requirements.txt .venv/requirements.installed
}

if ! environment_works || ! packages_are_there; then
    python=$(find_python) || fail "There is no Python 3.10 or newer here${PYTHON:+ (PYTHON=$PYTHON)}. Install one and run make again."
    [ "${1:-}" = locked ] || with_lock "$python"
    environment_works || make_environment "$python"
    packages_are_there || install_packages
fi
# `genie` for this folder, and the packages importable below it: links, nothing is copied and nothing downloaded.
if [ ! -x .venv/bin/genie ]; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . ||
        fail "pip could not install this project itself (above)."
fi
.venv/bin/python -m tools.install_pulumi
.venv/bin/python -m tools.environment
say "Set up: .venv, the Pulumi CLI, and .demo/env for your shell."

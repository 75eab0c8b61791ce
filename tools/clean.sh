#!/bin/sh
# Takes away what make has made. The state of a stack other than the demo's is nobody's to throw away: it is
# the only record of spaces in a real workspace, so it stays.
set -eu
cd "$(dirname "$0")/.."

if [ -x .venv/bin/python ] && [ -e .demo/workspace.pid ]; then .venv/bin/python -m tools.local_workspace; fi

others=$(find .demo/state/.pulumi/stacks -name '*.json*' ! -name 'dev.json*' 2>/dev/null || true)
if [ -n "$others" ]; then
    printf 'Kept .demo/state, which holds other stacks than dev:\n%s\n' "$others"
    find .demo -mindepth 1 -maxdepth 1 ! -name state -exec rm -rf {} +
else
    rm -rf .demo
fi
rm -rf .venv .tools .mypy_cache .pytest_cache .ruff_cache .hypothesis
printf 'Removed .venv, .tools and .demo.\n'

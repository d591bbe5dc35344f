#!/bin/sh
# The server, which is the argument, takes its password from the environment only.
set -eu
POSTGRES_PWD="$(cat "$POSTGRES_PWD_FILE")"
export POSTGRES_PWD
exec "$@"

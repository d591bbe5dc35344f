#!/bin/sh
# The server takes its password from the environment only.
set -eu
POSTGRES_PWD="$(cat "$POSTGRES_PWD_FILE")"
export POSTGRES_PWD
exec /etc/temporal/entrypoint.sh

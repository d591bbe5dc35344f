#!/bin/sh
# Makes Temporal's two databases where they are missing, and brings both to the schema of this version. Safe to run again.
set -eu
SQL_PASSWORD="$(cat "$SQL_PASSWORD_FILE")"
export SQL_PASSWORD

prepare() { # database, schema
  SQL_DATABASE="$1"
  export SQL_DATABASE
  if temporal-sql-tool create-database >/dev/null 2>&1; then echo "$1 is made"; fi
  temporal-sql-tool setup-schema -v 0.0 >/dev/null
  temporal-sql-tool update-schema -d "$SCHEMA_DIR/$2/versioned"
}

prepare temporal temporal
prepare temporal_visibility visibility

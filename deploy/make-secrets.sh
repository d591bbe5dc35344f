#!/bin/sh
# Makes the secrets of docker-compose.yml, once: what is there already stays. Keep a copy of secrets/encryption-key apart from
# the backups: without it the portals' and sources' credentials in a backup cannot be read.
set -eu
cd "$(dirname "$0")/.."
umask 077
mkdir -p secrets
# The folder keeps strangers out; the files are read by the containers' own users.
chmod 0700 secrets

make() { # name, content
  [ -s "secrets/$1" ] && return
  printf '%s\n' "$2" >"secrets/$1"
  chmod 0444 "secrets/$1"
  echo "secrets/$1 is made"
}
random() { openssl rand -hex 32; }

make admin-token "$(random)"
make encryption-key "$(random)"
make mongodb-root-password "$(random)"
make mongodb-password "$(random)"
make mongodb-uri "mongodb://contact_link:$(cat secrets/mongodb-password)@mongodb:27017/contact_link?authSource=contact_link"
make postgres-password "$(random)"
make grafana-password "$(random)"
make waha.env "WAHA_API_KEY=$(random)"

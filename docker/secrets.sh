#!/bin/sh
# Makes the secrets of the stack, once: what is there stays as it is. The folder is for its owner
# alone; the files in it can be read by every user of a container that they are mounted into, since
# those are other users than the one here.
set -eu
cd "$(dirname "$0")"
folder=${SECRETS_DIR:-./secrets}
mkdir -p "$folder"
chmod 0700 "$folder"

random() { od -An -v -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }
keep() {
  [ -s "$folder/$1" ] && return
  printf '%s\n' "$2" > "$folder/$1.new"
  chmod 0444 "$folder/$1.new"
  mv "$folder/$1.new" "$folder/$1"
  echo "made $folder/$1"
}

keep jwt_secret "$(random 48)"
# Those that verify tokens while the secret is rotated: none to begin with.
[ -e "$folder/jwt_previous_secrets" ] || : > "$folder/jwt_previous_secrets"
keep postgres_password "$(random 24)"
keep database_password "$(random 24)"
keep database_url "postgres://basalt:$(cat "$folder/database_password")@postgres:5432/basalt"
# As redis.conf takes it in.
keep redis_auth "requirepass $(random 24)"
keep redis_url "redis://:$(sed 's/requirepass //' "$folder/redis_auth")@redis:6379/0"
keep grafana_password "$(random 12)"

#!/bin/sh
# The secrets of the stack. The folder is for its owner alone; the files in it can be read by every
# user of a container that they are mounted into, since those are other users than the one here.
#
#   docker/secrets.sh            makes those that are missing: what is there stays as it is
#   docker/secrets.sh accept     makes the next secret of tokens, good for verifying, not yet for signing
#   docker/secrets.sh sign       signs with it; the one before still verifies
#   docker/secrets.sh forget     only the present one verifies
#
# The last three are the steps of `docker/stack rotate`. Each may be stopped anywhere and run again.
set -eu
cd "$(dirname "$0")"
folder=${SECRETS_DIR:-./secrets}

random() { od -An -v -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }
# A file is there whole or not at all. Never written over: who has it mounted keeps what they had.
put() {
  printf '%s\n' "$2" > "$folder/$1.new"
  chmod 0444 "$folder/$1.new"
  mv "$folder/$1.new" "$folder/$1"
}
keep() {
  [ -s "$folder/$1" ] && return
  put "$1" "$2"
  echo "made $folder/$1"
}
# Lines without empty ones and repetitions, as a list with commas.
list() { awk 'NF && !seen[$0]++' | paste -s -d , -; }
previous() { tr , '\n' < "$folder/jwt_previous_secrets"; }

case ${1:-} in
  '')
    mkdir -p "$folder"
    chmod 0700 "$folder"
    keep jwt_secret "$(random 48)"
    # Those that verify tokens while the secret is rotated: none to begin with.
    [ -e "$folder/jwt_previous_secrets" ] || put jwt_previous_secrets ''
    keep postgres_password "$(random 24)"
    keep database_password "$(random 24)"
    keep database_url "postgres://basalt:$(cat "$folder/database_password")@postgres:5432/basalt"
    # As redis.conf takes it in.
    keep redis_auth "requirepass $(random 24)"
    keep redis_url "redis://:$(sed 's/requirepass //' "$folder/redis_auth")@redis:6379/0"
    keep grafana_password "$(random 12)"
    ;;
  accept)
    keep jwt_next_secret "$(random 48)"
    put jwt_previous_secrets "$({ cat "$folder/jwt_next_secret"; previous; } | list)"
    ;;
  sign)
    put jwt_previous_secrets "$({ cat "$folder/jwt_secret"; previous; } | list)"
    mv "$folder/jwt_next_secret" "$folder/jwt_secret"
    put jwt_previous_secrets "$(previous | grep -vxFf "$folder/jwt_secret" | list)"
    ;;
  forget) put jwt_previous_secrets '' ;;
  *)
    sed -n '5,8s/^# \{0,1\}//p' secrets.sh >&2
    exit 2
    ;;
esac

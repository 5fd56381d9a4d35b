#!/bin/sh
# Runs once, when PostgreSQL makes its folder. The server gets a role that owns its database and
# nothing else: no extension is needed.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$(cat /run/secrets/database_password)" \
  --username postgres --dbname postgres --no-password <<'SQL'
CREATE ROLE basalt LOGIN PASSWORD :'password';
CREATE DATABASE basalt OWNER basalt;
REVOKE ALL ON DATABASE basalt FROM PUBLIC;
SQL

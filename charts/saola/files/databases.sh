# Creates what is missing in PostgreSQL. NAMES are the services; HOST is host:port.
PGPASSWORD="$(cat "$SECRETS/password")"
PGHOST="${HOST%:*}"
PGPORT="${HOST##*:}"
PGUSER=postgres
export PGPASSWORD PGHOST PGPORT PGUSER
here="$(dirname "$0")"
need() {
  [ -s "$SECRETS/$1" ] || { echo "The secret $1 is missing, or empty." >&2; exit 1; }
}
for NAME in $NAMES; do
  export NAME
  need "database-$NAME"
  need "owner-$NAME"
  psql -X -d postgres -v name="$NAME" -f "$here/database.sql"
  echo "$NAME has its database."
done
if [ -n "$KEYCLOAK" ]; then
  need database-keycloak
  psql -X -d postgres -f "$here/keycloak.sql"
  echo "keycloak has its database."
fi

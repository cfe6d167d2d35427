# The S3 store on one node. Reads its keys from files, and calls nobody.
umask 077
config="$(mktemp)"
printf '{"identities":[{"name":"saola","credentials":[{"accessKey":"%s","secretKey":"%s"}],"actions":["Admin"]}]}' \
  "$(cat "$SECRETS/access-key")" "$(cat "$SECRETS/secret-key")" > "$config"
WEED_S3_SSE_KEK="$(cat "$SECRETS/sse")"
export WEED_S3_SSE_KEK
cd /tmp
exec weed -logtostderr=true mini -dir="$DATA" -ip=127.0.0.1 -ip.bind="${BIND:-0.0.0.0}" \
  -master.telemetry=false -s3.config="$config" -s3.port="${PORT:-8333}" \
  -s3.port.iceberg=0 -s3.port.lance=0 -webdav=false -admin.ui=false

#!/usr/bin/env bash
# Asks for a token and reads the account that it belongs to.
set -euo pipefail
cd "$(dirname "$0")"
if [ -f .env ]; then set -a; . ./.env; set +a; fi
issuer=${PORTCULLIS_ISSUER:-http://localhost:8484/identity}

# From a JSON text, one member.
member() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }

token_endpoint=$(curl -fsS "$issuer/.well-known/openid-configuration" | member token_endpoint)

# The secret goes by standard input: arguments can be read by every user of the machine.
token=$(printf 'user = "%s:%s"\n' "$PORTCULLIS_CLIENT_ID" "$PORTCULLIS_CLIENT_SECRET" |
    curl -fsS -K - -d grant_type=client_credentials "$token_endpoint" | member access_token)

tenant=$(python3 -c 'import base64, json, sys
payload = sys.stdin.read().split(".")[1]
print(json.loads(base64.urlsafe_b64decode(payload + "=="))["tid"])' <<<"$token")

printf 'header = "Authorization: Bearer %s"\n' "$token" | curl -fsS -K - "${issuer%/identity}/api/v1/Tenants/$tenant"
echo

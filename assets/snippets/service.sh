#!/bin/sh
# Gets an access token and prints it. Needs nothing but curl.
set -eu

# A member of a flat JSON text; where jq is there, use that.
member() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

token_endpoint=$(curl -fsS "$PORTCULLIS_ISSUER/.well-known/openid-configuration" | member token_endpoint)

# The secret goes by standard input: arguments can be read by every user of the machine.
answer=$(printf 'user = "%s:%s"\n' "$PORTCULLIS_CLIENT_ID" "$PORTCULLIS_CLIENT_SECRET" |
    curl -sS -K - -d grant_type=client_credentials "$token_endpoint")

token=$(echo "$answer" | member access_token)
[ -n "$token" ] || { echo "$answer" >&2; exit 1; } # error_description says why
echo "$token"

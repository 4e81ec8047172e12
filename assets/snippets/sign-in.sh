#!/bin/sh
# Signs you in by hand, step by step: open the address, sign in, paste where you came out. Needs curl and openssl.
set -eu

server=$(curl -fsS "$PORTCULLIS_ISSUER/.well-known/openid-configuration")
# A member of a flat JSON text; where jq is there, use that.
member() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
endpoint() { echo "$server" | member "$1_endpoint"; }
base64url() { base64 | tr -d '=\n' | tr '+/' '-_'; }
encode() { printf %s "$1" | sed 's/%/%25/g; s/&/%26/g; s/#/%23/g; s/+/%2B/g; s/ /%20/g'; }
part() { printf '%s' "$came" | tr '?&#' '\n\n\n' | sed -n "s/^$1=//p" | head -n 1; }

verifier=$(openssl rand 32 | base64url)
challenge=$(printf %s "$verifier" | openssl dgst -sha256 -binary | base64url)
state=$(openssl rand 16 | base64url)
echo "Open this address and sign in:"
echo "$(endpoint authorization)?response_type=code&client_id=$PORTCULLIS_CLIENT_ID&redirect_uri=$(encode "$PORTCULLIS_REDIRECT_URL")&scope=$(encode "$PORTCULLIS_SCOPE")&state=$state&code_challenge=$challenge&code_challenge_method=S256"
echo "Then paste the address of the page where you came out, whatever it shows:"
read -r came
[ "$(part state)" = "$state" ] || { echo "That is not the answer to this question: $(part error)" >&2; exit 1; }
code=$(part code)
[ -n "$code" ] || { echo "$(part error): $(part error_description)" >&2; exit 1; }

# The secret, if there is one, goes by standard input: arguments can be read by every user of the machine.
tokens=$(
    if [ -n "${PORTCULLIS_CLIENT_SECRET:-}" ]; then
        printf 'user = "%s:%s"\n' "$PORTCULLIS_CLIENT_ID" "$PORTCULLIS_CLIENT_SECRET"
    else
        printf 'data = "client_id=%s"\n' "$PORTCULLIS_CLIENT_ID"
    fi | curl -sS -K - -d grant_type=authorization_code -d "code=$code" -d "code_verifier=$verifier" \
        --data-urlencode "redirect_uri=$PORTCULLIS_REDIRECT_URL" "$(endpoint token)"
)
token=$(echo "$tokens" | member access_token)
[ -n "$token" ] || { echo "$tokens" >&2; exit 1; } # error_description says why
printf 'header = "Authorization: Bearer %s"\n' "$token" | curl -fsS -K - "$(endpoint userinfo)"
echo

// An API that trusts nobody: asks for a token as a daemon does, and verifies it from discovery and the key set alone.
import assert from "node:assert/strict";
import crypto from "node:crypto";

const algorithms = {
  RS256: { hash: "RSA-SHA256" },
  ES256: { hash: "SHA256", dsaEncoding: "ieee-p1363" },
  EdDSA: { hash: null },
};

export async function discover(server) {
  const answer = await server.get("/identity/.well-known/openid-configuration");
  assert.equal(answer.status, 200);
  return answer.json();
}

/** Asks the token endpoint with the client's id and secret, and gives the whole answer. */
export async function askForToken(server, id, secret) {
  const { token_endpoint } = await discover(server);
  const credentials = [id, secret].map(encodeURIComponent).join(":");
  return fetch(token_endpoint, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
}

/** Verifies the signature and the claims that every API must look at; gives the claims. */
export async function verify(server, token) {
  const { issuer, jwks_uri } = await discover(server);
  const { keys } = await (await fetch(jwks_uri)).json();
  const [head, body, signature] = token.split(".");
  const header = JSON.parse(Buffer.from(head, "base64url"));
  const claims = JSON.parse(Buffer.from(body, "base64url"));
  const { hash, dsaEncoding } = algorithms[header.alg];
  const jwk = keys.find((key) => key.kid === header.kid);
  assert.ok(jwk, `the key ${header.kid} is published`);
  const key = crypto.createPublicKey({ key: jwk, format: "jwk" });
  const signed = Buffer.from(`${head}.${body}`);
  assert.ok(crypto.verify(hash, signed, { key, dsaEncoding }, Buffer.from(signature, "base64url")), "the signature is good");
  assert.equal(header.typ, "at+jwt");
  assert.equal(claims.iss, issuer);
  assert.deepEqual([claims.aud].flat(), [`${server.url}/api`]);
  assert.ok(claims.exp > Date.now() / 1000, "not expired");
  return claims;
}

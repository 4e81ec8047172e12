// Signs you in by hand, step by step: open the address, sign in, paste where you came out. Needs Node 18 or later.
import { createHash, randomBytes } from "node:crypto";
import { createInterface } from "node:readline/promises";

const { PORTCULLIS_ISSUER: issuer, PORTCULLIS_CLIENT_ID: id, PORTCULLIS_CLIENT_SECRET: secret } = process.env;
const { PORTCULLIS_REDIRECT_URL: redirectUrl, PORTCULLIS_SCOPE: scope } = process.env;

const read = async (url, options) => {
  const answer = await fetch(url, options);
  const body = await answer.json();
  if (!answer.ok) throw new Error(`${answer.status}: ${body.error_description ?? body.error}`);
  return body;
};

const server = await read(`${issuer}/.well-known/openid-configuration`);
const [verifier, state] = [randomBytes(32).toString("base64url"), randomBytes(16).toString("base64url")];
const question = new URLSearchParams({
  response_type: "code",
  client_id: id,
  redirect_uri: redirectUrl,
  scope,
  state,
  code_challenge: createHash("sha256").update(verifier).digest("base64url"),
  code_challenge_method: "S256",
});
console.log(`Open this address and sign in:\n${server.authorization_endpoint}?${question}`);
console.log("Then paste the address of the page where you came out, whatever it shows:");
const terminal = createInterface({ input: process.stdin });
const answer = new URL((await terminal[Symbol.asyncIterator]().next()).value.trim()).searchParams;
terminal.close();
if (answer.get("state") !== state) throw new Error("That is not the answer to this question.");
if (answer.has("error")) throw new Error(answer.get("error_description") ?? answer.get("error"));

const form = new URLSearchParams({
  grant_type: "authorization_code",
  code: answer.get("code"),
  redirect_uri: redirectUrl,
  client_id: id,
  code_verifier: verifier,
});
if (secret) form.set("client_secret", secret);
const tokens = await read(server.token_endpoint, { method: "POST", body: form });
const headers = { authorization: `Bearer ${tokens.access_token}` };
console.log(JSON.stringify(await read(server.userinfo_endpoint, { headers }), null, 2));

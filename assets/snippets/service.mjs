// Gets access tokens and keeps each until shortly before it expires. Needs Node 18 or later, and nothing else.
const { PORTCULLIS_ISSUER: issuer, PORTCULLIS_CLIENT_ID: id, PORTCULLIS_CLIENT_SECRET: secret } = process.env;

const server = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
let token;
let goodUntil = 0;

async function accessToken() {
  if (Date.now() < goodUntil) return token;
  const asked = Date.now();
  const pair = [id, secret].map(encodeURIComponent).join(":");
  const answer = await fetch(server.token_endpoint, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(pair).toString("base64")}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(`${answer.status}: ${body.error_description ?? body.error}`);
  token = body.access_token;
  goodUntil = asked + body.expires_in * 900;
  return token;
}

// Call your API with the header  Authorization: Bearer <token>
console.log(await accessToken());

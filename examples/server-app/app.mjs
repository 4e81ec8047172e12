// A server app whose users stay signed in: hybrid flow (code id_token, form_post), then refresh tokens.
import { randomBytes, webcrypto } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import * as client from "openid-client";

// Node 18 has these, but not under their usual names.
globalThis.crypto ??= webcrypto;
globalThis.CryptoKey ??= webcrypto.CryptoKey;

const env = await readFile(new URL(".env", import.meta.url), "utf8").catch(() => "");
const settings = { ...Object.fromEntries(env.split("\n").map((line) => line.split(/=(.*)/))), ...process.env };
const { PORT = 3000, PORTCULLIS_CLIENT_ID: id, PORTCULLIS_CLIENT_SECRET: secret } = settings;
if (!id || !secret) throw new Error("PORTCULLIS_CLIENT_ID or PORTCULLIS_CLIENT_SECRET is missing: put both into .env");
const issuer = new URL(settings.PORTCULLIS_ISSUER ?? "http://localhost:8484/identity");
const here = settings.BASE_URL ?? `http://localhost:${PORT}`;
const redirectUri = `${here}/callback`;

const server = await client.discovery(issuer, id, secret, undefined, {
  // Plain http is for your own machine alone.
  execute: [client.useCodeIdTokenResponseType, ...(issuer.protocol === "http:" ? [client.allowInsecureRequests] : [])],
});

// Both would be in a database if there were more than one process, or if users were to survive a restart.
const pending = new Map(); // what the answer to each sign-in is checked with, by its state
const sessions = new Map(); // who is signed in, by the value of a cookie

/** Sends the browser to the sign-in page. */
async function signIn(request, response) {
  const [state, nonce, verifier] = [client.randomState(), client.randomNonce(), client.randomPKCECodeVerifier()];
  pending.set(state, { nonce, verifier, until: Date.now() + 3_600_000 });
  for (const [old, { until }] of pending) if (until < Date.now()) pending.delete(old);
  const url = client.buildAuthorizationUrl(server, {
    redirect_uri: redirectUri,
    response_mode: "form_post",
    scope: "openid profile email offline_access",
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  // The answer is a form that comes from the server's pages: a cookie has to be told to come with it.
  const crossSite = here.startsWith("https:") ? "SameSite=None; Secure" : "SameSite=Lax";
  redirect(response, url, `state=${state}; HttpOnly; Path=/callback; ${crossSite}`);
}

/** Takes the answer. The library checks the ID token in it, trades the code, and checks that both belong together. */
async function callback(request, response) {
  let body = "";
  for await (const part of request) if ((body += part).length > 20_000) throw new Error("That is too long.");
  const state = cookie(request, "state");
  const question = pending.get(state);
  pending.delete(state);
  if (!question) throw new Error("This answer is to no question of this browser. Please sign in again.");
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const tokens = await client.authorizationCodeGrant(server, new Request(redirectUri, { method: "POST", headers, body }), {
    expectedState: state,
    expectedNonce: question.nonce,
    pkceCodeVerifier: question.verifier,
  });
  const session = randomBytes(32).toString("base64url");
  sessions.set(session, keep({ refreshes: 0 }, tokens));
  redirect(response, "/", `session=${session}; HttpOnly; Path=/; SameSite=Lax${here.startsWith("https:") ? "; Secure" : ""}`);
}

function keep(session, tokens) {
  session.accessToken = tokens.access_token;
  session.expires = Date.now() + (tokens.expires_in ?? 0) * 1000;
  session.refreshToken = tokens.refresh_token ?? session.refreshToken; // replaced at each use
  session.idToken = tokens.id_token ?? session.idToken;
  session.subject = tokens.claims()?.sub ?? session.subject;
  return session;
}

/** A new access token for the old one. Several requests at once share one call: a refresh token is for one use. */
function refresh(session) {
  session.refreshing ??= client
    .refreshTokenGrant(server, session.refreshToken)
    .then((tokens) => keep(session, tokens).refreshes++)
    .finally(() => delete session.refreshing);
  return session.refreshing;
}

/** Shows who is signed in. An expired access token is replaced without asking the user. */
async function home(request, response) {
  const session = sessions.get(cookie(request, "session"));
  if (!session) return page(response, '<p id="status">You are not signed in.</p><p><a href="/sign-in">Sign in</a></p>');
  if (session.expires < Date.now() + 30_000) await refresh(session);
  const user = await client.fetchUserInfo(server, session.accessToken, session.subject);
  page(
    response,
    `<p id="status">Hello ${escape(user.name ?? user.sub)}.</p>
     <p>Refreshed: <span id="refreshes">${session.refreshes}</span></p>
     <form method="post" action="/refresh"><button>Refresh now</button></form>
     <form method="post" action="/sign-out"><button>Sign out</button></form>`,
  );
}

async function refreshNow(request, response) {
  const session = sessions.get(cookie(request, "session"));
  if (session) await refresh(session);
  redirect(response, "/");
}

/** Ends the session here, gives the refresh token back, then ends the session at the server. */
async function signOut(request, response) {
  const key = cookie(request, "session");
  const session = sessions.get(key);
  sessions.delete(key);
  if (!session) return redirect(response, "/");
  if (session.refreshToken) await client.tokenRevocation(server, session.refreshToken).catch(console.error);
  const back = { id_token_hint: session.idToken, post_logout_redirect_uri: `${here}/` };
  redirect(response, client.buildEndSessionUrl(server, back), "session=; Path=/; Max-Age=0");
}

const routes = {
  "GET /": home,
  "GET /sign-in": signIn,
  "POST /callback": callback,
  "POST /refresh": refreshNow,
  "POST /sign-out": signOut,
};

createServer(async (request, response) => {
  const route = routes[`${request.method} ${request.url.split("?")[0]}`];
  try {
    if (route) await route(request, response);
    else page(response, "<p>There is nothing here.</p>", 404);
  } catch (error) {
    console.error(error);
    // The server has ended what the session hung on: the user is asked again.
    if (error.error === "invalid_grant") sessions.delete(cookie(request, "session"));
    page(response, `<p id="status">${escape(error.error_description ?? error.message)}</p><p><a href="/">Back</a></p>`, 400);
  }
}).listen(PORT, "localhost", () => console.log(`Open ${here}/`));

function cookie(request, name) {
  return request.headers.cookie?.match(new RegExp(`(?:^|; )${name}=([\\w-]+)`))?.[1];
}

function redirect(response, location, cookie) {
  response.writeHead(303, { location: String(location), ...(cookie && { "set-cookie": cookie }) }).end();
}

function page(response, body, status = 200) {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
  response.end(`<!doctype html><html lang="en"><title>A server app</title><h1>A server app</h1>${body}</html>`);
}

function escape(text) {
  return String(text).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

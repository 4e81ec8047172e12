// Authorization code flow with PKCE (RFC 7636) with nothing but what every browser has.

const redirectUri = `${location.origin}/`;
const scope = "openid profile email";

const { issuer, clientId } = await (await fetch("settings.json")).json();
const server = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
if (server.issuer !== issuer) throw new Error(`${issuer} says it is ${server.issuer}`);

let tokens; // In memory alone: a page that is loaded anew asks again, and who is still signed in is not asked anything.

const base64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

/** Sends the browser to the sign-in page. What the answer is checked with stays in this tab. */
async function signIn() {
  const pending = { state: random(), nonce: random(), verifier: random() };
  sessionStorage.setItem("pending", JSON.stringify(pending));
  const challenge = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(pending.verifier));
  location.assign(`${server.authorization_endpoint}?${new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    scope,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: base64url(challenge),
    code_challenge_method: "S256",
  })}`);
}

/** Takes the answer out of the address and trades the code for tokens. */
async function finishSignIn(answer) {
  const pending = JSON.parse(sessionStorage.getItem("pending") ?? "{}");
  sessionStorage.removeItem("pending");
  history.replaceState(null, "", redirectUri); // A code in the address would be sent again by Reload.
  if (!pending.state || answer.get("state") !== pending.state) throw new Error("This answer is not to a question of this tab.");
  if (answer.get("iss") !== issuer) throw new Error("This answer comes from another server."); // RFC 9207
  if (answer.has("error")) throw new Error(answer.get("error_description") ?? answer.get("error"));

  const reply = await fetch(server.token_endpoint, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code: answer.get("code"),
      redirect_uri: redirectUri,
      client_id: clientId,
      code_verifier: pending.verifier,
    }),
  });
  const body = await reply.json();
  if (!reply.ok) throw new Error(body.error_description ?? body.error);

  // It came straight from the server, so its signature need not be checked (OpenID Connect Core 3.1.3.7), but its claims do.
  const payload = body.id_token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  const claims = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(payload), (char) => char.charCodeAt(0))));
  const meant = claims.iss === issuer && [claims.aud].flat().includes(clientId) && claims.nonce === pending.nonce;
  if (!meant || claims.exp * 1000 < Date.now()) throw new Error("This ID token is not meant for this sign-in.");
  tokens = body;
}

/** Who signed in, told by the server to the access token. An API of yours is called the same way. */
async function userInfo() {
  const answer = await fetch(server.userinfo_endpoint, { headers: { authorization: `Bearer ${tokens.access_token}` } });
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
  return answer.json();
}

function signOut() {
  const parameters = { id_token_hint: tokens.id_token, post_logout_redirect_uri: redirectUri };
  location.assign(`${server.end_session_endpoint}?${new URLSearchParams(parameters)}`);
}

const $ = (id) => document.getElementById(id);
$("sign-in").onclick = signIn;
$("sign-out").onclick = signOut;

let status = "You are not signed in.";
try {
  const answer = new URLSearchParams(location.search);
  if (answer.has("code") || answer.has("error")) await finishSignIn(answer);
  if (tokens) {
    const claims = await userInfo();
    status = `Hello ${claims.name ?? claims.sub}.`;
    $("claims").textContent = JSON.stringify(claims, null, 2);
  }
} catch (error) {
  status = error.message;
}
$("status").textContent = status;
$("claims").hidden = $("sign-out").hidden = !tokens;
$("sign-in").hidden = Boolean(tokens);

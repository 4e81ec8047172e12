// Clients that others have written sign somebody in, each as its own documentation says.
import "./support/webcrypto.js";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { launch, visit } from "./support/browser.js";
import { administrator, signIn } from "./support/portal.js";
import { Server } from "./support/server.js";
import { Site } from "./support/site.js";
import { verify } from "./support/token.js";

let browser, server, site;
before(async () => {
  browser = await launch();
  server = await Server.startSetUp(administrator);
  site = await Site.start({ "/callback": ["text/html", "<title>Back</title>"], "/out": ["text/html", "<title>Out</title>"] });
});
after(async () => {
  await browser?.close();
  await server?.end();
  await site?.end();
});

const redirectUrls = () => ["--redirect-url", `${site.url}/callback`, "--logout-redirect-url", `${site.url}/out`];

/** What the browser brought back to the app, as a request that the app's server gets. */
function answer() {
  const { method, url, body, headers } = site.requests.filter((request) => request.url.startsWith("/callback")).at(-1);
  return new Request(site.url + url, method === "POST" ? { method, body, headers: { "content-type": headers["content-type"] } } : {});
}

/** A person follows a link, signs in, and is back at the app. */
async function signInAt(page, url) {
  await page.goto(String(url));
  await page.waitForURL("**/login**");
  await signIn(page);
  await page.waitForURL(`${site.url}/callback**`);
}

/** openid-client, made for this client: sign-in, user info, refresh, revocation, sign-out. */
async function useOpenidClient(page, { id, secret }, flow, parameters) {
  const execute = [openid.allowInsecureRequests, openid.enableNonRepudiationChecks, ...flow];
  const config = await openid.discovery(new URL(server.issuer), id, secret, undefined, { execute });
  const checks = {
    expectedState: openid.randomState(),
    expectedNonce: openid.randomNonce(),
    pkceCodeVerifier: openid.randomPKCECodeVerifier(),
  };
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: `${site.url}/callback`,
    scope: "openid profile email offline_access",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await openid.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: "S256",
    ...parameters,
  });
  await signInAt(page, url);

  const back = answer();
  const tokens = await openid.authorizationCodeGrant(config, back.method === "GET" ? new URL(back.url) : back, checks);
  const { sub } = tokens.claims();
  assert.equal((await verify(server, tokens.access_token)).sub, sub);
  assert.equal((await openid.fetchUserInfo(config, tokens.access_token, sub)).email, administrator.email);
  assert.equal((await openid.tokenIntrospection(config, tokens.access_token)).active, true);

  const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token);
  assert.notEqual(refreshed.refresh_token, tokens.refresh_token, "each refresh token is for one use");
  assert.equal(refreshed.claims().sub, sub);
  await openid.tokenRevocation(config, refreshed.refresh_token);
  await assert.rejects(openid.refreshTokenGrant(config, refreshed.refresh_token), { error: "invalid_grant" });

  await page.goto(
    String(
      openid.buildEndSessionUrl(config, {
        id_token_hint: refreshed.id_token ?? tokens.id_token,
        post_logout_redirect_uri: `${site.url}/out`,
        state: "signed-out",
      }),
    ),
  );
  assert.equal(page.url(), `${site.url}/out?state=signed-out`);
}

test("openid-client signs in by code, refreshes, revokes and signs out", async () => {
  const client = await server.addClient("hybrid", "openid-client, code", "--allow-refresh-token", ...redirectUrls());
  await visit(browser, "openid-client-code", {}, (page) => useOpenidClient(page, client, [], {}));
});

test("openid-client signs in by code id_token and form_post", async () => {
  const client = await server.addClient("hybrid", "openid-client, hybrid", "--allow-refresh-token", ...redirectUrls());
  const flow = [openid.useCodeIdTokenResponseType];
  await visit(browser, "openid-client-hybrid", {}, (page) => useOpenidClient(page, client, flow, { response_mode: "form_post" }));
});

test("oauth4webapi signs in by code and PKCE without a secret", async () => {
  const { id } = await server.addClient("authorization-code", "oauth4webapi", ...redirectUrls());
  const plain = { [oauth.allowInsecureRequests]: true };
  const issuer = new URL(server.issuer);
  const metadata = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, plain));
  const client = { client_id: id };
  const [verifier, state, nonce] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState(), oauth.generateRandomNonce()];
  const redirectUri = `${site.url}/callback`;
  const url = new URL(metadata.authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: id,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: "openid email",
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  const exchange = (parameters, verifier) =>
    oauth.authorizationCodeGrantRequest(metadata, client, oauth.None(), parameters, redirectUri, verifier, plain);

  await visit(browser, "oauth4webapi", {}, async (page) => {
    await signInAt(page, url);
    const parameters = oauth.validateAuthResponse(metadata, client, new URL(answer().url), state);
    const response = await exchange(parameters, verifier);
    const tokens = await oauth.processAuthorizationCodeResponse(metadata, client, response, { expectedNonce: nonce, requireIdToken: true });
    await oauth.validateApplicationLevelSignature(metadata, response, plain);
    assert.equal(tokens.refresh_token, undefined);
    const { sub } = oauth.getValidatedIdTokenClaims(tokens);
    const asked = await oauth.userInfoRequest(metadata, client, tokens.access_token, plain);
    const user = await oauth.processUserInfoResponse(metadata, client, sub, asked);
    assert.equal(user.email, administrator.email);

    const again = oauth.processAuthorizationCodeResponse(metadata, client, await exchange(parameters, verifier));
    await assert.rejects(again, { error: "invalid_grant" }, "a code is for one use");
  });
});

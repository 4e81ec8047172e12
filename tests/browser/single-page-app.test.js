// A browser app with oidc-client-ts on another origin than the server's.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { launch, visit } from "./support/browser.js";
import { administrator, signIn } from "./support/portal.js";
import { Server } from "./support/server.js";
import { Site } from "./support/site.js";

const library = await readFile(new URL("node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js", import.meta.url));

let browser, server;
before(async () => {
  browser = await launch();
  server = await Server.startSetUp(administrator);
});
after(async () => {
  await browser?.close();
  await server?.end();
});

/** An app with a client of its own: pages that hold a `manager`, and one that finishes a silent renewal. */
async function app(name) {
  const site = await Site.start({ "/library.js": ["text/javascript", library] });
  const address = (path) => site.url + path;
  const { id } = await server.addClient(
    "authorization-code",
    name,
    ...["/callback", "/silent"].flatMap((path) => ["--redirect-url", address(path)]),
    ...["--logout-redirect-url", address("/")],
  );
  const settings = {
    authority: server.issuer,
    client_id: id,
    redirect_uri: address("/callback"),
    silent_redirect_uri: address("/silent"),
    post_logout_redirect_uri: address("/"),
    scope: "openid profile email",
    loadUserInfo: true,
    automaticSilentRenew: false,
    silentRequestTimeoutInSeconds: 10,
  };
  const page = (script) => [
    "text/html",
    `<!doctype html><title>App</title><script src="/library.js"></script>
     <script>const manager = new oidc.UserManager(${JSON.stringify(settings)}); ${script}</script>`,
  ];
  site.pages["/"] = site.pages["/callback"] = page("");
  site.pages["/silent"] = page("manager.signinCallback()");
  return site;
}

async function signInByRedirect(page, site) {
  await page.goto(`${site.url}/`);
  await page.evaluate(() => void manager.signinRedirect({ state: "where I was" }));
  await page.waitForURL("**/login**");
  await signIn(page);
  await page.waitForURL(`${site.url}/callback?**`);
}

test("oidc-client-ts signs in, reads who it is, renews in an iframe and signs out", async () => {
  const site = await app("spa");
  try {
    await visit(browser, "single-page-app", {}, async (page) => {
      await signInByRedirect(page, site);
      const user = await page.evaluate(() => manager.signinCallback());
      assert.equal(user.state, "where I was");
      assert.equal(user.profile.email, administrator.email, "from userinfo");
      assert.equal(user.refresh_token, undefined);

      const renewed = await page.evaluate(() => manager.signinSilent());
      assert.equal(renewed.profile.sub, user.profile.sub);
      assert.notEqual(renewed.access_token, user.access_token);
      assert.equal(page.url().split("?")[0], `${site.url}/callback`, "the page itself went nowhere");

      await page.evaluate(() => void manager.signoutRedirect({ state: "out" }));
      await page.waitForURL(`${site.url}/?**`);
      await page.evaluate(() => manager.signoutCallback());
      assert.equal(await page.evaluate(() => manager.getUser()), null);
      const refused = await page.evaluate(() => manager.signinSilent().then(String, (problem) => problem.error));
      assert.equal(refused, "login_required");
    });
  } finally {
    await site.end();
  }
});

test("oidc-client-ts can read why the token endpoint refuses", async () => {
  const site = await app("spa with a wrong code");
  try {
    await visit(browser, "single-page-app-refused", {}, async (page) => {
      await signInByRedirect(page, site);
      const refused = await page.evaluate(() =>
        manager.signinCallback(location.href.replace(/code=[^&]+/, "code=another")).then(String, ({ error, error_description }) => ({
          error,
          error_description,
        })),
      );
      assert.equal(refused.error, "invalid_grant");
      assert.ok(refused.error_description, "with a reason in words");
    });
  } finally {
    await site.end();
  }
});

test("a page of an origin that no client has registered can read nothing", async () => {
  const [known, stranger] = [await app("spa beside a stranger"), await Site.start({ "/": ["text/html", "<title>Stranger</title>"] })];
  try {
    await visit(browser, "stranger", {}, async (page) => {
      const read = (issuer) =>
        page.evaluate(async (issuer) => {
          const token = fetch(`${issuer}/connect/token`, { method: "POST", body: new URLSearchParams({ grant_type: "x" }) });
          const userinfo = fetch(`${issuer}/connect/userinfo`, { headers: { authorization: "Bearer x" } });
          const answers = await Promise.allSettled([token, userinfo]);
          return answers.map(({ value, reason }) => value?.status ?? reason.name);
        }, issuer);
      await page.goto(`${known.url}/`);
      assert.deepEqual(await read(server.issuer), [400, 401]);
      await page.goto(`${stranger.url}/`);
      assert.deepEqual(await read(server.issuer), ["TypeError", "TypeError"]);
    });
  } finally {
    await known.end();
    await stranger.end();
  }
});

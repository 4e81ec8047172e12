// What a browser makes of the way from an app through sign-in and consent and back: policies, frames, tabs and Back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, visit } from "./support/browser.js";
import { administrator, control, heading, signIn } from "./support/portal.js";
import { Server } from "./support/server.js";
import { Site } from "./support/site.js";

let browser, server, site, asking, posting, quiet;
before(async () => {
  browser = await launch();
  server = await Server.startSetUp(administrator);
  site = await Site.start({ "/callback": ["text/html", "<title>Back</title>"], "/frame": ["text/html", "<title>Frame</title>"] });
  const add = (name, ...flags) => server.addClient("hybrid", name, "--redirect-url", `${site.url}/callback`, "--pkce", "optional", ...flags);
  quiet = await add("Quiet App");
  asking = await add("Asking App", "--consent", "always");
  posting = await add("Posting App", "--consent", "always");
});
after(async () => {
  await browser?.close();
  await server?.end();
  await site?.end();
});

/** The address that an app sends the browser to. */
function authorize(client, parameters) {
  const all = { client_id: client.id, redirect_uri: `${site.url}/callback`, response_type: "code", scope: "openid", state: "s", ...parameters };
  return `${server.issuer}/connect/authorize?${new URLSearchParams(all)}`;
}

/** Waits until the app has the answer to the request with this state; gives its parameters. */
async function landed(page, state) {
  await page.waitForURL((url) => url.pathname === "/callback" && url.searchParams.get("state") === state);
  return new URL(page.url()).searchParams;
}

async function signInOn(page) {
  await page.waitForURL("**/login**");
  await signIn(page);
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with" : "without";
  test(`sign-in and consent lead to an app on another origin, ${how} JavaScript (UX-45, UX-46)`, () =>
    visit(browser, `sign-on-${how}-javascript`, { javaScriptEnabled }, async (page) => {
      await page.goto(authorize(asking, { state: "cancelled" }));
      await signInOn(page);
      await page.waitForURL("**/consent**");
      await control(page, "Cancel").click();
      assert.equal((await landed(page, "cancelled")).get("error"), "access_denied");

      await page.goto(authorize(asking, { state: "by-query" }));
      await control(page, "Allow").click();
      assert.ok((await landed(page, "by-query")).get("code"));

      const posted = { response_type: "code id_token", response_mode: "form_post", nonce: "n", state: `posted-${how}` };
      await page.goto(authorize(posting, { ...posted, prompt: "login" }));
      await signInOnOrConfirm(page);
      await page.waitForURL("**/consent**");
      await control(page, "Allow").click();
      if (!javaScriptEnabled) await control(page, "Continue").click();
      await page.waitForURL(`${site.url}/callback`);
      const { method, body } = site.requests.filter(({ url }) => url === "/callback").at(-1);
      const fields = new URLSearchParams(body);
      assert.equal(method, "POST");
      assert.equal(fields.get("state"), `posted-${how}`);
      assert.ok(fields.get("code") && fields.get("id_token"));
    }));
}

/** The sign-in page, or the one that knows already who it is. */
async function signInOnOrConfirm(page) {
  await page.waitForURL("**/login**");
  const email = page.locator("#email");
  if (await email.count()) await email.fill(administrator.email);
  await page.locator("#password").fill(administrator.password);
  await page.locator("#submit").click();
}

/** Opens an address in a frame of another origin and gives the frame's own address, once it has come to rest. */
async function inFrame(page, address) {
  await page.goto(`${site.url}/frame`);
  await page.evaluate(
    (address) =>
      new Promise((resume) => {
        const frame = document.createElement("iframe");
        frame.addEventListener("load", resume);
        frame.src = address;
        document.body.append(frame);
      }),
    address,
  );
  return page.frames().find((frame) => frame.parentFrame()).url();
}

test("no page of ours can be framed by another origin", () =>
  visit(browser, "framing", {}, async (page) => {
    const refused = "chrome-error://chromewebdata/";
    assert.equal(await inFrame(page, authorize(quiet)), refused, "sign-in");
    assert.equal(await inFrame(page, `${server.url}/login`), refused, "sign-in without an app");
    assert.equal(await inFrame(page, authorize(quiet, { redirect_uri: `${site.url}/other` })), refused, "an error page");
    assert.equal(await inFrame(page, `${server.issuer}/connect/endsession`), refused, "signed out");
    await page.goto(authorize(asking));
    await signInOn(page);
    await page.waitForURL("**/consent**");
    assert.equal(await inFrame(page, authorize(asking)), refused, "consent");
    assert.equal(await inFrame(page, authorize(asking, { prompt: "select_account" })), refused, "choice of account");
    assert.equal(await inFrame(page, `${server.issuer}/connect/endsession`), refused, "sign-out");
  }));

test("prompt=none in a frame is answered to the app and never shows a page", () =>
  visit(browser, "prompt-none", {}, async (page) => {
    const ask = async (client, parameters) =>
      new URL(await inFrame(page, authorize(client, { prompt: "none", ...parameters }))).searchParams;
    assert.equal((await ask(quiet)).get("error"), "login_required");
    await page.goto(authorize(quiet, { state: "signed-in" }));
    await signInOn(page);
    await landed(page, "signed-in");
    assert.ok((await ask(quiet)).get("code"));
    assert.equal((await ask(asking)).get("error"), "consent_required");
    assert.equal((await ask(quiet, { max_age: "0" })).get("error"), "login_required");
    assert.equal((await ask(quiet, { prompt: "none login" })).get("error"), "invalid_request");

    site.requests.length = 0;
    const form = { response_type: "code id_token", response_mode: "form_post", nonce: "n", state: "framed" };
    await inFrame(page, authorize(quiet, { prompt: "none", ...form }));
    await page.frames().at(-1).waitForURL(`${site.url}/callback`);
    const { body } = site.requests.find(({ method }) => method === "POST");
    assert.equal(new URLSearchParams(body).get("state"), "framed", "a form too goes through a frame");
  }));

test("five tabs, each with its own request, all end in the app (UX-44)", () =>
  visit(browser, "five-tabs", {}, async (first, context) => {
    const tabs = [first];
    while (tabs.length < 5) tabs.push(await context.newPage());
    for (const [number, tab] of tabs.entries()) {
      await tab.goto(authorize(quiet, { state: `tab-${number}` }));
      await heading(tab, "Sign in").waitFor();
    }
    // The last one first, and the one after it by Reload; the others hold forms that are older than the session.
    await signIn(tabs[4]);
    await landed(tabs[4], "tab-4");
    await tabs[3].reload();
    await landed(tabs[3], "tab-3");
    for (const number of [0, 1, 2]) {
      await signIn(tabs[number]);
      assert.ok((await landed(tabs[number], `tab-${number}`)).get("code"));
    }
  }));

test("Back from the app brings another code (UX-44)", () =>
  visit(browser, "back", {}, async (page) => {
    await page.goto(authorize(quiet, { state: "here" }));
    await signInOn(page);
    const code = (await landed(page, "here")).get("code");
    const again = page.waitForRequest((request) => request.url().startsWith(`${site.url}/callback`) && !request.url().includes(code));
    await page.goBack().catch((error) => assert.match(error.message, /ERR_ABORTED|interrupted/));
    assert.ok(new URL((await again).url()).searchParams.get("code"));
  }));

test("Reload, before and after a mistake, and a bookmark of the sign-in page end in the app (UX-44)", () =>
  visit(browser, "reload-and-bookmark", {}, async (page, context) => {
    await page.goto(authorize(quiet, { state: "here" }));
    await page.waitForURL("**/login**");
    const bookmark = page.url();
    await page.reload();
    await signIn(page, { ...administrator, password: "not the right password" });
    await page.getByText(/do not match an account/).first().waitFor();
    await page.reload();
    await signIn(page);
    await landed(page, "here");

    await page.goto(bookmark);
    await landed(page, "here");
    await context.clearCookies();
    await page.goto(bookmark);
    await signInOn(page);
    assert.ok((await landed(page, "here")).get("code"));
  }));

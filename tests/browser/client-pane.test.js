// The tabs of a client: programs to begin with, a checklist that ticks while one watches, what the client did.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { look, told } from "./support/axe.js";
import { launch, visit } from "./support/browser.js";
import { administrator, signIn } from "./support/portal.js";
import { Server } from "./support/server.js";
import { Site } from "./support/site.js";

let browser, server, site, daemon, spa, web;
before(async () => {
  browser = await launch();
  server = await Server.startSetUp(administrator);
  site = await Site.start({});
  const redirect = ["--redirect-url", `${site.url}/app`];
  daemon = await server.addClient("client-credentials", "nightly-import");
  spa = await server.addClient("authorization-code", "shop", ...redirect);
  web = await server.addClient("hybrid", "charts", "--consent", "always", "--client-uri", "https://charts.example/", ...redirect);
});
after(async () => {
  await browser?.close();
  await server?.end();
  await site?.end();
});

/** Asks for a token as the daemon does; says whether it got one. */
async function asks(secret = daemon.secret) {
  const form = { grant_type: "client_credentials", client_id: daemon.id, client_secret: secret };
  const answer = await server.get("/identity/connect/token", { method: "POST", body: new URLSearchParams(form) });
  return answer.status === 200;
}

async function open(page, address) {
  await page.goto(server.url + address);
  if (page.url().includes("/login")) {
    await signIn(page);
    await page.waitForURL(`**${address.split("?")[0]}**`);
  }
}

const authorize = (id) =>
  `/identity/connect/authorize?${new URLSearchParams({
    client_id: id,
    redirect_uri: `${site.url}/app`,
    response_type: "code",
    scope: "openid profile",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
  })}`;

test("the checklist ticks while one watches, and by Refresh without scripts (UX-41)", async () => {
  const tab = `/portal/clients/${daemon.id}?tab=quick-start`;
  await visit(browser, "checklist", {}, async (page) => {
    await open(page, tab);
    await page.getByText("Waiting for your app…").waitFor();
    assert.equal(await asks("pc_cs_wrong"), false);
    await page.getByText("PC-2202").waitFor();
    await page.getByRole("link", { name: "Add Secret", exact: true }).last().waitFor();
    assert.equal(await asks(), true);
    await page.getByText("It works.").first().waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("button", { name: "Continue" }).waitFor();
  });
  await visit(browser, "checklist-no-script", { javaScriptEnabled: false }, async (page) => {
    await open(page, tab);
    await page.getByRole("link", { name: "Refresh" }).click();
    await page.getByText("It works.").waitFor();
    await page.getByRole("link", { name: "Activity" }).click();
    await page.getByText("Token issued").first().waitFor();
    await page.getByText("PC-2202").first().waitFor();
  });
});

test("the page for a browser app signs somebody in as it stands there (UX-40)", async () => {
  await visit(browser, "quick-start-browser", {}, async (page, context) => {
    await open(page, `/portal/clients/${spa.id}?tab=quick-start&lang=javascript`);
    site.pages["/app"] = ["text/html", await page.locator("#quick-code").textContent()];
    const app = await context.newPage();
    await app.goto(`${site.url}/app`);
    await app.getByRole("button", { name: "Sign in" }).click();
    await app.getByText(`Hello ${administrator.name}.`).waitFor();
    await page.getByText("It works.").first().waitFor();
  });
});

test("whoever turns back at the sign-in page is back at the app, with and without scripts", async () => {
  site.pages["/app"] = ["text/html", "<title>Back</title>"];
  for (const javaScriptEnabled of [true, false]) {
    await visit(browser, "turning-back", { javaScriptEnabled }, async (page) => {
      await page.goto(server.url + authorize(spa.id));
      await page.getByRole("link", { name: "Cancel and go back to shop" }).click();
      await page.waitForURL(`${site.url}/app?error=access_denied**`);
    });
  }
});

test("none of these pages shuts anybody out (UX-51)", async () => {
  const problems = new Map();
  await visit(browser, "client-pane", {}, async (page) => {
    await page.goto(server.url + authorize(web.id));
    await look(page, "sign in for an app", problems);
    await signIn(page);
    await page.getByRole("button", { name: "Allow" }).waitFor();
    await look(page, "consent", problems);
    await asks();
    for (const [name, address] of [
      ["home", "/portal"],
      ["quick start, daemon", `/portal/clients/${daemon.id}?tab=quick-start`],
      ["quick start, browser app", `/portal/clients/${spa.id}?tab=quick-start&lang=javascript`],
      ["quick start, server app", `/portal/clients/${web.id}?tab=quick-start&lang=java`],
      ["activity", `/portal/clients/${daemon.id}?tab=activity`],
      ["activity, 30 days", `/portal/clients/${daemon.id}?tab=activity&range=30d`],
      ["information", `/portal/clients/${web.id}?tab=information`],
      ["client", `/portal/clients/${daemon.id}`],
      ["client alone", `/portal/clients/${daemon.id}?alone=1`],
      ["edit client", `/portal/clients/${web.id}/edit`],
      ["logo", `/portal/clients/${web.id}/logo`],
      ["use of a secret", `/portal/clients/${daemon.id}/secrets/1/use`],
      ["it leaked", `/portal/clients/${web.id}/secrets/1/leaked`],
    ]) {
      await page.goto(server.url + address);
      await look(page, name, problems);
    }
    await page.goto(`${server.url}/portal/clients/${web.id}/logo`);
    await page.getByRole("button", { name: "Upload" }).click();
    await page.getByText("Choose a picture.").first().waitFor();
    await look(page, "logo, mistake", problems);
    await page.goto(`${server.url}/portal/clients/${daemon.id}?tab=activity`);
    await page.getByText("Show as table").click();
    await page.getByRole("columnheader", { name: "Refused" }).waitFor();
    await look(page, "activity, as a table", problems);
  });
  assert.equal(problems.size, 0, told(problems).join("\n"));
});

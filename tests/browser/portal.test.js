// The pages of the portal: open to everybody, light, and all of them there without a script and by keyboard.
import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";
import { launch, visit } from "./support/browser.js";
import { Problems, tabTo } from "./support/looks.js";
import { administrator, control, heading, signIn } from "./support/portal.js";
import { Server } from "./support/server.js";

let browser, server, client;
before(async () => {
  browser = await launch();
  server = await Server.startSetUp(administrator);
  client = await server.addClient("client-credentials", "nightly-import", "--expires", "20d");
});
after(async () => {
  await browser?.close();
  await server?.end();
});

async function open(page, address) {
  await page.goto(server.url + address);
  if (page.url().includes("/login")) await signIn(page);
  await page.waitForURL(`**${address}`);
}

/** The bytes that cross the network for one address, to a browser that takes gzip. */
function bytes(address, cookie) {
  const headers = { host: new URL(server.url).host, "accept-encoding": "gzip", accept: "text/html", ...(cookie && { cookie }) };
  return new Promise((resolve, reject) => {
    const request = http.get({ host: "127.0.0.1", port: server.recorder.target, path: address, headers }, (answer) => {
      let length = 0;
      const parts = [];
      answer.on("data", (part) => ((length += part.length), parts.push(part)));
      answer.on("end", () => resolve({ length, status: answer.statusCode }));
    });
    request.on("error", reject);
  });
}

/** A page with all that it asks for. */
async function weight(page, address, cookie) {
  const files = await page.evaluate(() => [...document.querySelectorAll("link[href], script[src], img[src]")].map((element) => element.getAttribute("href") ?? element.getAttribute("src")));
  const all = await Promise.all([address, ...new Set(files)].map((file) => bytes(file, cookie)));
  return { requests: all.length, bytes: all.reduce((sum, { length }) => sum + length, 0) };
}

test("no page of the portal shuts anybody out, and each is light (UX-51)", async () => {
  const problems = new Problems();
  await visit(browser, "portal", {}, async (page, context) => {
    await page.goto(`${server.url}/login`);
    const signInPage = await weight(page, "/login");
    assert.ok(signInPage.bytes <= 30_000 && signInPage.requests <= 4, JSON.stringify(signInPage));
    await open(page, "/portal");
    const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
    await page.goto(`${server.url}/portal/roles/new`);
    await page.getByLabel("Name", { exact: true }).fill("Pump Operator");
    await control(page, "Add").click();
    await heading(page, "Pump Operator").waitFor();
    const role = new URL(page.url()).pathname;
    await page.goto(`${server.url}/portal/keys`);
    await control(page, "Rotate now").click();
    await page.getByText("The next keys are published.").waitFor();
    await problems.look(page, "keys, rotated");
    const key = await page.getByRole("link", { name: /^Activate/ }).first().getAttribute("href");
    await page.goto(`${server.url}/portal/audit`);
    await control(page, "Check now").click();
    await page.getByText("Unbroken").waitFor();
    const entry = await page.locator("tbody th a").first().getAttribute("href");
    for (const address of [
      "/portal",
      "/portal/users",
      "/portal/users/new",
      "/portal/roles",
      "/portal/roles/new",
      `${role}?q=nightly`,
      `${role}/edit`,
      `${role}/remove`,
      "/portal/keys",
      key,
      key.replace("activate", "revoke"),
      "/portal/audit",
      "/portal/audit?q=zzz",
      entry,
      "/portal/review",
      "/portal/token-viewer",
      "/portal/system",
      "/portal/settings",
      "/portal/go",
      "/docs",
      "/docs/tutorials/first-token",
      "/docs/reference/configuration",
      "/docs/errors/PC-2203",
    ]) {
      await page.goto(server.url + address);
      assert.ok((await page.title()).endsWith(" - Portcullis"), address);
      await problems.look(page, address.replace(/[0-9a-zA-Z_-]{30,}/, "…"));
      const heavy = await weight(page, address, cookie);
      if (heavy.bytes > 60_000) problems.note(`${heavy.bytes} bytes`, address);
    }
    // After a mistake.
    await page.goto(`${server.url}/portal/roles/new`);
    await control(page, "Add").click();
    await page.getByText("There is a problem").first().waitFor();
    assert.match(await page.title(), /^Error: /);
    await problems.look(page, "add role, mistake");
    await page.goto(`${server.url}${key.replace("activate", "revoke")}`);
    await control(page, "Revoke").click();
    await page.getByText("There is a problem").first().waitFor();
    await problems.look(page, "revoke key, mistake");
    await page.goto(`${server.url}/portal/token-viewer`);
    await page.getByLabel("Token", { exact: true }).fill("no token");
    await control(page, "Show what it says").click();
    await page.getByText("There is a problem").first().waitFor();
    await problems.look(page, "token viewer, mistake");
    const token = (await server.get("/identity/connect/token", {
      method: "POST",
      body: new URLSearchParams({ grant_type: "client_credentials", client_id: client.id, client_secret: client.secret }),
    }).then((answer) => answer.json())).access_token;
    await page.getByLabel("Token", { exact: true }).fill(token);
    await control(page, "Show what it says").click();
    await page.getByText("This server signed it").waitFor();
    await problems.look(page, "token viewer, an access token");
  });
  assert.equal(problems.told.length, 0, problems.told.join("\n"));
});

test("Ctrl+K leads to a client by a few letters, and back", async () => {
  await visit(browser, "go-to", {}, async (page) => {
    await open(page, "/portal/keys");
    await page.keyboard.press("Control+k");
    const dialog = page.getByRole("dialog", { name: "Go to" });
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await page.keyboard.press("Control+k");
    await dialog.waitFor();
    await page.keyboard.type("nightly");
    await dialog.getByText("1 match").waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/portal/clients/${client.id}`);
  });
});

test("a role is given by keyboard alone", async () => {
  await visit(browser, "role-by-keyboard", {}, async (page) => {
    await open(page, "/portal/roles");
    await tabTo(page, "Skip to main content");
    await tabTo(page, "Account Viewer");
    await page.keyboard.press("Enter");
    await heading(page, "Account Viewer").waitFor();
    await tabTo(page, "Find users and client-credentials clients to add");
    await page.keyboard.type("nightly");
    await page.keyboard.press("Enter");
    await page.waitForURL("**?q=nightly");
    await tabTo(page, "Add nightly-import to Account Viewer");
    await page.keyboard.press("Enter");
    await page.getByText("The role was given.").waitFor();
  });
});

test("without a script the portal is all there", async () => {
  await visit(browser, "no-script", { javaScriptEnabled: false }, async (page) => {
    await open(page, "/portal/audit");
    await page.getByLabel("About", { exact: true }).selectOption("client");
    await control(page, "Show").click();
    await page.waitForURL("**kind=client**");
    await page.getByRole("link", { name: "Client added" }).first().click();
    await heading(page, "Client added").waitFor();
    await page.getByRole("link", { name: /^Go to/ }).first().click();
    await page.getByLabel("Pages, clients and users").fill("nightly");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: /nightly-import/ }).click();
    await page.waitForURL(`**/portal/clients/${client.id}`);
    await control(page, "Menu").click();
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Token Viewer" }).click();
    await page.getByLabel("Token", { exact: true }).fill(client.secret);
    await control(page, "Show what it says").click();
    await heading(page, "A client secret").waitFor();
  });
});

test("the divider beside a list moves by keyboard and by mouse, and stays where it was left", async () => {
  await visit(browser, "divider", { viewport: { width: 1600, height: 900 } }, async (page) => {
    await open(page, `/portal/clients/${client.id}`);
    const divider = page.getByRole("separator", { name: /^Width of the details/ });
    const width = async () => (await page.getByRole("complementary", { name: "Details" }).boundingBox()).width;
    const before = await width();
    await divider.focus();
    await page.keyboard.press("ArrowLeft");
    assert.equal(await divider.getAttribute("aria-valuenow"), "45");
    const wider = await width();
    assert.ok(wider > before, `${before}, then ${wider}`);
    await page.reload();
    assert.equal(Math.round(await width()), Math.round(wider));
    await page.keyboard.press("Tab");
    await divider.focus();
    await page.keyboard.press("End");
    assert.equal(await divider.getAttribute("aria-valuenow"), "30");
    const { x, y, width: thick } = await divider.boundingBox();
    await page.mouse.move(x + thick / 2, y + 200);
    await page.mouse.down();
    await page.mouse.move(x - 300, y + 200, { steps: 4 });
    await page.mouse.up();
    assert.ok(Number(await divider.getAttribute("aria-valuenow")) > 40);
  });
});

test("a list of URLs is looked at while one types", async () => {
  await visit(browser, "url-list", {}, async (page) => {
    const problems = new Problems();
    await open(page, "/portal/clients/new?type=authorization-code");
    const box = page.getByLabel("Allowed Redirect URL(s)", { exact: true });
    await box.fill("https://Shop.example/cb\nhttp://shop.example/\nhttps://shop.example/cb/");
    const field = page.locator(".field", { has: box });
    await field.getByText("3 URLs, 1 cannot be taken").waitFor();
    assert.equal(await field.locator("li.good").count(), 2);
    await field.getByText("Saved as https://shop.example/cb (host in lower case).").waitFor();
    await field.getByText("http is only allowed for localhost.").waitFor();
    await problems.look(page, "add client, URLs");
    await box.fill("https://shop.example/cb");
    await field.getByText("1 URL", { exact: true }).waitFor();
    assert.equal(problems.told.length, 0, problems.told.join("\n"));
  });
});

// What a person needs, counted in clicks, and the moments at which something could be lost. Names end with the numbers of
// the statements that they hold the portal to.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { launch, visit } from "./support/browser.js";
import { administrator, aYearFrom, control, heading, setUp, signIn } from "./support/portal.js";
import { Server } from "./support/server.js";

const permissions = ["clipboard-read", "clipboard-write"];

let browser, server;
before(async () => {
  browser = await launch();
  // A mail server that is never asked.
  server = await Server.startSetUp(administrator, { PORTCULLIS_MAIL__URL: "smtp://127.0.0.1:1", PORTCULLIS_MAIL__FROM: "login@example.com" });
});
after(async () => {
  await browser?.close();
  await server?.end();
});

/** Counts what is pressed, by pointer or by Enter, over all pages of the tab. */
async function countClicks(page) {
  await page.addInitScript(() =>
    addEventListener("click", ({ isTrusted }) => isTrusted && sessionStorage.setItem("clicks", 1 + Number(sessionStorage.getItem("clicks"))), true),
  );
  return () => page.evaluate(() => Number(sessionStorage.getItem("clicks")));
}

async function open(page, address) {
  await page.goto(server.url + address);
  if (page.url().includes("/login")) await signIn(page);
  await page.waitForURL(`**${address}`);
}

const copied = (page) => page.evaluate(() => navigator.clipboard.readText());

test("from an empty folder to a token it takes seven clicks (UX-06)", async () => {
  const server = await Server.start();
  try {
    await visit(browser, "seven-clicks", { permissions }, async (page) => {
      const clicks = await countClicks(page);
      await setUp(page, server);
      await control(page, "Add Client").click();
      await page.getByLabel("Name", { exact: true }).fill("nightly-import");
      await control(page, "Continue").click();
      await control(page, "Add").click();
      await page.getByRole("button", { name: "Get a token now" }).click();
      await page.getByText(/✓ 200 in \d+ ms/).waitFor();
      await page.getByRole("button", { name: "Copy as .env" }).click();
      await page.getByText("Client Id and Client Secret copied").first().waitFor({ state: "attached" });
      assert.equal(1 + (await clicks()), 7, "with the link itself");
      await writeFile(path.join(server.folder, ".env"), await copied(page));
      const command = `set -a; . ./.env; set +a\n${await page.locator("#curl").textContent()}`;
      const { stdout } = await promisify(execFile)("bash", ["-euc", command], { cwd: server.folder });
      assert.equal(JSON.parse(stdout).token_type, "Bearer");
    });
  } finally {
    await server.end();
  }
});

test("whoever has the fields filled in signs in by one click (UX-42)", () =>
  visit(browser, "one-click", {}, async (page) => {
    const clicks = await countClicks(page);
    await page.goto(`${server.url}/login`);
    for (const [field, token] of [["#email", "username"], ["#password", "current-password"]]) {
      assert.equal(await page.locator(field).getAttribute("autocomplete"), token);
    }
    // A password manager sets the values and presses nothing.
    await page.evaluate(({ email, password }) => {
      document.getElementById("email").value = email;
      document.getElementById("password").value = password;
    }, administrator);
    await page.locator("#submit").click();
    await page.waitForURL("**/portal");
    assert.equal(await clicks(), 1);
  }));

test("the type that the list shows is the type that is added, with and without JavaScript (UX-10, UX-50)", async () => {
  for (const javaScriptEnabled of [true, false]) {
    await visit(browser, "type-by-list", { javaScriptEnabled }, async (page) => {
      await open(page, "/portal/clients");
      await page.getByLabel("Client Type").selectOption({ label: "Hybrid" });
      if (javaScriptEnabled) await page.waitForURL("**?type=hybrid");
      await control(page, "Add Client").click();
      await heading(page, "Add Client").waitFor();
      await page.getByLabel(/^Allow Refresh Token/).waitFor();
      await page.goBack();
      await page.getByLabel("Filter clients").fill("nothing of the kind");
      await page.keyboard.press("Enter");
      await page.getByText("No client matches").waitFor();
      await page.getByLabel("Client Type").selectOption({ label: "All types" });
      if (javaScriptEnabled) await page.waitForURL("**type=all**");
      await control(page, "Add Client").click();
      await page.getByText("What are you building?").waitFor();
    });
  }
});

test("a mistake has the focus, and its link leads to the field, where all is as it was typed (UX-14)", () =>
  visit(browser, "mistake", {}, async (page) => {
    await open(page, "/portal/clients/new?type=hybrid");
    await page.getByLabel("Name", { exact: true }).fill("charts");
    await page.getByLabel(/^Allow Refresh Token/).check();
    await page.getByLabel("Allowed Redirect URL(s)", { exact: true }).fill("/callback");
    await page.getByLabel(/^Token Lifetime/).fill("59");
    await control(page, "Add").click();
    await heading(page, "There is a problem").waitFor();
    assert.match(await page.title(), /^Error: Add Client - /);
    assert.ok(await page.locator(".problems").evaluate((summary) => summary === document.activeElement), "the summary has the focus");
    assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "charts");
    assert.ok(await page.getByLabel(/^Allow Refresh Token/).isChecked());
    for (const [label, value] of [["Allowed Redirect URL(s)", "/callback"], [/^Token Lifetime/, "59"]]) {
      const field = page.getByLabel(label).first();
      const id = await field.getAttribute("id");
      assert.equal(await field.inputValue(), value);
      assert.equal(await field.getAttribute("aria-invalid"), "true");
      await page.locator(`.problems a[href="#${id}"]`).click();
      assert.ok(await field.evaluate((field) => field === document.activeElement), `${id} has the focus`);
    }
  }));

test("two clicks on Add add one client, whose id can be copied (UX-17, UX-19)", () =>
  visit(browser, "double-click", { permissions }, async (page) => {
    for (const [type, name] of [["client-credentials", "twice-a"], ["authorization-code", "twice-b"], ["hybrid", "twice-c"]]) {
      await open(page, `/portal/clients/new?type=${type}`);
      await page.getByLabel("Name", { exact: true }).fill(name);
      if (type === "client-credentials") await control(page, "Continue").click();
      else await page.getByLabel("Allowed Redirect URL(s)", { exact: true }).fill("https://app.example/cb");
      await control(page, "Add").dblclick();
      await heading(page, "Client Successfully Created").waitFor();
      assert.match(await page.title(), /^Client Successfully Created - /);
      const id = await page.getByLabel("Client Id", { exact: true }).inputValue();
      await page.getByRole("button", { name: "Copy Client Id" }).click();
      await page.getByText("Client Id copied").first().waitFor({ state: "attached" });
      assert.equal(await copied(page), id);
      if (type === "client-credentials") await page.getByRole("button", { name: "Copy Client Secret" }).click();
      await control(page, "Close").click();
      await page.waitForURL(new RegExp(`/portal/clients/${id}`));
      await page.goto(`${server.url}/portal/clients?type=${type}&q=${name}`);
      await page.getByText("1 client", { exact: true }).waitFor();
    }
  }));

test("Never Expires greys the day, keeps it, and warns (UX-28)", () =>
  visit(browser, "never-expires", {}, async (page) => {
    await open(page, "/portal/clients/new?type=client-credentials");
    await page.getByLabel("Name", { exact: true }).fill("for-ever");
    await control(page, "Continue").click();
    const [day, warning] = [page.getByLabel("Expires on"), page.getByText("A secret that never expires stays dangerous")];
    const look = () => day.evaluate((field) => ["color", "borderTopStyle"].map((name) => getComputedStyle(field)[name]).join());
    const [before, value] = [await look(), await day.inputValue()];
    assert.ok([aYearFrom(new Date()), aYearFrom(new Date(Date.now() - 60_000))].includes(value), value);
    assert.ok(!(await warning.isVisible()));
    await page.getByLabel("Never Expires").check();
    assert.ok(await warning.isVisible());
    assert.notEqual(await look(), before);
    assert.equal(await day.inputValue(), value);
    await control(page, "Add").click();
    await heading(page, "Client Successfully Created").waitFor();
    await page.getByText("Never expires", { exact: true }).waitFor();
  }));

test("the address typed at sign-in need not be typed again for a new password", () =>
  visit(browser, "forgot", {}, async (page) => {
    await page.goto(`${server.url}/login`);
    await page.locator("#email").fill("uma@example.com");
    await page.getByRole("link", { name: "Forgot your password?" }).click();
    await control(page, "Send the link").waitFor();
    assert.equal(await page.getByLabel("E-mail").inputValue(), "uma@example.com");
  }));

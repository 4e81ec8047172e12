// The one window that shows a secret: hard to close without taking the secret along, and ready to be tried.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { launch, visit } from "./support/browser.js";
import { administrator, control, heading, signIn } from "./support/portal.js";
import { Server } from "./support/server.js";

let browser, server;
before(async () => {
  browser = await launch();
  server = await Server.startSetUp(administrator);
});
after(async () => {
  await browser?.close();
  await server?.end();
});

/** Adds a client as far as the window; gives what it shows. */
async function openWindow(page, name) {
  await page.goto(`${server.url}/portal/clients/new?type=client-credentials`);
  if (page.url().includes("/login")) await signIn(page);
  await page.getByLabel("Name", { exact: true }).fill(name);
  await control(page, "Continue").click();
  await control(page, "Add").click();
  await heading(page, "Client Successfully Created").waitFor();
  const value = (label) => page.getByLabel(label, { exact: true }).inputValue();
  return { id: await value("Client Id"), secret: await value("Client Secret") };
}

test("closing without a copy asks once, and after a copy it does not (UX-26, UX-27)", async () => {
  const permissions = ["clipboard-read", "clipboard-write"];
  await visit(browser, "one-time-window", { permissions }, async (page) => {
    const { secret } = await openWindow(page, "asked");
    await control(page, "Close").click();
    await page.getByText("You have not copied the Client Secret. Close anyway?").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Copy Client Secret" }).click();
    await page.getByText("Client Secret copied").first().waitFor({ state: "attached" });
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), secret);
    await control(page, "Close").click();
    await page.waitForURL("**/portal/clients/*");

    const other = await openWindow(page, "copied by the question");
    await control(page, "Close").click();
    await page.getByRole("button", { name: "Copy and close" }).click();
    await page.waitForURL("**/portal/clients/*");
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), other.secret);

    await page.goBack();
    await heading(page, "This secret was shown once").waitFor();

    await openWindow(page, "left");
    const asked = page.waitForEvent("dialog");
    const leaving = page.goto(`${server.url}/portal`).catch(() => {});
    const dialog = await asked;
    assert.equal(dialog.type(), "beforeunload");
    await dialog.accept();
    await leaving;
  });
});

test("both values are taken along as .env, and a token is a press away", async () => {
  const permissions = ["clipboard-read", "clipboard-write"];
  await visit(browser, "one-time-window-env", { permissions }, async (page) => {
    const { id, secret } = await openWindow(page, "tried");
    const expected = `PORTCULLIS_CLIENT_ID=${id}\nPORTCULLIS_CLIENT_SECRET=${secret}\n`;
    await page.getByRole("button", { name: "Copy as .env" }).click();
    await page.getByText("Client Id and Client Secret copied").first().waitFor({ state: "attached" });
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), expected);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download .env" }).click(),
    ]);
    assert.equal(await readFile(await download.path(), "utf8"), expected);
    await page.getByRole("button", { name: "Get a token now" }).click();
    await page.getByText(/✓ 200 in \d+ ms · a token that expires in 1 hour/).waitFor();
    await page.getByText(`"client_id": "${id}"`).waitFor();
  });
});

test("a window begins at its first field, and Escape leaves it as Cancel or Close does", async () => {
  await visit(browser, "windows", {}, async (page) => {
    const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent);
    await page.goto(`${server.url}/portal/clients/new?type=client-credentials`);
    if (page.url().includes("/login")) await signIn(page);
    await page.waitForURL("**/portal/clients/new**");
    assert.equal(await focused(), "name");
    await page.keyboard.press("Escape");
    await page.waitForURL("**/portal/clients?type=client-credentials");

    await openWindow(page, "left by a key");
    assert.equal(await focused(), "Client Successfully Created");
    await page.keyboard.press("Escape");
    await page.getByText("You have not copied the Client Secret. Close anyway?").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByLabel("Client Secret", { exact: true }).waitFor();
    page.once("dialog", (dialog) => dialog.accept());
    await page.goto(`${server.url}/portal/clients`);
    await page.getByRole("link", { name: "left by a key" }).press("Enter");
    await heading(page, "left by a key").waitFor();
    assert.equal(await focused(), "client", "the focus goes to the pane");
  });
});

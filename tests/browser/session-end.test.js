// A form that is sent when the session is over, and a name as long as names may be.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, visit } from "./support/browser.js";
import { administrator, control, signIn } from "./support/portal.js";
import { Server } from "./support/server.js";

const long = "W".repeat(100);
let browser, server, client;
before(async () => {
  browser = await launch();
  server = await Server.startSetUp(administrator);
  client = await server.addClient("client-credentials", long);
});
after(async () => {
  await browser?.close();
  await server?.end();
});

test("what was typed is there again after the sign-in that a form had to wait for", () =>
  visit(browser, "session-end", {}, async (page, context) => {
    await page.goto(`${server.url}/portal/clients/new?type=hybrid`);
    await signIn(page);
    await page.waitForURL("**/portal/clients/new?type=hybrid");
    await page.getByLabel("Name", { exact: true }).fill("charts");
    await page.getByLabel("Allowed Redirect URL(s)").fill("https://charts.example.com/cb");
    await context.clearCookies();
    await control(page, "Add").click();
    await page.getByText("Your session has ended.").waitFor();
    await signIn(page);
    await page.waitForURL("**/portal/clients/new?type=hybrid");
    assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "charts");
    assert.equal(await page.getByLabel("Allowed Redirect URL(s)").inputValue(), "https://charts.example.com/cb");
    await control(page, "Add").click();
    await page.getByRole("heading", { name: "Client Successfully Created" }).waitFor();
  }));

test("a long name without spaces pushes nothing off the page", () =>
  visit(browser, "long-name", {}, async (page) => {
    await page.goto(`${server.url}/portal/clients`);
    await signIn(page);
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      for (const address of ["/portal/clients", `/portal/clients/${client.id}`, `/portal/clients/${client.id}?tab=quick-start`]) {
        await page.goto(server.url + address);
        await page.getByText(long).first().waitFor({ state: "attached" });
        const wide = await page.evaluate(() => document.scrollingElement.scrollWidth);
        assert.ok(wide <= width, `${address} is ${wide} px wide on ${width} px`);
      }
      await page.goto(`${server.url}/portal/clients`);
      const [table, box] = await page.locator(".table-wrap").first().evaluate((wrap) => [wrap.scrollWidth, wrap.clientWidth]);
      assert.ok(table <= box, `the list is ${table} px wide in ${box} px, at ${width} px`);
    }
  }));

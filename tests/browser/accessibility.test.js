// Every page of the way to a first token, in light and in dark, as it is and after a mistake: no violation of WCAG 2.2 AA
// that axe can see, no sideways scrolling on a small phone, nothing from another origin, and all of it by keyboard.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, visit } from "./support/browser.js";
import { Problems, tabTo } from "./support/looks.js";
import { control, heading, openClients, setUp } from "./support/portal.js";
import { Server } from "./support/server.js";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

test("no page of the way to a first token shuts anybody out (UX-51)", async () => {
  const server = await Server.start();
  const problems = new Problems();
  try {
    await visit(browser, "accessibility", {}, async (page, context) => {
      const foreign = [];
      context.on("request", (request) => {
        if (!request.url().startsWith(server.url) && !request.url().startsWith("data:")) foreign.push(request.url());
      });
      await page.goto(server.setupLink);
      await problems.look(page, "set up");
      await setUp(page, server);
      await problems.look(page, "home");
      await openClients(page);
      await problems.look(page, "clients, none");

      await page.goto(`${server.url}/portal/clients/new?type=client-credentials`);
      await problems.look(page, "add client");
      await control(page, "Continue").click();
      await page.getByText("There is a problem").first().waitFor();
      assert.match(await page.title(), /^Error: /);
      await problems.look(page, "add client, mistake");
      await page.getByLabel("Name", { exact: true }).fill("nightly-import");
      await control(page, "Continue").click();
      await heading(page, "Add Secret").waitFor();
      await problems.look(page, "add secret");
      await control(page, "Add").click();
      await heading(page, "Client Successfully Created").waitFor();
      await problems.look(page, "client successfully created");
      const id = await page.getByLabel("Client Id", { exact: true }).inputValue();

      for (const [name, address] of [
        ["clients", "/portal/clients"],
        ["client", `/portal/clients/${id}`],
        ["edit client", `/portal/clients/${id}/edit`],
        ["add another secret", `/portal/clients/${id}/secrets/new`],
        ["no such page", "/portal/no-such-page"],
      ]) {
        await page.goto(server.url + address);
        await problems.look(page, name);
      }
      await context.clearCookies();
      await page.goto(`${server.url}/portal/clients`);
      await page.waitForURL("**/login**");
      await problems.look(page, "sign in");
      assert.deepEqual(foreign, [], "nothing comes from another origin");
    });
  } finally {
    await server.end();
  }
  assert.equal(problems.told.length, 0, problems.told.join("\n"));
});

test("a client can be added by keyboard alone (UX-50)", async () => {
  const server = await Server.start();
  try {
    await visit(browser, "keyboard", {}, async (page) => {
      await setUp(page, server);
      await page.goto(`${server.url}/portal/clients`);
      await tabTo(page, "Add Client");
      await page.keyboard.press("Enter");
      await heading(page, "Add Client").waitFor();
      await tabTo(page, "Name");
      await page.keyboard.type("typed-by-keyboard");
      await tabTo(page, "Continue");
      await page.keyboard.press("Enter");
      await heading(page, "Add Secret").waitFor();
      await tabTo(page, "Add");
      await page.keyboard.press("Enter");
      await heading(page, "Client Successfully Created").waitFor();
      await tabTo(page, "Copy Client Secret");
    });
  } finally {
    await server.end();
  }
});

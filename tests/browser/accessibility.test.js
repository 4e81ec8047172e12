// Every page of the way to a first token, in light and in dark, as it is and after a mistake: no violation of WCAG 2.2 AA
// that axe can see, no sideways scrolling on a small phone, nothing from another origin, and all of it by keyboard.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { launch, visit } from "./support/browser.js";
import { control, heading, openClients, setUp } from "./support/portal.js";
import { Server } from "./support/server.js";

const axe = await readFile(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** Notes a problem once, with every page that has it. */
function note(problems, problem, where) {
  problems.set(problem, [...(problems.get(problem) ?? []), where]);
}

async function look(page, name, problems) {
  await page.evaluate(axe);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations } = await page.evaluate((tags) => window.axe.run({ runOnly: tags }), tags);
    for (const { id, help, nodes } of violations) {
      for (const node of nodes) note(problems, `${id}, ${help}: ${node.html.slice(0, 160)}`, `${name} (${colorScheme})`);
    }
  }
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await page.setViewportSize({ width: 320, height: 640 });
  const wide = await page.evaluate(() => document.scrollingElement.scrollWidth);
  if (wide > 320) note(problems, `${wide} pixels wide on a screen of 320`, name);
  await page.setViewportSize({ width: 1280, height: 900 });
}

test("no page of the way to a first token shuts anybody out", async () => {
  const server = await Server.start();
  const problems = new Map();
  try {
    await visit(browser, "accessibility", {}, async (page, context) => {
      const foreign = [];
      context.on("request", (request) => {
        if (!request.url().startsWith(server.url) && !request.url().startsWith("data:")) foreign.push(request.url());
      });
      await page.goto(server.setupLink);
      await look(page, "set up", problems);
      await setUp(page, server);
      await look(page, "home", problems);
      await openClients(page);
      await look(page, "clients, none", problems);

      await page.goto(`${server.url}/portal/clients/new?type=client-credentials`);
      await look(page, "add client", problems);
      await control(page, "Continue").click();
      await page.getByText("There is a problem").first().waitFor();
      assert.match(await page.title(), /^Error: /);
      await look(page, "add client, mistake", problems);
      await page.getByLabel("Name", { exact: true }).fill("nightly-import");
      await control(page, "Continue").click();
      await heading(page, "Add Secret").waitFor();
      await look(page, "add secret", problems);
      await control(page, "Add").click();
      await heading(page, "Client Successfully Created").waitFor();
      await look(page, "client successfully created", problems);
      const id = await page.getByLabel("Client Id", { exact: true }).inputValue();

      for (const [name, address] of [
        ["clients", "/portal/clients"],
        ["client", `/portal/clients/${id}`],
        ["edit client", `/portal/clients/${id}/edit`],
        ["add another secret", `/portal/clients/${id}/secrets/new`],
        ["no such page", "/portal/no-such-page"],
      ]) {
        await page.goto(server.url + address);
        await look(page, name, problems);
      }
      await context.clearCookies();
      await page.goto(`${server.url}/portal/clients`);
      await page.waitForURL("**/login**");
      await look(page, "sign in", problems);
      assert.deepEqual(foreign, [], "nothing comes from another origin");
    });
  } finally {
    await server.end();
  }
  const told = [...problems].map(([problem, where]) => `${problem}\n    on ${where.join(", ")}`);
  assert.equal(told.length, 0, told.join("\n"));
});

test("a client can be added by keyboard alone", async () => {
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

/** Presses Tab until the control with this name has the focus. */
async function tabTo(page, name) {
  for (let press = 0; press < 80; press += 1) {
    const focused = await page.evaluate(() => {
      const here = document.activeElement;
      return (here?.labels?.[0]?.innerText ?? here?.ariaLabel ?? here?.innerText ?? "").replace(/\s+/g, " ").trim();
    });
    if (focused === name || focused.startsWith(`${name} `)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reaches “${name}”`);
}

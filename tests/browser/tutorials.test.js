// The tutorials and the examples that they are about, run as they are written.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { launch, visit } from "./support/browser.js";
import { blocks } from "./support/document.js";
import { administrator, control, signIn } from "./support/portal.js";
import { Program } from "./support/program.js";
import { Server } from "./support/server.js";
import { freePort } from "./support/site.js";

const run = promisify(execFile);
const examples = fileURLToPath(new URL("../../examples", import.meta.url));

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** A server with an administrator, and the examples beside it. */
async function stage(work) {
  const server = await Server.startSetUp(administrator);
  try {
    const filter = (file) => !/node_modules|\.env$/.test(file);
    await cp(examples, path.join(server.folder, "examples"), { recursive: true, filter });
    await work(server);
  } finally {
    await server.end();
  }
}

/** The commands of a tutorial: all but the last are run, the last is started. The app gets a port of its own. */
async function follow(server, document, documented) {
  const port = await freePort();
  const commands = (await blocks(document, "sh")).map((text) => text.replaceAll(`localhost:${documented}`, `localhost:${port}`));
  const start = commands.pop();
  const options = {
    cwd: server.folder,
    env: { ...process.env, ...server.environment, PORT: port, PORTCULLIS_ISSUER: server.issuer },
  };
  for (const command of commands) await run("bash", ["-euc", command], options);
  const app = await Program.start(start, options, /^Open http/m);
  return { app, url: `http://localhost:${port}/` };
}

const says = (page, text) => page.locator("#status", { hasText: text }).waitFor();

test("the tutorial of the browser app ends with a user who is signed in, and out again", () =>
  stage(async (server) => {
    const { app, url } = await follow(server, "tutorials/browser-app.md", 5173);
    try {
      await visit(browser, "tutorial-browser-app", {}, async (page) => {
        await page.goto(url);
        await says(page, "You are not signed in.");
        await control(page, "Sign in").click();
        await page.waitForURL("**/login**");
        await signIn(page);
        await says(page, `Hello ${administrator.name}.`);
        assert.equal(page.url(), url, "the code is gone from the address");
        assert.equal(JSON.parse(await page.locator("#claims").innerText()).email, administrator.email);

        await page.reload();
        await says(page, "You are not signed in.");
        await control(page, "Sign in").click();
        await says(page, `Hello ${administrator.name}.`);

        await page.goto(`${url}?code=stolen&state=other`);
        await says(page, "This answer is not to a question of this tab.");
        await control(page, "Sign in").click();
        await says(page, `Hello ${administrator.name}.`);

        await control(page, "Sign out").click();
        await says(page, "You are not signed in.");
        assert.equal(page.url(), url);
        await control(page, "Sign in").click();
        await page.waitForURL("**/login**");
      });
    } finally {
      await app.end();
    }
  }));

test("the tutorial of the server app ends with a user who stays signed in", () =>
  stage(async (server) => {
    const { app, url } = await follow(server, "tutorials/server-app.md", 3000);
    try {
      await visit(browser, "tutorial-server-app", {}, async (page) => {
        await page.goto(url);
        await says(page, "You are not signed in.");
        await control(page, "Sign in").click();
        await page.waitForURL("**/login**");
        await signIn(page);
        await says(page, `Hello ${administrator.name}.`);
        for (const refreshes of ["1", "2"]) {
          await control(page, "Refresh now").click();
          await page.locator("#refreshes", { hasText: refreshes }).waitFor();
        }
        await control(page, "Sign out").click();
        await says(page, "You are not signed in.");
        assert.equal(page.url(), url);
        await control(page, "Sign in").click();
        await page.waitForURL("**/login**");
      });
    } finally {
      await app.end();
    }
  }));

test("the daemons read their account", () =>
  stage(async (server) => {
    const folder = path.join(server.folder, "examples/daemon");
    await writeFile(path.join(folder, ".env"), await server.cli("client", "create", "nightly-import", "--output", "env"));
    const env = { PATH: process.env.PATH, PORTCULLIS_ISSUER: server.issuer };
    for (const command of [["bash", "daemon.sh"], ["python3", "daemon.py"]]) {
      const { stdout } = await run(command[0], command.slice(1), { cwd: folder, env });
      assert.match(JSON.parse(stdout).Id, /^[0-9a-f-]{36}$/, command.join(" "));
    }
  }));

// The way from an empty folder to a daemon's token, step by step, by a person with a browser.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, visit } from "./support/browser.js";
import { aYearFrom, administrator, control, heading, openClients, setUp, signIn } from "./support/portal.js";
import { Server } from "./support/server.js";
import { askForToken, verify } from "./support/token.js";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** Everything from the set-up link to the window with the secret. Gives what the fields there hold. */
async function addClient(page, server, name) {
  await setUp(page, server);

  await openClients(page);
  const type = page.getByLabel("Client Type");
  assert.equal(await type.locator("option:checked").innerText(), "Client-Credentials");
  const types = (await type.locator("option").allInnerTexts()).slice(0, 3);
  assert.deepEqual(types, ["Client-Credentials", "Authorization Code", "Hybrid"]);

  await control(page, "Add Client").click();
  await heading(page, "Add Client").waitFor();
  await page.getByLabel("Name", { exact: true }).fill(name);
  const member = page.getByRole("checkbox", { name: /Account Member/ });
  assert.ok(await member.isChecked(), "Account Member is ticked");
  await member.click({ force: true }).catch(() => {});
  assert.ok(await member.isChecked(), "and stays ticked");
  await page.getByRole("checkbox", { name: /Account Viewer/ }).check();
  const lifetime = page.getByLabel(/^Token Lifetime/);
  assert.equal(await lifetime.inputValue(), "3600");
  await lifetime.fill("600");
  await control(page, "Continue").click();

  await heading(page, "Add Secret").waitFor();
  await page.getByLabel("Description").fill("First secret of the nightly import");
  const expected = [aYearFrom(new Date()), aYearFrom(new Date(Date.now() - 60_000))];
  const expires = await page.locator("[name=expires_on]").inputValue();
  assert.ok(expected.includes(expires), `${expires} is a year from now`);
  assert.equal(await page.getByRole("checkbox", { name: /Never Expires/ }).isChecked(), false);
  await control(page, "Add").click();

  await heading(page, "Client Successfully Created").waitFor();
  const id = await page.getByLabel("Client Id", { exact: true }).inputValue();
  const secret = await page.getByLabel("Client Secret", { exact: true }).inputValue();
  assert.match(secret, /^pc_cs_[0-9A-Za-z_-]{43,}$/);
  return { id, secret };
}

/** Closes the window; the client is in the list, its secret is nowhere any more. */
async function closeAndLookForTheSecret(page, server, name, { id, secret }) {
  await control(page, "Close").click();
  await page.waitForURL("**/portal/clients**");
  await page.getByRole("table").getByText(name).first().waitFor();
  assert.ok((await page.locator("html").innerHTML()).includes(id), "the Client Id is still to be seen");

  // The browser may want to send the form again to show the window again: let it.
  await page.goBack().catch((error) => assert.match(error.message, /ERR_CACHE_MISS/));
  await page.waitForLoadState();
  assert.ok(!(await page.locator("html").innerHTML()).includes(secret), "Back does not show the secret");
  await page.reload();
  assert.ok(!(await page.locator("html").innerHTML()).includes(secret), "nor does sending the form again");
  await page.goto(`${server.url}/portal/clients`);
  assert.equal(await page.getByRole("table").getByText(name, { exact: true }).count(), 1, "nor does that add a second client");
  await page.goto(`${server.url}/portal/clients/${id}`);
  await heading(page, name).first().waitFor();

  const answers = server.recorder.holding(secret);
  assert.equal(answers.length, 1, `the secret was in ${answers.map(({ method, url }) => `${method} ${url}`).join(", ")}`);
  assert.match(answers[0].headers["cache-control"], /no-store/);
  assert.ok(!server.output.includes(secret), "the secret is not in the log");
  assert.ok(!(await server.written()).includes(secret), "the secret is not in the store");
}

/** A daemon with the copied values gets a token that an API can verify. */
async function useTheClient(server, { id, secret }) {
  const answer = await askForToken(server, id, secret);
  assert.equal(answer.status, 200, await answer.clone().text());
  assert.match(answer.headers.get("cache-control"), /no-store/);
  const { access_token, token_type, expires_in } = await answer.json();
  assert.equal(token_type, "Bearer");
  assert.equal(expires_in, 600);
  const claims = await verify(server, access_token);
  assert.equal(claims.sub, id);
  assert.equal(claims.client_id, id);
  assert.equal(claims.roles.length, 2, "Account Member and Account Viewer");
  const refused = await askForToken(server, id, `${secret.slice(0, -1)}${secret.endsWith("A") ? "B" : "A"}`);
  assert.equal(refused.status, 401, "another secret is refused");
}

test("a person adds a client, copies its secret, and a daemon gets a token with it (UX-10, UX-12, UX-25, UX-26)", async () => {
  const server = await Server.start();
  try {
    const permissions = ["clipboard-read", "clipboard-write"];
    const copied = await visit(browser, "with-javascript", { permissions }, async (page) => {
      const shown = await addClient(page, server, "nightly-import");
      const copied = {};
      for (const [key, label] of [["id", "Client Id"], ["secret", "Client Secret"]]) {
        await page.getByRole("button", { name: `Copy ${label}` }).click();
        await page.getByText(`${label} copied`).first().waitFor({ state: "attached" });
        copied[key] = await page.evaluate(() => navigator.clipboard.readText());
      }
      assert.deepEqual(copied, shown, "Copy takes exactly what is shown");
      await closeAndLookForTheSecret(page, server, "nightly-import", shown);
      return copied;
    });
    await useTheClient(server, copied);
  } finally {
    await server.end();
  }
});

test("the same works without JavaScript (UX-50)", async () => {
  const server = await Server.start();
  try {
    const shown = await visit(browser, "without-javascript", { javaScriptEnabled: false }, async (page) => {
      const shown = await addClient(page, server, "nightly-import");
      assert.equal(await page.getByRole("button", { name: /^Copy/ }).count(), 0, "a button that cannot work is not shown");
      await closeAndLookForTheSecret(page, server, "nightly-import", shown);
      return shown;
    });
    await useTheClient(server, shown);
  } finally {
    await server.end();
  }
});

test("the portal asks who you are and brings you to where you were going", async () => {
  const server = await Server.start();
  try {
    await visit(browser, "set-up", {}, (page) => setUp(page, server));
    await visit(browser, "sign-in", {}, async (page) => {
      await page.goto(`${server.url}/portal/clients?type=hybrid`);
      await page.waitForURL("**/login**");
      await signIn(page, { ...administrator, password: "not the right password" });
      await page.getByText(/do not match an account/).first().waitFor();
      assert.equal(await page.locator("#email").inputValue(), administrator.email, "what was typed is kept");
      assert.equal(await page.locator("#password").inputValue(), "", "but not the password");
      await signIn(page);
      await page.waitForURL("**/portal/clients?type=hybrid");
      assert.equal(await page.getByLabel("Client Type").locator("option:checked").innerText(), "Hybrid");
    });
  } finally {
    await server.end();
  }
});

// Whole tasks by keyboard alone, with and without JavaScript, and the pages that they lead past. Names end with the numbers
// of the statements that they hold the pages to.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, visit } from "./support/browser.js";
import { Problems, tabTo } from "./support/looks.js";
import { administrator, control, heading, signIn } from "./support/portal.js";
import { Server } from "./support/server.js";
import { Site } from "./support/site.js";

let browser, server, site, daemon, app, field;
before(async () => {
  browser = await launch();
  server = await Server.startSetUp(administrator);
  site = await Site.start({ "/callback": ["text/html", "<title>Back</title>"] });
  daemon = await server.addClient("client-credentials", "billing", "--expires", "20d");
  const asks = ["--consent", "always", "--pkce", "optional"];
  app = await server.addClient("hybrid", "charts", ...asks, "--redirect-url", `${site.url}/callback`);
  field = await server.addClient("hybrid", "field-app", ...asks, "--redirect-url", "com.example.field:/cb");
  await server.cli("user", "add", "uma@example.com", "--name", "Uma Jansen", "--password-file", "password.txt");
});
after(async () => {
  await browser?.close();
  await server?.end();
  await site?.end();
});

const uma = { ...administrator, email: "uma@example.com" };

function authorize(client, parameters) {
  const all = { client_id: client.id, redirect_uri: `${site.url}/callback`, response_type: "code", scope: "openid email", ...parameters };
  return `${server.issuer}/connect/authorize?${new URLSearchParams(all)}`;
}

/** Moves to the control of this name and presses Enter. */
async function press(page, name) {
  await tabTo(page, name);
  await page.keyboard.press("Enter");
}

/** Types into the field of this name. */
async function type(page, name, text) {
  await tabTo(page, name);
  await page.keyboard.type(text);
}

async function signInByKeyboard(page, { email, password }) {
  await heading(page, "Sign in").waitFor();
  await type(page, "E-mail", email);
  await type(page, "Password", password);
  await page.keyboard.press("Enter");
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with" : "without";

  test(`a secret is replaced by keyboard alone, ${how} JavaScript (UX-50)`, () =>
    visit(browser, `rotating-${how}`, { javaScriptEnabled, permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
      await page.goto(`${server.url}/portal`);
      await signInByKeyboard(page, administrator);
      await heading(page, "Home").waitFor();
      const name = `billing-${how}`;
      const { id } = await server.addClient("client-credentials", name, "--expires", "20d");
      await page.reload();
      await page.getByText(`A secret of ${name} expires`).waitFor();
      await page.goto(`${server.url}/portal/clients/${id}`);
      await press(page, "Add Secret");
      await heading(page, "Add Secret").waitFor();
      await tabTo(page, "Description");
      assert.match(await page.getByLabel("Description").inputValue(), /^Replaces ‘/);
      await press(page, "Add");
      await heading(page, "Secret Successfully Created").waitFor();
      if (javaScriptEnabled) {
        await press(page, "Copy Client Secret");
        await page.getByText("Client Secret copied").first().waitFor({ state: "attached" });
      }
      await press(page, "Close");
      await heading(page, name).first().waitFor();
      const old = (await page.locator(".secret-title h3").allInnerTexts()).at(-1);
      await press(page, `Actions for secret ${old}`);
      await press(page, "Remove Secret");
      await heading(page, `Remove secret ‘${old}’?`).waitFor();
      await press(page, "Remove");
      await page.getByText("The secret was removed.").waitFor();
    }));

  test(`a user signs in to an app, takes its access back and signs out, by keyboard alone, ${how} JavaScript (UX-50)`, () =>
    visit(browser, `user-${how}`, { javaScriptEnabled }, async (page) => {
      await page.goto(authorize(app));
      await signInByKeyboard(page, uma);
      await page.getByText("wants to access your account").waitFor();
      await press(page, "Allow");
      await page.waitForURL(`${site.url}/callback?**`);
      await page.goto(`${server.url}/account`);
      await press(page, "Apps with access");
      await heading(page, "Apps with access").waitFor();
      await press(page, "Remove access of charts");
      await page.getByText("Access was removed.").waitFor();
      await press(page, "Devices");
      await heading(page, "Devices").waitFor();
      const device = page.getByRole("listitem").filter({ hasText: "this device" }).locator("strong");
      await press(page, `Sign out of ${await device.innerText()}`);
      await page.waitForURL((url) => !url.pathname.startsWith("/account"));
      await page.goto(`${server.url}/account`);
      await signInByKeyboard(page, uma);
      await heading(page, "My account").waitFor();
      await press(page, "UJ"); // the initials, before the name
      await press(page, "Sign out");
      await heading(page, "You are signed out").waitFor();
    }));
}

test("no page for users, no question and no mistake shuts anybody out (UX-51)", async () => {
  const problems = new Problems();
  await visit(browser, "users-pages", {}, async (page, context) => {
    const look = async (name, address, expected) => {
      await page.goto(address.startsWith("http") ? address : server.url + address);
      await heading(page, expected).first().waitFor();
      await problems.look(page, name);
    };
    const mistake = async (name, button) => {
      await control(page, button).click();
      await heading(page, "There is a problem").waitFor();
      assert.match(await page.title(), /^Error: /, name);
      await problems.look(page, `${name}, mistake`);
    };
    await look("sign in", "/login", "Sign in");
    await mistake("sign in", "Sign in");
    await look("forgot", "/password/forgot", "Forgot your password?");
    await look("error of an app", authorize(app, { redirect_uri: `${site.url}/other` }), "You can’t sign in to charts right now");
    await look("dead link", "/password/new?link=x", "This link no longer works");
    const link = (await server.cli("user", "reset-password", uma.email)).trim();
    await look("new password", link, "Choose a new password");
    await mistake("new password", "Save password");
    await look("signed out", "/identity/connect/endsession", "You are signed out");

    await page.goto(`${server.url}/account`);
    await signIn(page, uma);
    await look("account", "/account", "My account");
    await look("password", "/account/password", "Password");
    await mistake("password", "Save");
    await look("devices", "/account/devices", "Devices");
    await look("no apps", "/account/apps", "Apps with access");
    await look("no role", "/portal/clients", "You may not open this page");
    await look("consent", authorize(app), "wants to access your account");
    await look("choose an account", authorize(app, { prompt: "select_account" }), "Choose an account");
    await look("apps", "/account/apps", "Apps with access");
    await look("sign out", "/identity/connect/endsession", "Sign out of Portcullis?");

    await context.clearCookies();
    await page.goto(`${server.url}/portal`);
    await signIn(page);
    await page.waitForURL("**/portal");
    const [client, secret] = [`/portal/clients/${daemon.id}`, (await server.secrets("billing"))[0]];
    await look("edit client", `${client}/edit`, "Edit Client");
    await page.getByLabel("Name", { exact: true }).fill("");
    await mistake("edit client", "Save");
    await look("roles of a client", `${client}?tab=roles`, "Roles");
    await look("manage roles", `${client}/roles`, "Manage Roles");
    await look("disable client", `${client}/disable`, "Disable client ‘billing’?");
    await look("remove client", `${client}/remove`, "Remove client ‘billing’?");
    await look("add secret", `${client}/secrets/new`, "Add Secret");
    await page.getByLabel("Expires on").fill("2020-01-01");
    await mistake("add secret", "Add");
    await look("edit secret", `${client}/secrets/${secret}/edit`, "Edit Secret");
    await page.getByLabel("Expires on").fill("2020-01-01");
    await mistake("edit secret", "Save");
    await look("remove secret", `${client}/secrets/${secret}/remove`, "Remove secret");
    await look("what are you building", "/portal/clients/new", "Add Client");
    await look("nothing found", "/portal/clients?q=zzz", "No client matches");
    await look("user", `/portal/users?q=uma`, "Users");
    await page.getByRole("link", { name: "Uma Jansen" }).click();
    await heading(page, "Uma Jansen").waitFor();
    await problems.look(page, "user");
    const user = new URL(page.url()).pathname;
    await look("edit user", `${user}/edit`, "Edit User");
    await page.getByLabel("Name", { exact: true }).fill("");
    await mistake("edit user", "Save");
    await look("add user", "/portal/users/new", "Add User");
    await mistake("add user", "Add");
  });
  // In a window of its own: headless, the browser waits for ever for somebody to say whether the app may be opened.
  await visit(browser, "continue", {}, async (page) => {
    await page.goto(authorize(field, { redirect_uri: "com.example.field:/cb" }));
    await signIn(page, uma);
    await control(page, "Allow").click();
    await heading(page, "Continue to your app").waitFor();
    assert.match(await control(page, "Continue").getAttribute("href"), /^com\.example\.field:\/cb\?code=/);
    await problems.look(page, "continue to an app");
  });
  assert.equal(problems.told.length, 0, problems.told.join("\n"));
});

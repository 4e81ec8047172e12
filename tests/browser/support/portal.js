// What a person does in the portal, in the words they see.
import assert from "node:assert/strict";

export const administrator = {
  name: "Alex Kim",
  email: "alex@example.com",
  password: "correct horse battery staple",
};

/** A control that does something when pressed: whether it is a link or a button is not the reader's business. */
export function control(page, name) {
  return page.getByRole("button", { name, exact: true }).or(page.getByRole("link", { name, exact: true })).first();
}

export function heading(page, name) {
  return page.getByRole("heading", { name });
}

/** Opens the set-up link and makes the first administrator. */
export async function setUp(page, server) {
  await page.goto(server.setupLink);
  const code = new URL(server.setupLink).searchParams.get("code");
  assert.equal(await page.locator("[name=code]").inputValue(), code, "the code is filled in from the link");
  await page.locator("[name=name]").fill(administrator.name);
  await page.locator("[name=email]").fill(administrator.email);
  await page.locator("[name=password]").fill(administrator.password);
  await control(page, "Create administrator").click();
  await page.waitForURL("**/portal**");
}

/** Signs in on the page that asks for it. */
export async function signIn(page, { email, password } = administrator) {
  await page.locator("#email").fill(email);
  await page.locator("#password").fill(password);
  await page.locator("#submit").click();
}

/** Menu icon, then Clients under Security. */
export async function openClients(page) {
  await control(page, "Menu").click();
  await page.getByRole("navigation").getByRole("link", { name: "Clients", exact: true }).first().click();
  await page.waitForURL("**/portal/clients**");
}

/** The day that a year from now is, as a date field holds it. */
export function aYearFrom(now) {
  return new Date(Date.UTC(now.getUTCFullYear() + 1, now.getUTCMonth(), now.getUTCDate())).toISOString().slice(0, 10);
}

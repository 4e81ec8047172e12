// Pictures for the documents, made where somebody asks for them: PORTCULLIS_PICTURES=../../docs/images npm test
import path from "node:path";
import { test } from "node:test";
import { launch, visit } from "./support/browser.js";
import { administrator, heading, signIn } from "./support/portal.js";
import { Server } from "./support/server.js";

const folder = process.env.PORTCULLIS_PICTURES;

test("pictures of the main pages, light and dark", { skip: !folder && "PORTCULLIS_PICTURES names no folder" }, async () => {
  const [browser, server] = [await launch(), await Server.startSetUp(administrator)];
  try {
    const daemon = await server.addClient("client-credentials", "nightly-import", "--role", "Account Contributor", "--expires", "300d");
    await server.addClient("client-credentials", "billing-export", "--expires", "6d");
    await server.addClient("client-credentials", "wiki-search", "--expires", "90d");
    await server.addClient("hybrid", "Contoso Charts", "--redirect-url", "https://charts.contoso.com/callback");
    await server.cli("secret", "add", "nightly-import", "--description", "prod 2027");
    await server.cli("user", "add", "sam@example.com", "--name", "Sam Rivera");
    for (const colorScheme of ["light", "dark"]) {
      const options = { colorScheme, viewport: { width: 1280, height: 760 }, reducedMotion: "reduce" };
      await visit(browser, "pictures", options, async (page) => {
        await page.goto(`${server.url}/portal`);
        await signIn(page);
        for (const [name, address, title] of [
          ["client", `/portal/clients/${daemon.id}`, "nightly-import"],
          ["audit", "/portal/audit", "Audit Log"],
        ]) {
          await page.goto(server.url + address);
          await heading(page, title).first().waitFor();
          await page.screenshot({ path: path.join(folder, `${name}-${colorScheme}.png`) });
        }
      });
    }
  } finally {
    await browser.close();
    await server.end();
  }
});

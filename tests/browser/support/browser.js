// Debian's Chromium, one profile per visit, and a picture of the page when a test fails.
import { mkdir } from "node:fs/promises";
import { chromium } from "playwright-core";

const quiet = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    chromiumSandbox: process.getuid?.() !== 0,
    args: quiet,
  });
}

/** Opens a page with an empty profile, does the work with it, and leaves a picture in `failures/` if that fails. */
export async function visit(browser, name, options, work) {
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  try {
    return await work(page, context);
  } catch (error) {
    await mkdir("failures", { recursive: true });
    await page.screenshot({ path: `failures/${name}.png`, fullPage: true }).catch(() => {});
    error.message += `\nat ${page.url()}, pictured in tests/browser/failures/${name}.png`;
    throw error;
  } finally {
    await context.close();
  }
}

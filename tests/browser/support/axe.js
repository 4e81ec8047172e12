// What must be true of every page: no violation of WCAG 2.2 AA that axe can see, in light and in dark, and no sideways
// scrolling on a small phone.
import { readFile } from "node:fs/promises";

const axe = await readFile(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Notes a problem once, with every page that has it. */
function note(problems, problem, where) {
  problems.set(problem, [...(problems.get(problem) ?? []), where]);
}

/** Looks at a page and notes what is wrong with it in `problems`, a map. */
export async function look(page, name, problems) {
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

/** The problems as sentences. */
export function told(problems) {
  return [...problems].map(([problem, where]) => `${problem}\n    on ${where.join(", ")}`);
}

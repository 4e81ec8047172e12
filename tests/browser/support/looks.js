// What must be true of every page: nothing that axe can see shuts anybody out, in light and in dark, and nothing is wider
// than a small phone.
import { readFile } from "node:fs/promises";

const axe = await readFile(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Problems, each once, with every page that has it. */
export class Problems {
  #found = new Map();

  note(problem, where) {
    this.#found.set(problem, [...(this.#found.get(problem) ?? []), where]);
  }

  /** Looks at the page that is open. */
  async look(page, name) {
    await page.evaluate(axe);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const { violations } = await page.evaluate((tags) => window.axe.run({ runOnly: tags }), tags);
      for (const { id, help, nodes } of violations) {
        for (const node of nodes) this.note(`${id}, ${help}: ${node.html.slice(0, 160)}`, `${name} (${colorScheme})`);
      }
    }
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    const size = page.viewportSize();
    await page.setViewportSize({ width: 320, height: 640 });
    const wide = await page.evaluate(() => document.scrollingElement.scrollWidth);
    if (wide > 320) this.note(`${wide} pixels wide on a screen of 320`, name);
    await page.setViewportSize(size);
  }

  /** All of them in words; empty if there are none. */
  get told() {
    return [...this.#found].map(([problem, where]) => `${problem}\n    on ${where.join(", ")}`);
  }
}

/** Presses Tab until the control with this name has the focus. */
export async function tabTo(page, name) {
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

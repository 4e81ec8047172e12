// The documents, so that a test can run what they tell people to run.
import { readFile } from "node:fs/promises";

/** The code blocks of one language in a document below `docs/`, in order. */
export async function blocks(document, language) {
  const text = await readFile(new URL(`../../../docs/${document}`, import.meta.url), "utf8");
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map((match) => match[1]);
}

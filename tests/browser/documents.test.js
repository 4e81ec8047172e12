// The documents tell people what to type. Here it is typed.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { blocks } from "./support/document.js";
import { Server } from "./support/server.js";
import { verify } from "./support/token.js";

const run = promisify(execFile);

test("the terminal's way of the first tutorial ends with a token that the how-to's code takes", async () => {
  const server = await Server.prepare();
  try {
    const here = (text) => text.replaceAll("http://localhost:8484", server.url);
    const shell = (text, environment) =>
      run("bash", ["-euc", here(text)], { cwd: server.folder, env: { ...server.environment, ...environment }, timeout: 60_000 });
    const [init, serve, create, ask, print] = await blocks("tutorials/first-token.md", "sh");

    await shell(init);
    server.run("bash", ["-euc", `exec ${serve.trim().replace(/&$/, "")}`]);
    await server.untilReady();
    assert.equal(server.setupLink, undefined, "there is an administrator already, so no link is printed");
    await shell(create);
    const answer = JSON.parse((await shell(ask)).stdout);
    assert.equal(answer.token_type, "Bearer");
    await verify(server, answer.access_token);

    const printed = await shell(`set -a; . ./.env; set +a\n${print}`);
    const [token] = printed.stdout.split("\n");
    const claims = await verify(server, token);

    const [code] = await blocks("how-to/validate-tokens.md", "js");
    const file = path.join(server.folder, "validate.mjs");
    await writeFile(file, here(code));
    const { validate } = await import(pathToFileURL(file));
    assert.deepEqual(await validate(token), claims);
    const [head, , signature] = token.split(".");
    const other = Buffer.from(JSON.stringify({ ...claims, sub: "somebody else" })).toString("base64url");
    await assert.rejects(validate(`${head}.${other}.${signature}`), /signature is wrong/);
  } finally {
    await server.end();
  }
});

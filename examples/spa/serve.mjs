// Serves the two files of the app, and its settings: any web server would do.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const env = await readFile(new URL(".env", import.meta.url), "utf8").catch(() => "");
const { PORT = 5173, ...settings } = { ...Object.fromEntries(env.split("\n").map((line) => line.split(/=(.*)/))), ...process.env };
const { PORTCULLIS_ISSUER: issuer = "http://localhost:8484/identity", PORTCULLIS_CLIENT_ID: clientId } = settings;
if (!clientId) throw new Error("PORTCULLIS_CLIENT_ID is neither in .env nor in the environment");

const files = {
  "/": ["text/html", await readFile(new URL("index.html", import.meta.url))],
  "/app.js": ["text/javascript", await readFile(new URL("app.js", import.meta.url))],
  "/settings.json": ["application/json", JSON.stringify({ issuer, clientId })],
};

createServer((request, response) => {
  const [type, body] = files[request.url.split("?")[0]] ?? [];
  response.writeHead(body ? 200 : 404, { "content-type": type ?? "text/plain", "cache-control": "no-store" });
  response.end(body ?? "There is nothing here.");
}).listen(PORT, "localhost", () => console.log(`Open http://localhost:${PORT}/`));

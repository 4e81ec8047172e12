// Starts the built binary in an empty folder, behind a recorder that keeps every answer it gives.
import { execFile, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Recorder } from "./recorder.js";
import { freePort } from "./site.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const binary = process.env.PORTCULLIS_BINARY ?? path.join(root, "target/debug/portcullis");
const patience = 30_000;

export class Server {
  output = "";

  /** Starts a server that nobody has set up yet. `end()` it afterwards. */
  static async start() {
    const server = await Server.prepare();
    server.run(binary, ["serve"]);
    try {
      await server.untilReady();
      await server.until(() => server.setupLink, "a set-up link in the output");
    } catch (error) {
      await server.end();
      throw error;
    }
    return server;
  }

  /** Starts a server that has an administrator, made in the terminal, with `more` settings. `end()` it afterwards. */
  static async startSetUp({ email, password, name }, more = {}) {
    const server = await Server.prepare();
    Object.assign(server.environment, more);
    try {
      await writeFile(path.join(server.folder, "password.txt"), password, { mode: 0o600 });
      await server.cli("init", "--admin-email", email, "--name", name, "--password-file", "password.txt");
      server.run(binary, ["serve"]);
      await server.untilReady();
    } catch (error) {
      await server.end();
      throw error;
    }
    return server;
  }

  /** An empty folder and an address, and nothing running yet. */
  static async prepare() {
    const server = new Server();
    server.folder = await mkdtemp(path.join(tmpdir(), "portcullis-browser-"));
    server.recorder = await Recorder.start();
    server.url = `http://localhost:${server.recorder.port}`;
    server.recorder.target = await freePort();
    server.environment = {
      PATH: `${path.dirname(binary)}:${process.env.PATH}`,
      PORTCULLIS_PUBLIC_URL: server.url,
      PORTCULLIS_SERVER__LISTEN: `127.0.0.1:${server.recorder.target}`,
      PORTCULLIS_SERVER__INTERNAL_LISTEN: `127.0.0.1:${await freePort()}`,
      PORTCULLIS_DATA_DIR: path.join(server.folder, "portcullis-data"),
    };
    return server;
  }

  /** Runs a program in the folder, told by its environment where the store and the server are. */
  run(program, parameters) {
    this.process = spawn(program, parameters, {
      cwd: this.folder,
      env: this.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process.on("error", (error) => (this.output += `\n${error.message}`));
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => (this.output += text));
    }
  }

  /** Runs a command of the binary; gives what it answers. */
  async cli(...parameters) {
    const { stdout } = await promisify(execFile)(binary, parameters, { cwd: this.folder, env: this.environment });
    return stdout;
  }

  /** Adds a client of one type; gives its id, and its secret if it has one. */
  async addClient(type, name, ...flags) {
    const { Client, Secret, Id } = JSON.parse(
      await this.cli("client", "create", name, "--type", type, ...flags, "--output", "json"),
    );
    return { id: Client?.Id ?? Id, secret: Secret };
  }

  /** The numbers of a client's secrets, the latest first. */
  async secrets(client) {
    return (await this.cli("secret", "list", client, "--quiet")).trim().split("\n");
  }

  get issuer() {
    return `${this.url}/identity`;
  }

  untilReady() {
    return this.until(async () => (await this.get("/readyz")).status === 200, "ready");
  }

  /** The link that the server printed for its first administrator. */
  get setupLink() {
    return this.output.match(/http:\/\/localhost:\d+\/setup\?code=[0-9A-Za-z-]+/)?.[0];
  }

  get(address, options) {
    return fetch(new URL(address, this.url), { redirect: "manual", ...options });
  }

  /** Waits for something the server does; shows what it printed if that never comes. */
  async until(condition, what) {
    for (const end = Date.now() + patience; Date.now() < end; ) {
      if (this.process.exitCode !== null || this.process.pid === undefined) break;
      if (await Promise.resolve().then(condition).catch(() => false)) return;
      await new Promise((resume) => setTimeout(resume, 25));
    }
    throw new Error(`no ${what}; the server printed:\n${this.output}`);
  }

  /** Everything that the server has written to its folder, as one text. */
  async written() {
    const files = await readdir(this.folder, { recursive: true, withFileTypes: true });
    const texts = files
      .filter((file) => file.isFile())
      .map((file) => readFile(path.join(file.parentPath ?? file.path, file.name), "latin1"));
    return (await Promise.all(texts)).join("\n");
  }

  async end() {
    if (this.process?.pid !== undefined && this.process.exitCode === null) {
      const gone = new Promise((resume) => this.process.once("exit", resume));
      this.process.kill("SIGTERM");
      await gone;
    }
    await this.recorder.end();
    await rm(this.folder, { recursive: true, force: true });
  }
}

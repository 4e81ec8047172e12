// A program that runs beside the server and stops with the test.
import { spawn } from "node:child_process";

const patience = 120_000;

export class Program {
  output = "";

  /** Starts it in a process group of its own, and waits until it has printed this. */
  static async start(command, options, ready) {
    const program = new Program();
    program.process = spawn("bash", ["-euc", command], { ...options, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    program.process.on("error", (error) => (program.output += `\n${error.message}`));
    for (const stream of [program.process.stdout, program.process.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => (program.output += text));
    }
    for (const end = Date.now() + patience; !ready.test(program.output); ) {
      if (program.process.exitCode !== null || Date.now() > end) {
        await program.end();
        throw new Error(`it never printed ${ready}, but:\n${program.output}`);
      }
      await new Promise((resume) => setTimeout(resume, 25));
    }
    return program;
  }

  /** Stops it and whatever it started. */
  async end() {
    if (this.process.pid === undefined || this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = new Promise((resume) => this.process.once("exit", resume));
    process.kill(-this.process.pid, "SIGTERM");
    await gone;
  }
}

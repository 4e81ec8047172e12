// Stands between browser and server and keeps every answer, so that a test can say in how many of them a secret was.
import http from "node:http";

export class Recorder {
  answers = [];
  target = 0;

  static async start() {
    const recorder = new Recorder();
    recorder.server = http.createServer((request, response) => recorder.pass(request, response));
    await new Promise((resume) => recorder.server.listen(0, "localhost", resume));
    recorder.port = recorder.server.address().port;
    return recorder;
  }

  pass(request, response) {
    const { "accept-encoding": _, connection: __, ...headers } = request.headers;
    const { method, url } = request;
    const onward = http.request({ host: "127.0.0.1", port: this.target, method, path: url, headers }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => {
        const body = Buffer.concat(parts);
        this.answers.push({ method, url, status: answer.statusCode, headers: answer.headers, body: body.toString() });
        response.writeHead(answer.statusCode, answer.rawHeaders).end(body);
      });
    });
    onward.on("error", (error) => response.writeHead(502).end(error.message));
    request.pipe(onward);
  }

  /** The answers that hold a text, in a header or in the body, as it is or escaped for HTML or a URL. */
  holding(text) {
    const forms = [text, encodeURIComponent(text)];
    return this.answers.filter(({ headers, body }) => {
      const whole = JSON.stringify(headers) + body;
      return forms.some((form) => whole.includes(form));
    });
  }

  end() {
    this.server.closeAllConnections?.();
    return new Promise((resume) => this.server.close(resume));
  }
}

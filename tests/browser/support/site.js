// Sites of others: the origins on which apps live.
import http from "node:http";
import net from "node:net";

/** A site on a free port of localhost: another origin than the server's, on the same site. */
export class Site {
  requests = [];

  /** `pages` are `[type, body]` by path, or a function that gives one for a request. */
  static async start(pages) {
    const site = new Site();
    site.pages = pages;
    site.server = http.createServer(async (request, response) => {
      let body = "";
      for await (const part of request) body += part;
      const { method, url, headers } = request;
      site.requests.push({ method, url, headers, body });
      const page = site.pages[url.split(/[?#]/)[0]];
      const [type, text] = page ?? ["text/plain", "There is nothing here."];
      response.writeHead(page ? 200 : 404, { "content-type": type }).end(text);
    });
    await new Promise((resume) => site.server.listen(0, "localhost", resume));
    site.url = `http://localhost:${site.server.address().port}`;
    return site;
  }

  end() {
    this.server.closeAllConnections?.();
    return new Promise((resume) => this.server.close(resume));
  }
}

/** A port that nobody listens on. */
export function freePort() {
  return new Promise((resume, fail) => {
    const probe = net.createServer().on("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resume(port));
    });
  });
}

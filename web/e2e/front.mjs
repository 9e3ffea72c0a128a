/** A proxy before a server, which can be cut off, lose files, and pretend to be another version. */
import { createServer, request } from 'node:http';
import { connect } from 'node:net';

export class Front {
  /** Changes the text of the page and of the service worker. */
  rewrite = (text) => text;
  /** Whether a path is gone. */
  isGone = () => false;

  static async before(server) {
    const front = new Front();
    const { hostname, port } = new URL(server.url);
    front.sockets = new Set();
    front.http = createServer((asked, answer) => front.#pass(asked, answer, { hostname, port }));
    front.http.on('connection', (socket) => {
      front.sockets.add(socket);
      socket.on('close', () => front.sockets.delete(socket));
    });
    front.http.on('upgrade', (asked, socket, head) => {
      const to = connect(Number(port), hostname, () => {
        const headers = asked.rawHeaders.flatMap((name, at, all) => (at % 2 === 0 ? [`${name}: ${all[at + 1]}`] : []));
        to.write(`${asked.method} ${asked.url} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
        to.write(head);
        to.pipe(socket).pipe(to);
      });
      for (const end of [to, socket]) end.on('error', () => { to.destroy(); socket.destroy(); });
    });
    await new Promise((resolve) => front.http.listen(0, '127.0.0.1', resolve));
    front.url = `http://127.0.0.1:${front.http.address().port}`;
    return front;
  }

  #pass(asked, answer, to) {
    const { pathname } = new URL(asked.url, 'http://any');
    if (this.isGone(pathname)) return answer.writeHead(404).end();
    // Plain, so that it can be rewritten.
    const headers = { ...asked.headers, 'accept-encoding': 'identity' };
    const passed = request({ ...to, method: asked.method, path: asked.url, headers }, (given) => {
      const isText = pathname === '/sw.js' || /text\/html/.test(given.headers['content-type'] ?? '');
      if (!isText) {
        answer.writeHead(given.statusCode, given.headers);
        return given.pipe(answer);
      }
      const parts = [];
      given.on('data', (part) => parts.push(part));
      return given.on('end', () => {
        const body = this.rewrite(Buffer.concat(parts).toString(), pathname);
        const { 'content-length': _, etag: __, ...rest } = given.headers;
        answer.writeHead(given.statusCode, { ...rest, 'content-length': Buffer.byteLength(body) }).end(body);
      });
    });
    passed.on('error', () => answer.destroy());
    return asked.pipe(passed);
  }

  async end() {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.http.close(resolve));
  }
}

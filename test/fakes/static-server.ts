import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StaticServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: { readonly path: string; readonly headers: IncomingMessage['headers'] }[];
}

/** Serves over real HTTP on loopback whatever the handler answers. */
export async function staticServer(
  handle: (path: string, response: ServerResponse) => void | Promise<void>,
): Promise<StaticServer> {
  const requests: StaticServer['requests'] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? '').slice(1);
    requests.push({ path, headers: request.headers });
    Promise.resolve(handle(path, response)).catch((cause: unknown) => {
      response.destroy(cause instanceof Error ? cause : undefined);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A handler that serves a map of files and 404 for the rest. */
export function serveFiles(files: ReadonlyMap<string, Uint8Array>) {
  return (path: string, response: ServerResponse) => {
    const bytes = files.get(path);
    response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
  };
}

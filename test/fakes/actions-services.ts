import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a test may do to one request before it is answered. */
export type Fault = (request: { method: string; path: string }, response: ServerResponse) => 'answered' | undefined;

interface StoredArtifact {
  readonly id: number;
  readonly name: string;
  readonly blob: string;
  readonly run: unknown;
  readonly job: unknown;
  size: string;
  digest: string | undefined;
}

/**
 * GitHub's results service as the runner's clients see it: cache v2 and artifacts v4 (Twirp with JSON bodies), and the
 * part of Azure's block blob protocol that their uploads and downloads use. Everything is kept in memory.
 */
export class ActionsServices {
  readonly blobs = new Map<string, Buffer>();
  /** Methods and paths as they came in. */
  readonly requests: string[] = [];
  fault: Fault = () => undefined;
  readonly #blocks = new Map<string, Buffer>();
  readonly #caches = new Map<string, { blob: string; done: boolean }>();
  readonly #artifacts = new Map<string, StoredArtifact>();
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #next = 1;

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The variables that a runner gives to an action. The token's payload names run and job. */
  environment(): Record<string, string> {
    const payload = Buffer.from(JSON.stringify({ scp: 'Actions.Results:run-1:job-1' })).toString('base64url');
    return {
      ACTIONS_RESULTS_URL: `${this.#base()}/`,
      ACTIONS_RUNTIME_TOKEN: `e30.${payload}.c2ln`,
      ACTIONS_CACHE_SERVICE_V2: 'true',
      GITHUB_SERVER_URL: '',
    };
  }

  /** Changes every stored blob whose name contains a text. */
  tamper(name: string, change: (bytes: Buffer) => Buffer): void {
    for (const [path, bytes] of this.blobs) if (path.includes(name)) this.blobs.set(path, change(bytes));
  }

  #base(): string {
    const address = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${address.port}`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const url = new URL(request.url ?? '/', this.#base());
    const method = request.method ?? 'GET';
    this.requests.push(`${method} ${url.pathname.split('/').slice(-1)[0]}`);
    if (this.fault({ method, path: url.pathname }, response) === 'answered') return;
    if (url.pathname.startsWith('/twirp/')) {
      const answer = this.#twirp(url.pathname.split('/').at(-1) ?? '', JSON.parse(body.toString() || '{}'));
      const status = 'code' in answer ? (answer['code'] === 'already_exists' ? 409 : 404) : 200;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    } else this.#blob(method, url, request, body, response);
  }

  #twirp(method: string, query: Record<string, unknown>): Record<string, unknown> {
    const key = `${String(query['version'])}|${String(query['key'])}`;
    const name = String(query['name']);
    switch (method) {
      case 'CreateCacheEntry': {
        if (this.#caches.has(key)) return { code: 'already_exists', msg: 'cache entry already exists' };
        const blob = `cache-${this.#next++}`;
        this.#caches.set(key, { blob, done: false });
        return { ok: true, signed_upload_url: this.#signed(blob), message: '' };
      }
      case 'FinalizeCacheEntryUpload': {
        const entry = this.#caches.get(key);
        if (entry !== undefined) entry.done = true;
        return { ok: entry !== undefined, entry_id: String(this.#next++), message: '' };
      }
      case 'GetCacheEntryDownloadURL': {
        const entry = this.#caches.get(key);
        if (entry?.done !== true) return { ok: false, signed_download_url: '', matched_key: '' };
        return { ok: true, signed_download_url: this.#signed(entry.blob), matched_key: query['key'] };
      }
      case 'CreateArtifact': {
        if (this.#artifacts.has(name))
          return { code: 'already_exists', msg: 'an artifact with this name already exists' };
        const id = this.#next++;
        const run = query['workflow_run_backend_id'];
        const job = query['workflow_job_run_backend_id'];
        this.#artifacts.set(name, { id, name, blob: `artifact-${id}.zip`, run, job, size: '0', digest: undefined });
        return { ok: true, signed_upload_url: this.#signed(`artifact-${id}.zip`) };
      }
      case 'FinalizeArtifact': {
        const stored = this.#artifacts.get(name);
        if (stored === undefined) return { code: 'not_found', msg: name };
        stored.size = String(query['size']);
        stored.digest = typeof query['hash'] === 'string' ? query['hash'] : undefined;
        return { ok: true, artifact_id: String(stored.id) };
      }
      case 'ListArtifacts':
        return { artifacts: this.#list(query) };
      case 'GetSignedArtifactURL': {
        const stored = this.#artifacts.get(name);
        return stored === undefined
          ? { code: 'not_found', msg: name }
          : { name, signed_url: this.#signed(stored.blob) };
      }
      default:
        return { code: 'bad_route', msg: method };
    }
  }

  #list(query: Record<string, unknown>): unknown[] {
    return [...this.#artifacts.values()]
      .filter((stored) => query['name_filter'] === undefined || stored.name === query['name_filter'])
      .filter((stored) => query['id_filter'] === undefined || String(stored.id) === idOf(query['id_filter']))
      .map(({ id, name, run, job, size, digest }) => ({
        workflow_run_backend_id: run,
        workflow_job_run_backend_id: job,
        database_id: String(id),
        name,
        size,
        created_at: '2026-01-01T00:00:00Z',
        digest,
      }));
  }

  // The clients insist on /account/container/blob.
  #signed(blob: string): string {
    return `${this.#base()}/account/container/${blob}?sig=x&se=2099-01-01&sp=rcw`;
  }

  #blob(method: string, url: URL, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const part = url.searchParams.get('comp');
    if (method === 'PUT') {
      if (part === 'block') this.#blocks.set(`${url.pathname}|${url.searchParams.get('blockid')}`, body);
      else if (part === 'blocklist') {
        const ids = [...body.toString().matchAll(/<(?:Latest|Uncommitted|Committed)>([^<]+)</g)].map(
          (match) => match[1],
        );
        const blocks = ids.map((id) => this.#blocks.get(`${url.pathname}|${id}`) ?? Buffer.alloc(0));
        this.blobs.set(url.pathname, Buffer.concat(blocks));
      } else this.blobs.set(url.pathname, body);
      response
        .writeHead(201, { etag: '"1"', 'last-modified': new Date(0).toUTCString(), 'x-ms-version': '2024-01-01' })
        .end();
      return;
    }
    const bytes = this.blobs.get(url.pathname);
    if (bytes === undefined) {
      response.writeHead(404).end();
      return;
    }
    const range = /bytes=(\d+)-(\d+)?/.exec(String(request.headers.range ?? request.headers['x-ms-range'] ?? ''));
    const sent =
      range === null
        ? bytes
        : bytes.subarray(Number(range[1]), range[2] === undefined ? undefined : Number(range[2]) + 1);
    const headers = {
      'content-type': url.pathname.endsWith('.zip') ? 'application/zip' : 'application/octet-stream',
      'content-length': sent.length,
      etag: '"1"',
      'last-modified': new Date(0).toUTCString(),
    };
    response.writeHead(range === null ? 200 : 206, headers).end(method === 'HEAD' ? undefined : sent);
  }
}

// The client sends 64-bit numbers as texts.
function idOf(value: unknown): string {
  return typeof value === 'number' || typeof value === 'string' ? String(value) : '';
}

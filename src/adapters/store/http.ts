import { setTimeout as wait } from 'node:timers/promises';
import { readCappedBody } from '#adapters/http/capped-body';
import { AssayError, isAssayError } from '#model/errors';
import { TOOLKIT } from '#model/toolkit';
import type { RegistryReader } from '#ports/registry-store';

export interface HttpRegistryOptions {
  /** For one attempt, from the request to the last byte. */
  readonly timeoutMs?: number;
  /** Attempts in all; only faults that may pass are tried again. */
  readonly attempts?: number;
  /** First pause between attempts; it doubles each time. */
  readonly pauseMs?: number;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 5;
const CONTENT_ADDRESSED = /\/[0-9a-f]{64}(?:\.|$)/;

/**
 * A registry behind an address: Pages, a CDN, an object store, any static server. Everything it serves is checked
 * against digests or signatures by the caller. Throws INPUT_INVALID for an address that is not https (loopback may
 * be http).
 */
export function httpRegistry(address: string, options: HttpRegistryOptions = {}): RegistryReader {
  const base = baseAddress(address);
  return {
    location: base.href,
    // What is not named by its digest changes in place, and a cache on the way may still hold yesterday's.
    read: (path, maxBytes) =>
      readPatiently(new URL(path, base), !CONTENT_ADDRESSED.test(`/${path}`), maxBytes, options),
  };
}

/**
 * Fetches bytes that somebody will check by digest, from an address that a release or a mirror event names. Throws
 * INPUT_INVALID for an address that is not https (loopback may be http), NETWORK, UPSTREAM_REFUSED or FILE_TOO_LARGE.
 */
export async function downloadBytes(
  address: string,
  maxBytes: number,
  options: HttpRegistryOptions = {},
): Promise<Uint8Array | undefined> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !isSafe(url)) {
    throw new AssayError('INPUT_INVALID', `${JSON.stringify(address.slice(0, 300))} is no address to fetch from`, {
      hint: 'Bytes are fetched over https.',
    });
  }
  return readPatiently(url, false, maxBytes, options);
}

async function readPatiently(
  url: URL,
  changes: boolean,
  maxBytes: number,
  { attempts = 3, timeoutMs = 60_000, pauseMs = 250 }: HttpRegistryOptions,
): Promise<Uint8Array | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readOnce(url, changes, maxBytes, timeoutMs);
    } catch (cause) {
      const error = isAssayError(cause) ? cause : unreachable(url, cause);
      if (error.code !== 'NETWORK' || attempt >= attempts) throw error;
      await wait(pauseMs * 2 ** (attempt - 1));
    }
  }
}

function isSafe(url: URL): boolean {
  const encrypted = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
  return encrypted && url.username === '' && url.password === '';
}

function isLoopback(url: URL): boolean {
  return LOOPBACK.has(url.hostname);
}

function baseAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !isSafe(url) || url.search !== '' || url.hash !== '') {
    throw new AssayError('INPUT_INVALID', `${JSON.stringify(address.slice(0, 300))} is no address of a registry`, {
      hint: 'Give an https address without user name, query or fragment, or the path of a folder.',
    });
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

async function readOnce(
  url: URL,
  changes: boolean,
  maxBytes: number,
  timeoutMs: number,
): Promise<Uint8Array | undefined> {
  const headers: Record<string, string> = { 'user-agent': TOOLKIT.userAgent };
  if (changes) headers['cache-control'] = 'no-cache';
  const response = await fetchSafely(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
  if (response.status === 404 || response.status === 410) {
    await response.body?.cancel();
    return undefined;
  }
  if (!response.ok) {
    await response.body?.cancel();
    const passes = response.status >= 500 || response.status === 429 || response.status === 408;
    throw new AssayError(passes ? 'NETWORK' : 'UPSTREAM_REFUSED', `${url.href} answered ${response.status}`, {
      hint: passes ? 'Try again later.' : 'Check the address and whether it needs a login.',
    });
  }
  return readCappedBody(response, url.href, maxBytes);
}

/** Follows redirects itself, since fetch follows them to addresses without encryption too, and into this machine. */
async function fetchSafely(start: URL, request: RequestInit): Promise<Response> {
  let url = start;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await fetch(url, request);
    const location = REDIRECTS.has(response.status) ? response.headers.get('location') : null;
    if (location === null) return response;
    await response.body?.cancel();
    const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
    if (next === undefined || !isSafe(next) || (isLoopback(next) && !isLoopback(start))) {
      throw new AssayError('UPSTREAM_REFUSED', `${url.href} sends on to ${JSON.stringify(location.slice(0, 300))}`, {
        hint: 'Only https addresses are followed, and none into this machine.',
      });
    }
    url = next;
  }
  throw new AssayError('UPSTREAM_REFUSED', `${start.href} sends on more than ${MAX_REDIRECTS} times`, {
    hint: 'Check the address; the server is set up wrongly.',
  });
}

function unreachable(url: URL, cause: unknown): AssayError {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const why = inner instanceof Error ? inner.message : String(inner);
  return new AssayError('NETWORK', `${url.href} cannot be reached: ${why}`, {
    cause,
    hint: 'Check the network and the address; what is already installed keeps working.',
  });
}

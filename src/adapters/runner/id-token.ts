import * as z from 'zod';
import { readCappedBody } from '#adapters/http/capped-body';
import { AssayError, isAssayError } from '#model/errors';
import { parseJson } from '#model/parse';
import { TOOLKIT } from '#model/toolkit';
import type { Environment } from './runner.ts';

const TIMEOUT_MS = 30_000;
const SERVICE = "the runner's token service";
const MAX_RESPONSE_BYTES = 64 * 1024;

const ResponseSchema = z.looseObject({ value: z.string().min(1) });

/**
 * Asks the runner's token service for an OIDC token of the audience `sigstore`, anew with each call (GitHub Docs,
 * "OpenID Connect reference"). Undefined where the job has no `id-token: write`. Asking throws NETWORK or
 * UPSTREAM_REFUSED; no message holds a token.
 */
export function identityTokens(env: Environment): (() => Promise<string>) | undefined {
  const address = env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '';
  const bearer = env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '';
  if (address === '' || bearer === '') return undefined;
  return async () => {
    const url = new URL(address);
    url.searchParams.set('audience', 'sigstore');
    const body = await answerOf(url, bearer).catch((cause: unknown) => {
      if (isAssayError(cause)) throw cause;
      throw new AssayError('NETWORK', `${SERVICE} could not be reached`, { cause, hint: 'Run the job again.' });
    });
    return parseJson(ResponseSchema, body, { source: `the answer of ${SERVICE}`, maxBytes: MAX_RESPONSE_BYTES }).value;
  };
}

async function answerOf(url: URL, bearer: string): Promise<Uint8Array> {
  const response = await fetch(url, {
    headers: { authorization: `bearer ${bearer}`, accept: 'application/json', 'user-agent': TOOLKIT.userAgent },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.ok) return readCappedBody(response, SERVICE, MAX_RESPONSE_BYTES);
  await response.body?.cancel();
  throw refused(response.status);
}

function refused(status: number): AssayError {
  const code = status < 500 ? 'UPSTREAM_REFUSED' : 'NETWORK';
  return new AssayError(code, `${SERVICE} answered ${status}`, {
    hint: 'Check that the job has `permissions: id-token: write`, then run it again.',
  });
}

import * as z from 'zod';
import { AssayError } from '#model/errors';
import { parseJson } from '#model/parse';
import type { Environment } from './runner.ts';

const TIMEOUT_MS = 30_000;
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
    const response = await fetch(url, {
      headers: { authorization: `bearer ${bearer}`, accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((cause: unknown) => {
      throw new AssayError('NETWORK', "the runner's token service could not be reached", {
        cause,
        hint: 'Run the job again.',
      });
    });
    if (!response.ok) throw refused(response.status);
    const { value } = parseJson(ResponseSchema, await response.text(), {
      source: "the answer of the runner's token service",
      maxBytes: MAX_RESPONSE_BYTES,
    });
    return value;
  };
}

function refused(status: number): AssayError {
  const code = status < 500 ? 'UPSTREAM_REFUSED' : 'NETWORK';
  return new AssayError(code, `the runner's token service answered ${status}`, {
    hint: 'Check that the job has `permissions: id-token: write`, then run it again.',
  });
}

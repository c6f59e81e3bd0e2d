import { AssayError } from '#model/errors';

/**
 * The body of a response, at most `maxBytes` bytes of it; `source` names the server in errors. Throws FILE_TOO_LARGE
 * as soon as more arrives, whatever the server announced.
 */
export async function readCappedBody(response: Response, source: string, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (response.body === null) return new Uint8Array();
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks, length);
    length += value.length;
    if (length > maxBytes) {
      await reader.cancel().catch(() => {});
      throw new AssayError('FILE_TOO_LARGE', `${source} sends more than ${maxBytes} bytes`, {
        hint: 'A file of this kind is smaller; the server is not serving what it should.',
      });
    }
    chunks.push(value);
  }
}

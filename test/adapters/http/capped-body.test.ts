import { describe, expect, it } from 'vitest';
import { readCappedBody } from '#adapters/http/capped-body';

/** A body that would go on for ever; says when its reader lets go of it. */
function endless(): { readonly response: Response; readonly released: () => boolean } {
  let released = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(1000)),
    cancel: () => {
      released = true;
    },
  });
  return { response: new Response(body), released: () => released };
}

describe('the body of a response', () => {
  it('is read whole up to the limit', async () => {
    const bytes = await readCappedBody(new Response('x'.repeat(10)), 'a server', 10);
    expect(Buffer.from(bytes).toString()).toBe('x'.repeat(10));
    expect(await readCappedBody(new Response(null), 'a server', 10)).toEqual(new Uint8Array());
  });

  it('is let go of as soon as it is longer', async () => {
    const { response, released } = endless();
    await expect(readCappedBody(response, 'a server', 2500)).rejects.toMatchObject({
      code: 'FILE_TOO_LARGE',
      message: 'a server sends more than 2500 bytes',
    });
    expect(released()).toBe(true);
  });
});

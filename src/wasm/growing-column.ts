/** The column itself, or a longer one with the same first `length` entries, that has room for so many more. */
export function withRoom(column: Uint32Array<ArrayBuffer>, length: number, more: number): Uint32Array<ArrayBuffer> {
  if (length + more <= column.length) return column;
  const wider = new Uint32Array(Math.max(length + more, Math.ceil(1.5 * column.length)));
  wider.set(column.subarray(0, length));
  return wider;
}

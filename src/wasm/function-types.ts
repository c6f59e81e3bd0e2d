import { withRoom } from './growing-column.ts';

const FIRST_ROOM = 16;

/** The type index of every function, imported ones first, while they are read: there may be a million. */
export class FunctionTypes {
  length = 0;
  private types = new Uint32Array(FIRST_ROOM);

  /** Makes room for so many more. */
  expect(many: number): void {
    this.types = withRoom(this.types, this.length, many);
  }

  add(type: number): void {
    this.expect(1);
    this.types[this.length++] = type;
  }

  /** Undefined for a function that is not there. */
  at(index: number): number | undefined {
    return index < this.length ? this.types[index] : undefined;
  }

  all(): Uint32Array {
    return this.types.subarray(0, this.length);
  }
}

/** Class of roots that reach nothing. */
const NOTHING = 0;
/** Places of the hash table that are looked at for one root; seldom more than three, unless a file was made for it. */
const MOST_PLACES = 32;

/**
 * Roots by the bits that they have, a word of them at a time. A class is what a word adds to the class before it, so
 * that words of zeros, which nearly all are where there are many, make no class and take no room.
 */
export class RootClasses {
  /** Class of each root. */
  readonly of: Int32Array;
  /** Roots with a bit in the block at hand. */
  private readonly found: Uint32Array;
  /** Classes of the block at hand that found no place in its hash table; what places strings get nobody can foretell. */
  private readonly crowded = new Map<string, number>();
  private readonly parents: number[] = [-1];
  private readonly blocks: number[] = [-1];
  private readonly words: number[] = [0];

  constructor(roots: number) {
    this.of = new Int32Array(roots);
    this.found = new Uint32Array(roots);
  }

  /** Splits the classes by the roots' words of the next block. */
  split(words: Uint32Array, block: number): void {
    const { of, found } = this;
    let many = 0;
    for (let index = 0; index < of.length; index++) if (words[index] !== 0) found[many++] = index;
    if (many === 0) return;
    const mask = 2 ** Math.ceil(Math.log2(2 * many + 1)) - 1;
    // A flat hash table from class and word to the new class; no class of this block is the first one.
    const slots = new Int32Array(mask + 1);
    this.crowded.clear();
    for (let at = 0; at < many; at++) {
      const index = found[at] ?? 0;
      of[index] = this.find(slots, mask, of[index] ?? NOTHING, block, words[index] ?? 0);
    }
  }

  private find(slots: Int32Array, mask: number, parent: number, block: number, word: number): number {
    let slot = (Math.imul(parent + 1, 0x9e3779b1) ^ Math.imul(word, 0x85ebca6b)) >>> 0;
    slot = (slot ^ (slot >>> 15)) & mask;
    for (let place = 0; place < MOST_PLACES; place++) {
      const group = slots[slot] ?? NOTHING;
      if (group === NOTHING) return (slots[slot] = this.add(parent, block, word));
      if (this.parents[group] === parent && this.words[group] === word) return group;
      slot = (slot + 1) & mask;
    }
    const key = `${parent} ${word}`;
    const group = this.crowded.get(key) ?? this.add(parent, block, word);
    this.crowded.set(key, group);
    return group;
  }

  private add(parent: number, block: number, word: number): number {
    this.parents.push(parent);
    this.blocks.push(block);
    return this.words.push(word) - 1;
  }

  /** Hands out the words of a class that are not zero, in the order of their blocks. */
  eachWord(group: number, take: (block: number, word: number) => void): void {
    const parent = this.parents[group] ?? -1;
    if (parent < 0) return;
    if (parent === NOTHING) return take(this.blocks[group] ?? 0, this.words[group] ?? 0);
    const chain: number[] = [];
    for (let at = group; at !== NOTHING; at = this.parents[at] ?? NOTHING) chain.push(at);
    for (let at = chain.pop(); at !== undefined; at = chain.pop()) take(this.blocks[at] ?? 0, this.words[at] ?? 0);
  }

  /** The word of the first block. */
  firstWord(group: number): number {
    let first = 0;
    this.eachWord(group, (block, word) => {
      if (block === 0) first = word;
    });
    return first;
  }
}

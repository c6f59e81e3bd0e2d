/**
 * What instructions say beyond counts, as a stream of words. The upper four bits tell the kind. TRACE.extended is
 * followed by two more words.
 */
export const TRACE = {
  call: 0,
  functionReference: 1,
  callReference: 2,
  callIndirect: 3,
  extended: 4,
} as const;

/** Kinds of extended words: their two operands. */
export const EXTENDED = {
  /** type, table */
  callIndirect: 1,
  /** table */
  tableWrite: 2,
  /** table, element segment */
  tableInit: 3,
  /** destination, source */
  tableCopy: 4,
  /** type that a block has */
  blockType: 5,
  /** type that is built */
  build: 6,
  /** how many operands an instruction pops beyond its type */
  operands: 7,
  /** a use of exception tags: how many */
  tags: 8,
} as const;

/** Leading bytes of composite types (WebAssembly 3.0, section 5.3.8). */
export const COMPOSITE = { function: 0x60, struct: 0x5f, array: 0x5e, continuation: 0x5d } as const;

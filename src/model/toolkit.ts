/** The toolkit's own name. It stands here and nowhere else in the sources. */
export const TOOLKIT = {
  name: 'assay',
  version: '0.1.0',
  repository: 'assay-wasm/assay',
  npmPackage: 'assay-wasm',
  attestationBase: 'https://assay-wasm.github.io/attestation/',
  schemaBase: 'https://assay-wasm.github.io/schemas/',
  userAgent: 'assay/0.1.0',
} as const;

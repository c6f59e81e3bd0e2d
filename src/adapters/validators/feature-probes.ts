/**
 * The smallest valid modules that use one feature each, without the eight leading bytes. An engine that refuses one
 * does not implement the feature, or has it switched off.
 */
const TYPE_VOID = '01 04 01 60 00 00';
const ONE_FUNCTION = `${TYPE_VOID} 03 02 01 00`;

/** A code section with one body that has no locals. */
function withBody(body: string): string {
  const size = body.split(' ').length + 1;
  const hex = (value: number) => value.toString(16).padStart(2, '0');
  return `${ONE_FUNCTION} 0a ${hex(size + 2)} 01 ${hex(size)} 00 ${body}`;
}

const PROBES: Readonly<Record<string, string>> = {
  'sign-ext': withBody('41 00 c0 1a 0b'),
  'nontrapping-fptoint': withBody('43 00 00 00 00 fc 00 1a 0b'),
  multivalue: '01 06 01 60 00 02 7f 7f',
  'reference-types': '04 04 01 6f 00 00',
  simd: withBody('41 00 fd 0f 1a 0b'),
  'relaxed-simd': withBody('41 00 fd 0f 41 00 fd 0f fd 80 02 1a 0b'),
  'tail-call': withBody('12 00 0b'),
  'extended-const': '06 09 01 7f 00 41 01 41 02 6a 0b',
  'multi-memory': '05 05 02 00 00 00 00',
  memory64: '05 03 01 04 00',
  table64: '04 04 01 70 04 00',
  'function-references': '01 09 02 60 00 00 60 01 63 00 00',
  gc: '01 03 01 5f 00',
  exceptions: withBody('1f 40 00 0b 0b'),
  'legacy-exceptions': withBody('06 40 0b 0b'),
  threads: '05 04 01 03 01 01',
  'custom-page-sizes': '05 04 01 08 00 00',
  'wide-arithmetic': '01 0a 01 60 04 7e 7e 7e 7e 02 7e 7e 03 02 01 00 0a 0e 01 0c 00 20 00 20 01 20 02 20 03 fc 13 0b',
  'custom-descriptors': '01 0b 01 4e 02 4d 01 5f 00 4c 00 5f 00',
  'stack-switching': '01 06 02 60 00 00 5d 00',
  'shared-everything-threads': '01 05 01 65 60 00 00',
  'compact-imports': '02 06 01 01 61 00 7f 00',
  'acquire-release-atomics':
    '01 05 01 60 00 01 7f 03 02 01 00 05 04 01 03 01 01 0a 0b 01 09 00 41 00 fe 10 12 00 00 0b',
  'memory-control': `${ONE_FUNCTION} 05 03 01 00 01 0a 0b 01 09 00 41 00 41 00 fc 12 00 0b`,
};

/** The same for components: the smallest valid ones that use a feature the component validator may not know. */
const COMPONENT_PROBES: Readonly<Record<string, string>> = {
  'component-model-values': '07 05 01 40 00 01 00 0a 06 01 00 01 66 01 00 09 03 00 00 00',
  'component-model-threading': '08 03 01 2d 00',
  'component-model-cancellable': '08 03 01 0c 01',
  'component-model-name-attributes': '07 03 01 42 00 0a 0e 01 02 01 61 01 00 05 62 3a 63 2f 64 05 00',
};

/** The whole component that probes for a feature; undefined where none is needed. */
export function componentFeatureProbe(feature: string): Uint8Array<ArrayBuffer> | undefined {
  return bytesOf('0d 00 01 00', COMPONENT_PROBES[feature]);
}

/** The whole module that probes for a feature; undefined where none is needed because every engine takes it. */
export function featureProbe(feature: string): Uint8Array<ArrayBuffer> | undefined {
  return bytesOf('01 00 00 00', PROBES[feature]);
}

function bytesOf(version: string, probe: string | undefined): Uint8Array<ArrayBuffer> | undefined {
  if (probe === undefined) return undefined;
  return Uint8Array.from(`00 61 73 6d ${version} ${probe}`.split(' '), (hex) => Number.parseInt(hex, 16));
}

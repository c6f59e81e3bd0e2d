import type { ByteReader } from './byte-reader.ts';
import { malformed } from './failures.ts';
import type { FeatureSet } from './features.ts';

const NAME_ATTRIBUTES = 100;

/** Name of a component import or export. */
export function readExternName(reader: ByteReader, features: FeatureSet): string {
  const start = reader.position;
  const kind = reader.byte('the kind of a name');
  if (kind > 2) throw malformed(start, `Malformed name kind 0x${kind.toString(16)}`, '0, 1 or 2');
  const name = reader.name('the name of an import or export');
  if (NESTED_NAME.test(name)) features.add('component-model-nested-names');
  return kind === 2 ? readNameAttributes(reader, name, features) : name;
}

/** A namespace inside another (`a:b:c/d`), or an interface behind another (`a:b/c/d`). */
const NESTED_NAME = /^[\w-]+:[\w-]+(?::|\/[\w-]+\/)/;

const IMPLEMENTS = 0;
const VERSION_SUFFIX = 1;
const EXTERNAL_ID = 2;

/**
 * What follows a name that carries attributes. A version suffix belongs to the name itself, which ends in the part of
 * the version that decides compatibility; the other attributes are for the validator.
 */
function readNameAttributes(reader: ByteReader, name: string, features: FeatureSet): string {
  features.add('component-model-name-attributes');
  let suffix = '';
  let implemented = false;
  const count = reader.count('attributes of a name', 2, NAME_ATTRIBUTES);
  for (let index = 0; index < count; index++) {
    const start = reader.position;
    const kind = reader.byte('an attribute of a name');
    if (kind > EXTERNAL_ID) throw malformed(start, `Malformed name attribute 0x${kind.toString(16)}`, '0, 1 or 2');
    const text = reader.name('an attribute of a name');
    if (kind === VERSION_SUFFIX) suffix = text;
    if (kind === IMPLEMENTS) implemented = true;
  }
  return !implemented && name.includes('@') ? name + suffix : name;
}

import type { FindingLocation } from '#model/audit-report';
import { groupDigits } from './quantity.ts';
import { visible } from './visible-text.ts';

/** One piece of a place in a module: what it is called and, for names that the module chose, the name. */
export interface PlacePart {
  readonly label: string;
  readonly name?: string;
}

/** A location in reading order: export, import, function, section, byte. */
export function placeParts(location: FindingLocation): PlacePart[] {
  const parts: PlacePart[] = [];
  if (location.export !== undefined) parts.push({ label: 'export', name: location.export });
  if (location.import !== undefined) parts.push({ label: 'import', name: location.import });
  if (location.function !== undefined) parts.push({ label: 'function', name: location.function });
  if (location.section !== undefined) parts.push({ label: 'section', name: location.section });
  if (location.offset !== undefined) {
    parts.push({ label: `byte ${groupDigits(location.offset)} (0x${location.offset.toString(16)})` });
  }
  return parts;
}

/** `export run, import env.log, byte 1,234 (0x4d2)`; empty for a location that says nothing. */
export function showPlace(location: FindingLocation): string {
  return placeParts(location)
    .map((part) => (part.name === undefined ? part.label : `${part.label} ${visible(part.name, 120)}`))
    .join(', ');
}

import { listed } from './clip.ts';
import type { Region } from './regions.ts';
import type { ReadRule } from './rule.ts';

/** Hosts that stand in most binaries: namespaces, licences, documentation of standard libraries. */
const USUAL =
  /(?:^|\.)(?:w3\.org|xml\.org|xmlsoap\.org|openxmlformats\.org|apache\.org|gnu\.org|rust-lang\.org|docs\.rs|crates\.io|golang\.org|go\.dev|github\.com|githubusercontent\.com|emscripten\.org|webassembly\.org|json-schema\.org|ietf\.org|unicode\.org|adobe\.com|purl\.org|iana\.org|example\.(?:com|org|net)|localhost)$/i;

const HOST =
  /:\/\/(?:[\w.%~-]{1,64}(?::[^\s@/]{1,64})?@)?([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\.[a-z]{2,24})(?![a-z0-9.-])/iy;

const MAX_HOSTS = 200;

/** Hosts in http, https, ws and ftp addresses of data and custom sections, but for those that stand everywhere. */
export function hostsIn(regions: readonly Region[]): Map<string, number> {
  const hosts = new Map<string, number>();
  for (const region of regions) {
    for (const position of region.anchors.get('://') ?? []) {
      if (hosts.size >= MAX_HOSTS) return hosts;
      if (!/(?:https?|wss?|ftp)$/i.test(region.text.slice(Math.max(0, position - 5), position))) continue;
      HOST.lastIndex = position;
      const match = HOST.exec(region.text);
      if (match === null) continue;
      const host = (match[1] ?? '').toLowerCase();
      if (!hosts.has(host) && !USUAL.test(host)) hosts.set(host, region.offsetAt(match.index));
    }
  }
  return hosts;
}

export const addresses: ReadRule = {
  info: {
    id: 'ASY320',
    name: 'addresses',
    row: 32,
    short: 'The module names addresses on the network',
    help: 'Addresses in data say where a plugin might talk to, or only where its licence is. Without a network capability they are text.',
    certainty: 'heuristic',
    level: 'note',
    action: 'Nothing to do where the addresses are documentation.',
    since: '1',
  },
  read: ({ regions }) => {
    const hosts = hostsIn(regions);
    if (hosts.size === 0) return [];
    return [
      {
        message: `names ${hosts.size === 1 ? 'the host' : `${hosts.size} hosts:`} ${listed([...hosts.keys()])}`,
        locations: [...hosts].map(([, offset]) => ({ offset })),
        extent: [...hosts.keys()],
      },
    ];
  },
};

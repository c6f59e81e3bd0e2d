import { quote } from './clip.ts';
import { nearest } from './edit-distance.ts';
import { parseInterfaceName } from './host-abi/component-interfaces.ts';
import { publishedWorld, versionServes, worldsBeside } from './host-abi/worlds.ts';
import type { Draft, ReadRule } from './rule.ts';

export const outsideWorld: ReadRule = {
  info: {
    id: 'ASY170',
    name: 'outside-world',
    row: 17,
    short: 'The component does not fit the world that its manifest names',
    help: 'A component targets a world: what it may import and what it has to export. An import outside the world, one of an incompatible version, or a missing export means that no host of that world can run it. Versions are compared the semantic way: 0.2.x serves an older 0.2.y. Worlds of a host’s own are bounded by the policy’s import list instead.',
    certainty: 'certain',
    level: 'error',
    action: 'Build for the world named in abi.world, or name the world that the component was built for.',
    since: '1',
  },
  read: ({ facts, abi }) => {
    const target = abi.world === undefined ? undefined : publishedWorld(abi.world);
    if (facts.kind !== 'component') return [];
    if (target === undefined) return unpublished(abi.world ?? '');
    const { world, name, version } = target;
    const drafts: Draft[] = [];
    for (const item of facts.imports) {
      if (item.type.kind === 'component-type') continue;
      const wanted = parseInterfaceName(item.name);
      const offered = world.imports.some((pattern) => pattern.test(wanted.path));
      const serves = version === undefined || wanted.version === undefined || versionServes(version, wanted.version);
      if (offered && serves) continue;
      drafts.push({
        subject: `import ${wanted.path}`,
        message: offered
          ? `imports ${quote(item.name)}, which a host of ${name}@${version} does not serve`
          : `imports ${quote(item.name)}, which the world ${name} does not offer`,
        locations: [{ offset: item.offset, section: 'import', import: item.name }],
        extent: [item.name],
      });
    }
    for (const required of world.exports) {
      const found = facts.exports.filter((item) => parseInterfaceName(item.name).path === required);
      if (found.some((item) => inSeries(version, parseInterfaceName(item.name).version))) continue;
      const other = found[0];
      drafts.push({
        subject: `export ${required}`,
        message:
          other === undefined
            ? `does not export ${required}, which the world ${name} requires`
            : `exports ${quote(other.name)}, of another series than a host of ${name}@${version} calls`,
        locations: found.map((item) => ({ offset: item.offset, section: 'export', export: item.name })),
        extent: [required],
      });
    }
    return drafts;
  },
};

/** Whether a host of one version calls an export of another: either of them serves the other. */
function inSeries(host: string | undefined, exported: string | undefined): boolean {
  if (host === undefined || exported === undefined) return true;
  return versionServes(host, exported) || versionServes(exported, host);
}

/** A world that its manifest places in a package of WASI, which has no world of that name. */
function unpublished(world: string): Draft[] {
  const known = worldsBeside(world);
  if (known.length === 0) return [];
  const close = nearest(parseInterfaceName(world).path, known);
  return [
    {
      subject: 'world',
      message: `plugin.yaml names the world ${quote(world)}, which WASI does not publish${close === undefined ? '' : ` (nearest: ${close})`}`,
      extent: [world],
    },
  ];
}

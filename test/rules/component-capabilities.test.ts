import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { describe, expect, it } from 'vitest';
import { against, auditBytes, decideOn, manifestWith } from './audited.ts';

const METHODS = [
  ['[method]descriptor.write', '(param "self" (borrow $d))'],
  ['[method]descriptor.open-at', '(param "self" (borrow $d)) (param "path" u32)'],
];

/** A component whose export `run` calls these functions of wasi:filesystem, and whose export `idle` calls nothing. */
async function calling(names: readonly string[], start = '') {
  const functions = METHODS.map(([name, params]) => `(export "${name}" (func ${params}))`).join('\n');
  const at = (name: string) => METHODS.findIndex(([known]) => known === name);
  const calls = names.map((name) => {
    if (name === 'drop') return 'i32.const 0 call $drop';
    return `${name.endsWith('open-at') ? 'i32.const 0 ' : ''}i32.const 0 call $f${at(name)}`;
  });
  const text = `(component
    (import "wasi:filesystem/types@0.2.0" (instance $fs (export "descriptor" (type $d (sub resource))) ${functions}))
    (alias export $fs "descriptor" (type $d)) (core func $drop (canon resource.drop $d))
    ${METHODS.map(([name], index) => `(alias export $fs "${name}" (func $f${index})) (core func $l${index} (canon lower (func $f${index})))`).join('\n')}
    (core instance $h (export "drop" (func $drop)) ${METHODS.map((_, index) => `(export "f${index}" (func $l${index}))`).join(' ')})
    (core module $main (import "h" "drop" (func $drop (param i32))) (import "h" "f0" (func $f0 (param i32)))
      (import "h" "f1" (func $f1 (param i32 i32))) (func $calls ${calls.join(' ')})
      (func (export "run") call $calls) (func (export "idle")) ${start})
    (core instance $m (instantiate $main (with "h" (instance $h))))
    (func $run (canon lift (core func $m "run"))) (func $idle (canon lift (core func $m "idle")))
    (export "run" (func $run)) (export "idle" (func $idle)))`;
  return auditBytes(await parse(text), { kind: 'component' });
}

const files = ({ capabilities }: Awaited<ReturnType<typeof calling>>) =>
  capabilities.find(({ capability }) => capability === 'fs');

describe('a component that imports wasi:filesystem', () => {
  it('uses files where an export opens one, and only that export does', async () => {
    const report = await calling(['[method]descriptor.open-at']);
    expect(files(report)).toMatchObject({ reachable: true, from: ['run'] });
    const verdict = decideOn(report);
    expect(against(verdict)).toEqual(['ASY122']);
    expect(verdict.decision.reasons.find(({ rule }) => rule === 'ASY122')?.locations[0]).toMatchObject({
      export: 'run',
      import: 'wasi:filesystem/types@0.2.0',
      path: { root: 'run', member: '[method]descriptor.open-at' },
    });
  });

  it('does not use files to drop a handle or to write to one that it was given, as under preview 1', async () => {
    const report = await calling(['drop', '[method]descriptor.write']);
    expect(files(report)).toMatchObject({ reachable: false, from: [] });
    expect(against(decideOn(report))).toEqual([]);
  });

  it('shows the way to what opens files, though another function is nearer', async () => {
    const report = await calling(['[method]descriptor.open-at', '[method]descriptor.write']);
    const verdict = decideOn(report);
    const [place] = verdict.decision.reasons.find(({ rule }) => rule === 'ASY122')?.locations ?? [];
    expect(place?.path?.member).toBe('[method]descriptor.open-at');
  });

  it('calls files on load where its start section opens one', async () => {
    const opening = await calling(['[method]descriptor.open-at'], '(start $calls)');
    expect(opening.findings.map(({ rule }) => rule)).toContain('ASY220');
    const dropping = await calling(['drop'], '(start $calls)');
    expect(decideOn(opening).decision.reasons.find(({ rule }) => rule === 'ASY122')?.message).toMatch(
      /^"run", the start section can reach fs/,
    );
    expect(dropping.findings.map(({ rule }) => rule)).not.toContain('ASY220');
  });

  it('reaches more in the next version when another export opens files', async () => {
    const [before, after] = [await calling([]), await calling(['[method]descriptor.open-at'])];
    const verdict = decideOn(after, { baseline: before, manifest: manifestWith('component', ['fs']) });
    expect(against(verdict)).toContain('ASY380');
  });

  it('is told what to do where its linking cannot be followed, and nothing about tables', async () => {
    const report = await auditBytes(
      await parse(`(component (import "log" (func $log)) (import "code" (core module $code (export "f" (func))))
        (core instance $m (instantiate $code)) (func $f (canon lift (core func $m "f"))) (export "f" (func $f)))`),
      { kind: 'component' },
    );
    const open = report.findings.find(({ rule }) => rule === 'ASY210');
    expect(open?.action).toContain('Link the component');
    expect(open?.action).not.toMatch(/table/);
  });
});

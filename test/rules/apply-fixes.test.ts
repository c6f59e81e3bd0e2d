import { describe, expect, it } from 'vitest';
import { isAssayError } from '#model/errors';
import { applyFixes, editsFor, flagsFor } from '#rules/apply-fixes';
import { auditText, decideOn, manifestWith } from './audited.ts';

const add = (value: string) => ({ op: 'add' as const, path: '/capabilities/-', value });

describe('applying fixes to plugin.yaml', () => {
  it('keeps comments, order and quoting', () => {
    const text =
      '# our plugin\nname: "acme/greet" # quoted\ncapabilities:\n  - stdio # prints\nbuilds: [{toolchain: wat, source: a.wat}]\n';
    const { text: fixed, applied } = applyFixes(text, [add('net')], 'plugin.yaml');
    expect(applied).toBe(1);
    expect(fixed).toBe(text.replace('  - stdio # prints\n', '  - stdio # prints\n  - net\n'));
  });

  it.each(['name: a\n', 'name: a\ncapabilities:\n', 'name: a\ncapabilities: []\n'])(
    'makes the list where %j has none',
    (text) => {
      expect(applyFixes(text, [add('net')], 'plugin.yaml').text).toBe('name: a\ncapabilities:\n  - net\n');
    },
  );

  it('keeps what stands behind a value that it replaces', () => {
    const edit = { op: 'replace' as const, path: '/abi/kind', value: 'wasi-p1' };
    const { text } = applyFixes('abi:\n  kind: custom # for now\n', [edit], 'plugin.yaml');
    expect(text).toBe('abi:\n  kind: wasi-p1 # for now\n');
  });

  it('adds nothing twice', () => {
    const text = 'capabilities:\n  - net\n';
    expect(applyFixes(text, [add('net'), add('net')], 'plugin.yaml')).toEqual({ text, applied: 0 });
  });

  it('removes several items by their places in the document as it was', () => {
    const remove = (index: number) => ({ op: 'remove' as const, path: `/capabilities/${index}` });
    const { text } = applyFixes(
      'capabilities:\n  - a\n  - b\n  - c\n',
      [remove(0), remove(2), add('d')],
      'plugin.yaml',
    );
    expect(text).toBe('capabilities:\n  - b\n  - d\n');
  });

  it('lists an import in a policy that has no list yet', () => {
    const edit = { op: 'add' as const, path: '/imports/allow/-', value: 'env.log' };
    expect(applyFixes('extends: [assay:custom@1] # base\n', [edit], 'policy.yaml').text).toBe(
      'extends: [assay:custom@1] # base\nimports:\n  allow:\n    - env.log\n',
    );
  });

  it('says so when the document does not fit', () => {
    const run = () => applyFixes('capabilities: many\n', [add('net')], 'plugin.yaml');
    expect(run).toThrow(expect.objectContaining({ code: 'DOCUMENT_INVALID' }));
    expect(() => applyFixes('a: [', [add('net')], 'plugin.yaml')).toThrow(expect.toSatisfy(isAssayError));
  });
});

describe('fixing what was flagged', () => {
  const module = `(module
    (import "wasi_snapshot_preview1" "path_unlink_file" (func $unlink (param i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "run") (drop (call $unlink (i32.const 3) (i32.const 0) (i32.const 4)))))`;

  it('all manifest fixes of a flagged plugin applied, it is approved', async () => {
    const report = await auditText(module);
    const verdict = decideOn(report, { manifest: manifestWith('wasi-p1', ['net']) });
    expect(verdict.decision.outcome).toBe('flag');
    const fixes = verdict.decision.reasons.flatMap((reason) => reason.fix ?? []);
    const { text } = applyFixes('capabilities:\n  - net\n', editsFor('manifest', fixes), 'plugin.yaml');
    expect(text).toBe('capabilities:\n  - fs\n');
    expect(decideOn(report, { manifest: manifestWith('wasi-p1', ['fs']) }).decision.outcome).toBe('approve');
  });

  it('flags are listed for the toolchain at hand, each once', async () => {
    const report = await auditText('(module (memory 1) (func (export "run")))');
    const fixes = report.findings.flatMap((finding) => finding.fix ?? []);
    expect(flagsFor('assemblyscript', fixes)).toEqual(['--maximumMemory', '256']);
  });
});

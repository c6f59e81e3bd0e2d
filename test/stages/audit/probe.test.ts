import { describe, expect, it } from 'vitest';
import { childProcessProber } from '#adapters/probe/child-process';
import type { AuditReport } from '#model/audit-report';
import type { Probe } from '#model/probe';
import type { Prober } from '#ports/prober';
import { unexplainedCalls, withProbe } from '#stages/audit/probe';
import { CORPUS, corpusName, readCorpus } from '../../corpus.ts';
import { auditBytes, compile } from '../../rules/audited.ts';

const HIDDEN = `(module
  (import "env" "log" (func $log)) (import "env" "send" (func $send))
  (table 2 funcref) (elem (i32.const 0) $log $send)
  (type $plain (func))
  (func (export "by_table") (call_indirect (type $plain) (i32.const 1)))
  (func (export "direct") call $log)
  (func (export "idle")))`;

/** A prober that claims to have seen these calls. */
function claims(...roots: readonly (readonly [root: string, called: string])[]): Prober {
  const probe: Probe = {
    outcome: 'completed',
    roots: roots.map(([root, called]) => ({ root, outcome: 'returned', calls: [{ import: called, times: 1 }] })),
  };
  return { probe: async () => probe };
}

async function claimed(text: string, ...roots: readonly (readonly [string, string])[]): Promise<AuditReport> {
  const bytes = await compile(text);
  return withProbe(bytes, await auditBytes(bytes), { calls: [], timeoutMs: 1 }, claims(...roots));
}

describe('a probe beside the facts', () => {
  it('finds what really ran within what reachability allows, over tables too', async () => {
    const bytes = await compile(HIDDEN);
    const report = await auditBytes(bytes);
    const { probe, ...rest } = await withProbe(
      bytes,
      report,
      { calls: 'nullary', timeoutMs: 20_000 },
      childProcessProber,
    );
    expect(rest).toEqual(report);
    expect(probe?.roots.find(({ root }) => root === 'by_table')?.calls).toEqual([{ import: 'env.send', times: 1 }]);
    expect(probe).not.toHaveProperty('unexplained');
  });

  it('names a call that the facts rule out', async () => {
    const { probe } = await claimed(HIDDEN, ['idle', 'env.send'], ['direct', 'env.log']);
    expect(probe?.unexplained).toEqual([{ root: 'idle', import: 'env.send' }]);
  });

  it('counts a root that the facts do not know as one that reaches nothing', async () => {
    const { probe } = await claimed(HIDDEN, ['(start)', 'env.log']);
    expect(probe?.unexplained).toEqual([{ root: '(start)', import: 'env.log' }]);
  });

  it('takes nothing for ruled out where outside code chooses the callee', async () => {
    const text = `(module (import "env" "send" (func)) (import "env" "t" (table 1 funcref)) (type $plain (func))
      (func (export "run") (call_indirect (type $plain) (i32.const 0))))`;
    const bytes = await compile(text);
    const { facts } = await auditBytes(bytes);
    expect(facts.reachability.open).toBe(true);
    expect((await claimed(text, ['run', 'env.send'])).probe).not.toHaveProperty('unexplained');
  });

  it('keeps a bounded list of disagreements', async () => {
    const { facts } = await auditBytes(await compile('(module)'));
    const roots = [
      {
        root: 'run',
        outcome: 'returned' as const,
        calls: Array.from({ length: 5000 }, (_, index) => ({ import: `env.f${index}` })),
      },
    ];
    expect(unexplainedCalls({ outcome: 'completed', roots }, facts)).toHaveLength(1000);
  });
});

describe('published modules', () => {
  it.each(CORPUS.map((module) => [corpusName(module), module] as const))(
    '%s calls nothing that its facts rule out',
    { timeout: 120_000 },
    async (_name, module) => {
      const bytes = readCorpus(module);
      const report = await auditBytes(bytes);
      const { probe } = await withProbe(bytes, report, { calls: 'nullary', timeoutMs: 60_000 }, childProcessProber);
      expect(probe?.outcome).toBe('completed');
      expect(probe?.unexplained).toBeUndefined();
    },
  );
});

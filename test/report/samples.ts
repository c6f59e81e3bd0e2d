import { type AuditReport, AuditReportSchema, type Finding, type RuleDescriptor } from '#model/audit-report';
import { canonicalDigest } from '#model/canonical-json';
import { digestOf } from '#model/digest';
import type { ModuleFacts } from '#model/module-facts';
import { type Decision, type Reason, type Verdict, VerdictSchema } from '#model/verdict';

/** The names that a module, and so whoever wrote it, chooses freely. */
export interface ForeignNames {
  readonly file: string;
  readonly importModule: string;
  readonly importName: string;
  readonly exportName: string;
  readonly section: string;
  readonly message: string;
  readonly toolchain: string;
}

export const PLAIN_NAMES: ForeignNames = {
  file: 'greet.wasm',
  importModule: 'env',
  importName: 'send_mail',
  exportName: 'run',
  section: 'producers',
  message: 'The module reaches env.send_mail, which the manifest does not declare.',
  toolchain: 'clang 22',
};

const RULES: Record<string, RuleDescriptor> = {
  ASY100: {
    id: 'ASY100',
    name: 'import-not-allowed',
    row: 10,
    short: 'An import is not on the policy’s list',
    help: 'A host offers exactly the functions it wants plugins to have.',
    certainty: 'certain',
    level: 'error',
  },
  ASY120: {
    id: 'ASY120',
    name: 'undeclared-capability',
    row: 12,
    short: 'A capability is reachable and not declared',
    help: 'What a plugin may do is read from its manifest before it is installed.',
    certainty: 'sound',
    level: 'warning',
  },
  ASY240: {
    id: 'ASY240',
    name: 'memory-without-maximum',
    row: 24,
    short: 'The memory has no maximum',
    help: '',
    certainty: 'certain',
    level: 'note',
  },
};

const fingerprint = (seed: string): string => digestOf(seed).slice(7, 39);

export function sampleFacts(names: ForeignNames, size: number): ModuleFacts {
  return {
    kind: 'module',
    size,
    digests: { whole: digestOf(names.file), code: digestOf(`${names.file} code`) },
    sections: [
      { id: 1, name: 'type', offset: 10, size: 40 },
      { id: 2, name: 'import', offset: 52, size: 60 },
      { id: 10, name: 'code', offset: 120, size: Math.floor(size * 0.6) },
      { id: 11, name: 'data', offset: 120 + Math.floor(size * 0.6), size: Math.floor(size * 0.25) },
      { id: 0, name: 'custom', custom: names.section, offset: size - 900, size: 800 },
    ],
    imports: [
      {
        module: names.importModule,
        name: names.importName,
        type: { kind: 'func', type: { params: ['i32', 'i32'], results: [] } },
        offset: 60,
      },
    ],
    exports: [
      { name: names.exportName, type: { kind: 'func', type: { params: [], results: ['i32'] } }, index: 1, offset: 100 },
      { name: 'memory', type: { kind: 'memory', limits: { min: 2 } }, index: 0, offset: 110 },
    ],
    memories: [{ min: 2, imported: false }],
    tables: [],
    globals: { total: 1, imported: 0, mutable: 1 },
    counts: {
      types: 3,
      functions: 41,
      importedFunctions: 1,
      operators: 12_345,
      directCalls: 88,
      indirectCalls: 2,
      memoryGrow: 1,
      tableGrow: 0,
    },
    elements: [],
    data: [],
    features: ['bulk-memory', 'sign-extension'],
    producers: [],
    debug: [],
    toolchain: { guess: names.toolchain, because: 'the producers section' },
    functions: [],
    reachability: { open: false, openReasons: [], classes: [{ roots: [names.exportName], imports: [0], direct: [0] }] },
    nested: [],
    oddities: [],
  };
}

export function sampleFindings(names: ForeignNames): Finding[] {
  return [
    {
      rule: 'ASY120',
      level: 'warning',
      message: names.message,
      locations: [
        {
          offset: 1234,
          export: names.exportName,
          import: `${names.importModule}.${names.importName}`,
          function: names.exportName,
          path: {
            root: names.exportName,
            steps: [
              { function: 7, name: names.exportName, offset: 300, by: 'root' },
              { function: 12, name: names.importName, offset: 420, by: 'call' },
              { function: 19, offset: 777, by: 'table' },
            ],
            by: 'call',
          },
        },
      ],
      fingerprint: fingerprint('undeclared'),
      extent: [names.importName],
      action: 'Declare the capability, or stop calling the function.',
      fix: {
        kind: 'manifest',
        description: 'Declare it in plugin.yaml',
        edits: [{ op: 'add', path: '/capabilities/-', value: `host:${names.importModule}.${names.importName}` }],
      },
    },
    {
      rule: 'ASY240',
      level: 'note',
      message: 'Memory 0 has no maximum.',
      locations: [{ section: names.section }],
      fingerprint: fingerprint('memory'),
      extent: ['memory 0'],
      action: 'Give the linker a maximum.',
      fix: { kind: 'flags', description: 'Limit it to 16 MiB', flags: { '*': ['-Wl,--max-memory=16777216'] } },
    },
  ];
}

export function sampleReport(names: ForeignNames = PLAIN_NAMES, size = 212_345): AuditReport {
  const { ASY120, ASY240 } = RULES;
  if (ASY120 === undefined || ASY240 === undefined) throw new Error('the samples lack a rule');
  return AuditReportSchema.parse({
    schema: 'assay.audit-report/1',
    subject: { name: names.file, digest: digestOf(names.file), size },
    abi: { kind: 'wasi-p1', inferred: false },
    facts: sampleFacts(names, size),
    capabilities: [
      { capability: 'stdio', imports: ['wasi_snapshot_preview1.fd_write'], reachable: true, from: [names.exportName] },
    ],
    findings: sampleFindings(names),
    rules: { ASY120, ASY240 },
    rulesEdition: '2026-11',
    engine: { assay: '0.1.0', validator: 'V8' },
  } satisfies AuditReport);
}

const OUTCOME_OF_LEVEL = { error: 'reject', warning: 'flag', note: 'approve', none: 'approve' } as const;

export function reasonOf(finding: Finding, report: AuditReport): Reason {
  return {
    rule: finding.rule,
    level: finding.level,
    outcome: OUTCOME_OF_LEVEL[finding.level],
    message: finding.message,
    artifact: report.subject.digest,
    locations: finding.locations,
    policyLine: `rules.${finding.rule} (assay:wasi-p1@1)`,
    action: finding.action,
    fingerprint: finding.fingerprint,
    extent: finding.extent,
    ...(finding.fix === undefined ? {} : { fix: finding.fix }),
  };
}

export function verdictOf(decision: Partial<Decision>, reports: readonly AuditReport[]): Verdict {
  const whole: Decision = {
    outcome: 'approve',
    plugin: { name: 'acme/greet', version: '1.4.0' },
    artifacts: reports.map(({ subject }, index) => ({
      digest: subject.digest,
      size: subject.size,
      build: `build-${index}`,
    })),
    policy: digestOf('policy'),
    rulesEdition: '2026-11',
    capabilities: { declared: ['stdio'], used: ['stdio'], added: [], removed: [] },
    assumptions: [],
    reasons: [],
    ...decision,
  };
  return VerdictSchema.parse({
    schema: 'assay.verdict/1',
    digest: canonicalDigest(whole),
    decision: whole,
    rules: RULES,
    engine: { assay: '0.1.0' },
  } satisfies Verdict);
}

/** acme/greet, approved, three kilobytes larger than before, with one note. */
export function approved() {
  const report = sampleReport();
  const notes = report.findings
    .filter((finding) => finding.level === 'note')
    .map((finding) => reasonOf(finding, report));
  const baseline = { digest: digestOf('before'), size: 209_300 };
  return { reports: [report], verdict: verdictOf({ reasons: notes, baseline }, [report]) };
}

/** acme/greet needing review for a capability that is new since the last version. */
export function flagged(names: ForeignNames = PLAIN_NAMES) {
  const report = sampleReport(names);
  const verdict = verdictOf(
    {
      outcome: 'flag',
      baseline: { digest: digestOf('before'), size: 230_000 },
      capabilities: { declared: ['stdio'], used: ['stdio', 'net'], added: ['net'], removed: ['clock'] },
      reasons: report.findings.map((finding) => reasonOf(finding, report)),
    },
    [report],
  );
  return { reports: [report], verdict };
}

/** Two artifacts of one plugin, rejected for an import that both have; one flag was settled by a waiver. */
export function rejected(names: ForeignNames = PLAIN_NAMES) {
  const reports = [sampleReport(names, 212_345), sampleReport({ ...names, file: `small-${names.file}` }, 90_100)];
  const reasons = reports.flatMap((report): Reason[] => {
    const [undeclared] = report.findings;
    if (undeclared === undefined) return [];
    const { fix: _, ...bare } = reasonOf(undeclared, report);
    const forbidden: Reason = {
      ...bare,
      rule: 'ASY100',
      level: 'error',
      outcome: 'reject',
      message: 'The import env.emscripten_run_script is not on the list.',
      policyLine: 'imports.allow (policy.yaml:7)',
    };
    const settled: Reason = {
      ...bare,
      outcome: 'approve',
      settled: { by: 'waiver', who: 'mira', reason: 'the mailer is reviewed by hand' },
    };
    return [forbidden, settled];
  });
  return {
    reports,
    verdict: verdictOf({ outcome: 'reject', reasons, assumptions: ['the host writes no tables'] }, reports),
  };
}

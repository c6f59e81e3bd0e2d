import { parse } from 'yaml';

type Node = Readonly<Record<string, unknown>>;

/** Where a fault stands, and what is wrong there. */
export type Fault = `${string}: ${string}`;

interface Job {
  readonly id: string;
  readonly job: Node;
  readonly steps: readonly Node[];
  /** Permissions that let a job publish or sign. */
  readonly writes: readonly string[];
}

const FOREIGN_TRIGGERS = ['pull_request'];
/** They run with the base's rights on what somebody else wrote. */
const PRIVILEGED_TRIGGERS = [
  'pull_request_target',
  'workflow_run',
  'issue_comment',
  'pull_request_review',
  'pull_request_review_comment',
];
const PINNED =
  /uses: (?:\$\/[\w./-]+|\.\/[\w./-]+|[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|assay-wasm\/assay\/[\w./-]+@v\d+\.\d+\.\d+)$/;
/** Contexts whose text a stranger chooses. */
const CHOSEN_BY_STRANGERS =
  /github\.head_ref|github\.event\.[\w.*]*(?:title|body|message|label|email|page_name|head\.ref|head_branch|display_title|default_branch)\b/;
const FROM_PULL_REQUEST = /github\.(?:head_ref|event\.(?:pull_request|workflow_run|issue|comment))|refs\/pull\//;

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nodes(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** Whether a YAML text is a workflow, an action, or an excerpt of one. */
export function isAboutActions(text: string): boolean {
  const document: unknown = parse(text);
  if (Array.isArray(document)) return nodes(document).some((step) => 'uses' in step || 'run' in step);
  return isNode(document) && ['jobs', 'runs', 'steps'].some((key) => key in document);
}

function triggersOf({ on }: Node): readonly string[] {
  if (typeof on === 'string') return [on];
  return Array.isArray(on) ? on.map(String) : Object.keys(isNode(on) ? on : {});
}

function jobsOf(document: Node): readonly Job[] {
  const jobs = isNode(document['jobs']) ? Object.entries(document['jobs']) : [];
  return jobs.map(([id, value]) => {
    const job = isNode(value) ? value : {};
    const grants = isNode(job['permissions']) ? Object.entries(job['permissions']) : [];
    const writes = grants.flatMap(([name, level]) => (level === 'write' ? [name] : []));
    return { id, job, steps: nodes(job['steps']), writes };
  });
}

function usesOf(step: Node): string {
  return typeof step['uses'] === 'string' ? step['uses'] : '';
}

function withOf(step: Node): Node {
  return isNode(step['with']) ? step['with'] : {};
}

/** Every text of a document with the path that leads there. */
function* texts(value: unknown, path: readonly string[] = []): Generator<[readonly string[], string]> {
  if (typeof value === 'string') yield [path, value];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) yield* texts(child, [...path, key]);
}

/** What a workflow, an action or an excerpt does against the rules that hold for all of them; nothing when it is sound. */
export function faultsOf(text: string): Fault[] {
  const parsed: unknown = parse(text);
  const document: Node = isNode(parsed) ? parsed : { steps: parsed };
  const runs = isNode(document['runs']) ? document['runs'] : {};
  const steps = [...jobsOf(document).flatMap((job) => job.steps), ...nodes(document['steps']), ...nodes(runs['steps'])];
  return [
    ...text.split('\n').flatMap((line): Fault[] => {
      return /\buses\b['"]?\s*:/.test(line) && !PINNED.test(line.trimEnd()) ? [`${line.trim()}: is not pinned`] : [];
    }),
    ...[...texts(parsed)].flatMap(([path, value]) => faultsOfText(path, value)),
    ...steps.flatMap(faultsOfStep),
    ...(isNode(document['jobs']) ? faultsOfWorkflow(document) : []),
  ];
}

function faultsOfText(path: readonly string[], text: string): Fault[] {
  const at = path.join('.');
  const key = path.at(-1) ?? '';
  const faults: Fault[] = [];
  if (['run', 'script'].includes(key) && text.includes('${{')) faults.push(`${at}: an expression in a script`);
  if (key === 'run' && /GITHUB_(?:ENV|PATH)\b/.test(text)) faults.push(`${at}: a script that steers later steps`);
  if (CHOSEN_BY_STRANGERS.test(text) && !path.includes('env')) faults.push(`${at}: a stranger's text outside of env`);
  if (text.includes('ACTIONS_ALLOW_UNSECURE_COMMANDS') || key === 'ACTIONS_ALLOW_UNSECURE_COMMANDS')
    faults.push(`${at}: workflow commands of old are allowed`);
  return faults;
}

function faultsOfStep(step: Node): Fault[] {
  const isCheckout = usesOf(step).startsWith('actions/checkout@');
  if (!isCheckout || withOf(step)['persist-credentials'] === false) return [];
  return [`${usesOf(step)}: leaves credentials in the checkout`];
}

function faultsOfWorkflow(document: Node): Fault[] {
  const triggers = triggersOf(document);
  const isForeign = triggers.some((trigger) => FOREIGN_TRIGGERS.includes(trigger));
  const isPrivileged = triggers.some((trigger) => PRIVILEGED_TRIGGERS.includes(trigger));
  const granted = document['permissions'];
  const top: Fault[] = isNode(granted) && Object.keys(granted).length === 0 ? [] : ['permissions: is not empty on top'];
  const secrets = [...texts(document['jobs'])].some(([, text]) => /\bsecrets\.(?!GITHUB_TOKEN\b)/.test(text));
  const leaks: Fault[] = isForeign && secrets ? ['jobs: a secret in a run for pull requests'] : [];
  return [
    ...top,
    ...leaks,
    ...jobsOf(document).flatMap((job) => [
      ...faultsOfJob(job),
      ...(isForeign && job.writes.length > 0 ? [`${job.id}: may write in a run for pull requests` as const] : []),
      ...(isPrivileged ? job.steps.flatMap((step) => faultsOfPrivileged(job.id, step)) : []),
    ]),
  ];
}

function faultsOfJob({ id, job, steps, writes }: Job): Fault[] {
  const faults: Fault[] = [];
  if (!isNode(job['permissions'])) faults.push(`${id}: has no permissions of its own`);
  if (job['secrets'] === 'inherit') faults.push(`${id}: hands on every secret`);
  if (job['uses'] === undefined && typeof job['timeout-minutes'] !== 'number') faults.push(`${id}: has no time limit`);
  if (/self-hosted|-latest$/.test([job['runs-on']].flat().join(' '))) faults.push(`${id}: runs on no fixed image`);
  if (writes.length > 0 && steps.some(usesCache)) faults.push(`${id}: a cache in a job that may write`);
  if (!writes.includes('id-token')) return faults;
  for (const step of steps) {
    if ('run' in step) faults.push(`${id}: a script in a job that signs`);
    if (usesOf(step).startsWith('actions/checkout@')) faults.push(`${id}: a checkout in a job that signs`);
    if (!/^(?:\$\/|\.\/|actions\/|assay-wasm\/assay\/|$)/.test(usesOf(step)))
      faults.push(`${id}: foreign code in a job that signs`);
  }
  return faults;
}

function usesCache(step: Node): boolean {
  const kept = ['cache', 'cache-dependency-path'].map((name) => withOf(step)[name]);
  return (
    usesOf(step).startsWith('actions/cache') || kept.some((value) => ![undefined, '', false].includes(value as ''))
  );
}

function faultsOfPrivileged(id: string, step: Node): Fault[] {
  if (!usesOf(step).startsWith('actions/checkout@')) return [];
  const { ref, repository } = withOf(step);
  return [ref, repository].some((value) => typeof value === 'string' && FROM_PULL_REQUEST.test(value))
    ? [`${id}: checks out a pull request with the base's rights`]
    : [];
}

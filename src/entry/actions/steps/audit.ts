import { basename, resolve } from 'node:path';
import { readBuilds } from '#adapters/fs/build-folder';
import { BUILD_FOLDER, reportIdOf } from '#model/build-folder';
import { AssayError, EXIT } from '#model/errors';
import { headline } from '#report/headline';
import { digestOf } from '#model/digest-of';
import { visible } from '#report/visible-text';
import { auditOrRefuse, isRefusal } from '#stages/audit/audit-or-refuse';
import type { BuiltReport, RefusedArtifact } from '#stages/decide/decide';
import { loadAdvisories } from '../../advisories.ts';
import { writeReports } from '../../check-plugin.ts';
import { loadPlugin, shown } from '../../load-plugin.ts';
import { MAX_MODULE_BYTES, readNamedFile } from '../../named-file.ts';
import { localValidator } from '../../validator.ts';
import type { ActionContext, ActionOutcome } from '../action-step.ts';
import type { audit } from '../audit.ts';
import type { InputValues } from '../definition.ts';
import { workspaceFolder } from './workspace-folder.ts';

type Audit = typeof audit;

/** Audits built modules, or files that are named, and leaves a report beside the others, or why there is none: decide rejects over that. */
export async function run(
  inputs: InputValues<Audit['inputs']>,
  { workspace }: ActionContext,
): Promise<ActionOutcome<keyof Audit['outputs']>> {
  const { manifest } = await loadPlugin(workspace, inputs.path);
  const out = await workspaceFolder(workspace, inputs.out);
  const validator = await localValidator();
  const advisories = await loadAdvisories(workspace, inputs.advisories);
  const reports: BuiltReport[] = [];
  const refused: RefusedArtifact[] = [];
  for (const { id, name, bytes } of await modules(inputs.files, workspace, out)) {
    const input = { bytes, name, abi: manifest.abi, ...(advisories === undefined ? {} : { advisories }) };
    const audited = await auditOrRefuse(input, { validator });
    if (!isRefusal(audited)) reports.push({ build: id, report: audited });
    else refused.push({ build: id, name, digest: digestOf(bytes), size: bytes.length, refusal: audited });
  }
  await writeReports(out, reports, refused);
  const refusals = refused.map(({ refusal }) => refusal.finding);
  const findings = [...refusals, ...reports.flatMap(({ report }) => report.findings)];
  return {
    exit: EXIT.ok,
    outputs: {
      reports: [...reports, ...refused]
        .map(({ build }) => shown(workspace, resolve(out, BUILD_FOLDER.report(build))))
        .join('\n'),
      errors: String(findings.filter(({ level }) => level === 'error').length),
      warnings: String(findings.filter(({ level }) => level === 'warning').length),
    },
    text: [
      ...reports.map(({ report }) => headline({ reports: [report] })),
      ...refusals.map(({ rule, message }) => `refused · ${rule} ${visible(message, 2000)}`),
    ].join('\n'),
  };
}

interface NamedModule {
  readonly id: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

async function modules(files: readonly string[], workspace: string, out: string): Promise<readonly NamedModule[]> {
  if (files.length === 0) {
    return (await readBuilds(out)).map(({ record, bytes }) => ({ id: record.job.id, name: record.output.file, bytes }));
  }
  const named = new Map<string, NamedModule>();
  for (const file of files) {
    const name = basename(file);
    const id = name.toLowerCase().replace(/\.wasm$/, '');
    if (named.has(id) || reportIdOf(BUILD_FOLDER.report(id)) === undefined) {
      const why = named.has(id) ? 'has the name of another one' : 'cannot be the name of a report';
      throw new AssayError('INPUT_INVALID', `input files: ${JSON.stringify(file)} ${why}`, {
        hint: 'Reports are named after the files: give each its own name of letters, digits, dots and dashes.',
      });
    }
    named.set(id, { id, name, bytes: await readNamedFile(workspace, file, MAX_MODULE_BYTES) });
  }
  return [...named.values()];
}

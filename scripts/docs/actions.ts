import { stringify } from 'yaml';
import { ACTIONS } from '#entry/actions/catalogue';
import { checkSteps, type CompositeDefinition } from '#entry/actions/check-steps';
import type { ActionDefinition, InputSpec } from '#entry/actions/definition';
import { TOOLKIT } from '#model/toolkit';
import { type GeneratedDocs, type GeneratedFile, generatedNote, table } from './generated-file.ts';

/** The manifest of every action, and docs/actions.md. */
export function actionDocs(): GeneratedDocs {
  return {
    files: [...ACTIONS.map(manifest), compositeManifest(checkSteps), { path: 'docs/actions.md', text: page() }],
    blocks: [],
  };
}

/** The name of an action's stub and of its declaration. */
function stubOf(action: ActionDefinition): string {
  return action.folder === '' ? 'check' : action.folder;
}

function manifest(action: ActionDefinition): GeneratedFile {
  const isRoot = action.folder === '';
  const up = isRoot ? '' : '../../';
  const inputs = Object.entries(action.inputs).map(([name, spec]) => [name, inputOf(spec)]);
  const outputs = Object.entries(action.outputs).map(([name, description]) => [name, { description }]);
  const document = {
    name: action.title,
    description: action.description,
    author: 'The Assay authors',
    inputs: Object.fromEntries(inputs),
    outputs: Object.fromEntries(outputs),
    runs: { using: 'node24', main: `${up}dist/actions/${stubOf(action)}.js` },
    ...(isRoot ? { branding: { icon: 'shield', color: 'green' } } : {}),
  };
  const note = `# Generated from src/entry/actions/${stubOf(action)}.ts by \`npm run docs\`. Change it there.\n`;
  return {
    path: isRoot ? 'action.yml' : `actions/${action.folder}/action.yml`,
    text: note + stringify(document, { lineWidth: 120 }),
  };
}

function compositeManifest(composite: CompositeDefinition): GeneratedFile {
  const last = composite.steps.at(-1);
  const outputs = Object.entries(composite.outputs).map(([name, description]) => [
    name,
    { description, value: expression(`steps.${last?.id}.outputs.${name}`) },
  ]);
  const steps = composite.steps.map(({ id, name, action }) => {
    const shared = Object.keys(action.inputs).filter((input) => input in composite.inputs);
    return {
      name,
      id,
      // This repository at the commit that is running, without a checkout.
      uses: `$/actions/${action.folder}`,
      with: Object.fromEntries(shared.map((input) => [input, expression(`inputs.${input}`)])),
    };
  });
  const document = {
    name: composite.title,
    description: composite.description,
    author: 'The Assay authors',
    inputs: Object.fromEntries(Object.entries(composite.inputs).map(([name, spec]) => [name, inputOf(spec)])),
    outputs: Object.fromEntries(outputs),
    runs: { using: 'composite', steps },
  };
  const note = '# Generated from src/entry/actions/check-steps.ts by `npm run docs`. Change it there.\n';
  return {
    path: `actions/${composite.folder}/action.yml`,
    text: note + stringify(document, { lineWidth: 120 }),
  };
}

function expression(text: string): string {
  return ['${{', text, '}}'].join(' ');
}

function inputOf(spec: InputSpec): Record<string, string | boolean> {
  const description = `${spec.description}${choices(spec)}`;
  if (isRequired(spec)) return { description, required: true };
  const preset = defaultOf(spec);
  return preset === undefined ? { description } : { description, default: preset };
}

function defaultOf(spec: InputSpec): string | undefined {
  return 'default' in spec && spec.default !== undefined ? String(spec.default) : undefined;
}

function isRequired(spec: InputSpec): boolean {
  return 'required' in spec && spec.required === true;
}

function choices(spec: InputSpec): string {
  if (spec.kind === 'enum') return ` One of ${spec.choices.join(', ')}.`;
  return spec.kind === 'integer' ? ` ${spec.min} to ${spec.max}.` : '';
}

function page(): string {
  const sections = [...ACTIONS, checkSteps].map((action) => {
    const uses = `${TOOLKIT.repository}${action.folder === '' ? '' : `/actions/${action.folder}`}`;
    const inputs = Object.entries(action.inputs).map(([name, spec]) => [
      `\`${name}\``,
      spec.kind,
      spec.description + choices(spec),
      isRequired(spec) ? 'required' : defaultOf(spec) === undefined ? '' : `\`${defaultOf(spec)}\``,
    ]);
    const outputs = Object.entries(action.outputs).map(([name, description]) => [`\`${name}\``, description]);
    return [
      `## ${uses}`,
      action.description,
      table(['input', 'kind', 'meaning', 'default'], inputs),
      table(['output', 'meaning'], outputs),
    ].join('\n\n');
  });
  const rules = [
    'Every action runs on `node24`, on Linux, macOS and Windows runners. Inputs are read strictly: one that an action',
    'does not have, or a value that is not of its kind, fails the step and is named. Booleans are `true` or `false`;',
    'lists have one item a line; paths are relative to the workspace. Steps hand on their results in the folder `out`.',
    'Exit codes are those of the [command line](cli.md).',
  ].join('\n');
  return `${generatedNote('src/entry/actions/')}# The actions\n\n${rules}\n\n${sections.join('\n\n')}\n`;
}

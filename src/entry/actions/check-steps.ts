import { audit } from './audit.ts';
import { build } from './build.ts';
import { check } from './check.ts';
import { decide } from './decide.ts';
import type { ActionDefinition } from './definition.ts';
import { setupToolchain } from './setup-toolchain.ts';

interface CompositeStep {
  readonly id: string;
  readonly name: string;
  /** It is given those inputs of the composite action that it has too. */
  readonly action: ActionDefinition;
}

/** An action that is a list of other actions, each a step that people see on its own. */
export interface CompositeDefinition extends ActionDefinition {
  /** Its outputs are those of the last step. */
  readonly steps: readonly [CompositeStep, ...CompositeStep[]];
}

/** What the root action does in one process, as steps, with the toolchain set up before. */
export const checkSteps: CompositeDefinition = {
  folder: 'check',
  title: 'Assay check',
  description: 'Sets up the compiler, builds, audits and decides: the root action as steps that are seen one by one.',
  inputs: { ...check.inputs, cache: build.inputs.cache, publish: build.inputs.publish },
  outputs: check.outputs,
  steps: [
    { id: 'setup', name: 'Set up', action: setupToolchain },
    { id: 'build', name: 'Build', action: build },
    { id: 'audit', name: 'Audit', action: audit },
    { id: 'decide', name: 'Decide', action: decide },
  ],
};

import { resolve } from 'node:path';
import { BUILD_FOLDER } from '#model/build-folder';
import { EXIT, type ExitCode } from '#model/errors';
import type { Outcome } from '#model/verdict';
import { annotations } from '#report/annotations';
import { headline } from '#report/headline';
import { renderMarkdown } from '#report/markdown';
import { renderText } from '#report/text';
import type { DecidedAssessment } from '../../check-plugin.ts';
import { shown } from '../../load-plugin.ts';
import type { ActionOutcome } from '../action-step.ts';
import type { FAIL_ON, VERDICT_OUTPUTS } from '../common-inputs.ts';

interface VerdictInputs {
  readonly out: string;
  readonly summary: boolean;
  readonly 'fail-on': (typeof FAIL_ON.choices)[number];
}

/** What a step that decided shows, and how it ends. Verdict and reports are in the folder `out` by then. */
export function verdictOutcome(
  assessment: DecidedAssessment,
  inputs: VerdictInputs,
  workspace: string,
): ActionOutcome<keyof typeof VERDICT_OUTPUTS> {
  const { verdict } = assessment;
  const out = resolve(workspace, inputs.out);
  const at = (name: string): string => shown(workspace, resolve(out, name));
  return {
    exit: exitOf(verdict.decision.outcome, inputs['fail-on']),
    outputs: {
      outcome: verdict.decision.outcome,
      headline: headline(assessment),
      verdict: at(BUILD_FOLDER.verdict),
      'verdict-digest': verdict.digest,
      sarif: at(BUILD_FOLDER.sarif),
      html: at(BUILD_FOLDER.html),
    },
    text: renderText(assessment),
    annotations: annotations(assessment),
    ...(inputs.summary ? { summary: renderMarkdown(assessment, { fullReport: BUILD_FOLDER.html }) } : {}),
  };
}

function exitOf(outcome: Outcome, failOn: VerdictInputs['fail-on']): ExitCode {
  if (outcome === 'approve' || failOn === 'never') return EXIT.ok;
  if (outcome === 'reject') return EXIT.rejected;
  return failOn === 'flag' ? EXIT.flagged : EXIT.ok;
}

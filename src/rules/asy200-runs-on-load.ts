import { START_ROOT } from '#wasm/root-names';
import type { ReadRule } from './rule.ts';

export const runsOnLoad: ReadRule = {
  info: {
    id: 'ASY200',
    name: 'runs-on-load',
    row: 20,
    short: 'Code runs when the module is loaded',
    help: 'The start section runs at instantiation, before the host has called anything (18 of 104 modules have one); a component runs those of the modules inside it. What it can reach is ASY220 and ASY221.',
    certainty: 'certain',
    level: 'note',
    action: 'Nothing to do where it only prepares the module’s own state.',
    since: '1',
  },
  read: ({ facts }) => {
    const locations = [{ section: 'start' }];
    if (facts.start !== undefined) {
      return [{ message: `the start section runs function ${facts.start} on load`, locations }];
    }
    const startsInside =
      facts.kind === 'component' && facts.reachability.classes.some(({ roots }) => roots.includes(START_ROOT));
    return startsInside ? [{ message: 'what the component instantiates runs code on load', locations }] : [];
  },
};

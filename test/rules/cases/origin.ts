import { digestOf } from '#model/digest';
import { customSection, withCustom } from '../audited.ts';
import { fires, type RuleCase, silent } from './case.ts';

const MODULE = '(module (func (export "run")))';
const OTHER = '(module (func (export "run") nop))';
const NAMED = () => withCustom(MODULE, customSection('build-id', 'abc'));

export const ORIGIN_CASES: readonly RuleCase[] = [
  fires('ASY370', 'bytes with another digest than was claimed', MODULE, { claimed: digestOf('other bytes') }),
  silent('ASY370', 'bytes of which nothing was claimed', MODULE),

  fires('ASY371', 'a source that builds to other code', MODULE, { rebuilt: OTHER }),
  silent('ASY371', 'a source that builds to the same bytes', MODULE, { rebuilt: MODULE }),
  silent('ASY371', 'a source that builds to the same code with other metadata', MODULE, { rebuilt: NAMED }),

  fires('ASY372', 'a source that builds to the same code with a build id', MODULE, {
    rebuilt: NAMED,
    says: 'build-id',
  }),
  silent('ASY372', 'a source that builds to the same bytes', MODULE, { rebuilt: MODULE }),
  silent('ASY372', 'a source that builds to other code', MODULE, { rebuilt: OTHER }),
];

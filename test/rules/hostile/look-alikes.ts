import { compile, customSection } from '../audited.ts';
import { ANY_IMPORT, type Hostile, MEMORY, named, withSection } from './trick.ts';

const HOST = { abi: 'custom', policy: 'imports: { allow: ["host.*"] }\n', declares: ['host:*'] } as const;
const callsHost = (name: string) => `(module (import "host" "${name}" (func $f)) (func (export "run") (call $f)))`;
const WRITE = '(func (param i32 i32 i32 i32) (result i32))';

/** Names that do not read as what they are. */
export const LOOK_ALIKES: readonly Hostile[] = [
  {
    trick: 'a zero-width space in env',
    rule: 'ASY131',
    abi: 'custom',
    policy: ANY_IMPORT,
    module: '(module (import "en\u200bv" "log" (func $f)) (func (export "run") (call $f)))',
  },
  { trick: 'one Cyrillic letter in an allowed function', rule: 'ASY131', ...HOST, module: callsHost('l\u043eg') },
  {
    trick: 'a word all of whose letters are look-alikes',
    rule: 'ASY131',
    ...HOST,
    module: callsHost('\u0441\u0430\u0441\u0435'),
  },
  {
    trick: 'a Cyrillic capital whose small letter looks different',
    rule: 'ASY131',
    ...HOST,
    module: callsHost('GET_\u041aEY'),
  },
  { trick: 'a Latin letter that is nearly an a', rule: 'ASY131', ...HOST, module: callsHost('lo\u0251d') },
  { trick: 'a Cherokee letter', rule: 'ASY131', ...HOST, module: callsHost('\u13aaDD') },
  {
    trick: 'env in Greek capitals',
    rule: 'ASY130',
    abi: 'custom',
    policy: ANY_IMPORT,
    module: '(module (import "\u0395\u039dV" "log" (func)) (func (export "run")))',
  },
  { trick: 'full-width letters', rule: 'ASY131', ...HOST, module: callsHost('\uff4c\uff4f\uff47') },
  { trick: 'a mathematical letter', rule: 'ASY131', ...HOST, module: callsHost('\u{1d425}og') },
  { trick: 'an accent that stands apart', rule: 'ASY131', ...HOST, module: callsHost('log\u0301') },
  { trick: 'a variation selector', rule: 'ASY131', ...HOST, module: callsHost('log\ufe0f') },
  { trick: 'a Hangul filler', rule: 'ASY131', ...HOST, module: callsHost('log\u3164') },
  {
    trick: 'an escape sequence in the name of a section',
    rule: 'ASY131',
    abi: 'custom',
    module: withSection('\u001b]0;safe\u0007', 'x'),
  },
  {
    trick: 'a function that is called after an escape sequence',
    rule: 'ASY131',
    abi: 'custom',
    module: async () => {
      const name = named('\u001b[2Kverified');
      const names = [1, name.length + 2, 1, 0, ...name];
      return Buffer.concat([
        await compile('(module (func (export "run")))'),
        customSection('name', Uint8Array.from(names)),
      ]);
    },
  },
  {
    trick: 'WASI in capitals',
    rule: 'ASY130',
    abi: 'custom',
    policy: ANY_IMPORT,
    module: `(module (import "WASI_SNAPSHOT_PREVIEW1" "fd_write" ${WRITE}) ${MEMORY})`,
  },
];

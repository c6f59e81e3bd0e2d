import { type FlagList, type FlagPlace, isInside } from './accepted-flags.ts';

const NAME = /^[A-Za-z_.$][\w.$@-]*$/;
const NUMBER = /^\d+$/;

/** The features that `-m` switches for WebAssembly, and the instruction sets that Emscripten emulates. */
const FEATURES =
  'atomics|bulk-memory|bulk-memory-opt|call-indirect-overlong|exception-handling|extended-const|fp16|gc|half-precision|' +
  'memory64|multimemory|multivalue|mutable-globals|nontrapping-fptoint|reference-types|relaxed-simd|sign-ext|simd128|' +
  'tail-call|unimplemented-simd128|wide-arithmetic|sse|sse2|sse3|ssse3|sse4|sse4\\.1|sse4\\.2|avx|avx2';

const SWITCHES =
  'access-control|aligned-allocation|associative-math|asynchronous-unwind-tables|blocks|builtin|builtin-\\w+|caret-diagnostics|' +
  'char8_t|color-diagnostics|common|coroutines|cxx-exceptions|data-sections|declspec|delete-null-pointer-checks|' +
  'diagnostics-show-option|dollars-in-identifiers|elide-constructors|emulated-tls|exceptions|experimental-library|' +
  'fast-math|finite-loops|finite-math-only|freestanding|function-sections|gnu-keywords|gnu89-inline|honor-infinities|' +
  'honor-nans|hosted|ident|inline|inline-functions|jump-tables|lax-vector-conversions|lto|' +
  'math-errno|merge-all-constants|ms-extensions|omit-frame-pointer|openmp-simd|operator-names|optimize-sibling-calls|' +
  'permissive|pic|PIC|pie|PIE|plt|reciprocal-math|rounding-math|rtti|rtti-data|sanitize-trap|sanitize-minimal-runtime|' +
  'semantic-interposition|short-enums|short-wchar|signaling-math|signed-char|signed-zeros|sized-deallocation|' +
  'slp-vectorize|spell-checking|split-lto-unit|stack-protector|stack-protector-all|stack-protector-strong|' +
  'strict-aliasing|strict-enums|strict-float-cast-overflow|strict-overflow|strict-return|strict-vtable-pointers|' +
  'threadsafe-statics|trapping-math|trapv|tree-vectorize|trigraphs|unique-section-names|unroll-loops|unsafe-math-optimizations|' +
  'unsigned-char|unwind-tables|use-cxa-atexit|use-init-array|vectorize|virtual-function-elimination|' +
  'visibility-inlines-hidden|wasm-exceptions|whole-program-vtables|wrapv|zero-initialized-in-bss';

const VALUES =
  'visibility=(?:default|hidden|protected|internal)|lto=(?:thin|full|auto)|sanitize=[a-z,-]+|sanitize-trap=[a-z,-]+|' +
  'sanitize-recover=[a-z,-]+|(?:max-errors|error-limit|template-depth|template-backtrace-limit|constexpr-steps|' +
  'constexpr-depth|constexpr-backtrace-limit|bracket-depth|message-length|new-alignment|strict-flex-arrays|' +
  'macro-backtrace-limit|align-functions|align-loops)=\\d+|fp-(?:contract|model|exception-behavior|eval-method)=\\w+|' +
  'denormal-fp-math=[\\w,-]+|trivial-auto-var-init=\\w+|(?:input|exec)-charset=[\\w-]+|diagnostics-color=\\w+|' +
  'excess-precision=\\w+|default-calling-conv=\\w+|lax-vector-conversions=\\w+|cf-protection=none';

/** What authors pass to wasm-ld. Not among it: plugins, response files, maps, other outputs, linker scripts. */
const WASM_LD: FlagList = {
  alone: new RegExp(
    `^(?:${[
      '--(?:no-)?(?:gc-sections|demangle|stack-first|check-features|fatal-warnings|merge-data-segments|whole-archive|growable-memory)',
      '--(?:export-all|export-dynamic|export-table|export-memory|growable-table|import-memory|import-table|import-undefined)',
      '--(?:allow-undefined|no-entry|strip-all|strip-debug|shared-memory|compress-relocations|emit-relocs|no-shlib-sigcheck)',
      '--(?:warn|error)-unresolved-symbols|--unresolved-symbols=[a-z-]+|--start-group|--end-group|--no-undefined',
      '--(?:initial-memory|max-memory|initial-heap|global-base|table-base|error-limit|page-size|stack-size)=\\d+',
      '--(?:extra-)?features=[a-z0-9,-]+|--import-memory=[\\w.$]+|--export-memory=[\\w.$]+|--build-id(?:=(?:none|fast|sha1))?',
      '-s|-S|-O[0-3]|--lto-O[0-3]|-zstack-size=\\d+',
    ].join('|')})$`,
  ),
  withOperand: {
    '--export': { operand: NAME, joint: '=' },
    '--export-if-defined': { operand: NAME, joint: '=' },
    '--undefined': { operand: NAME, joint: '=' },
    '--entry': { operand: NAME, joint: '=' },
    '--wrap': { operand: NAME, joint: '=' },
    '--keep-section': { operand: NAME, joint: '=' },
    '-u': { operand: NAME, joint: undefined },
    '-e': { operand: NAME, joint: undefined },
    '-z': { operand: /^stack-size=\d+$/, joint: undefined },
    '--allow-undefined-file': { operand: 'path', joint: '=' },
  },
};

/** What authors pass to clang for WebAssembly, directly or through zig cc. */
export const CLANG_FLAGS: FlagList = {
  alone: new RegExp(
    `^(?:${[
      '-O[0-3szg]?|-Ofast|-g[0-3]?|-gline-tables-only|-gdwarf-[2-5]|-g(?:no-)?column-info|-s|-w|-pthread|-pipe|-static|-rdynamic',
      '-pedantic|-pedantic-errors|-ansi|--?std=[a-z0-9+:]+|-stdlib=libc\\+\\+|--no-entry',
      '-nostdlib|-nostdlib\\+\\+|-nostartfiles|-nodefaultlibs|-nolibc|-nostdinc|-nostdinc\\+\\+|-nobuiltininc',
      '-W(?![alp],)[a-zA-Z][\\w+-]*(?:=[\\w-]+)?|-W',
      `-m(?:no-)?(?:${FEATURES})|-mcpu=[\\w+-]+|-mtune=[\\w-]+|-mfpu=neon`,
      `-f(?:no-)?(?:${SWITCHES})|-f(?:no-)?(?:${VALUES})`,
    ].join('|')})$`,
  ),
  withOperand: {
    '-D': { operand: /^[A-Za-z_]\w*(?:\([^)\n]*\))?(?:=[^\n\0]*)?$/, joint: '' },
    '-U': { operand: /^[A-Za-z_]\w*$/, joint: '' },
    '-l': { operand: /^:?[\w+.-]+$/, joint: '' },
    '-I': { operand: 'path', joint: '' },
    '-L': { operand: 'path', joint: '' },
    '-isystem': { operand: 'path', joint: '' },
    '-iquote': { operand: 'path', joint: '' },
    '-idirafter': { operand: 'path', joint: '' },
    '-include': { operand: 'path', joint: undefined },
    '-x': { operand: /^(?:c|c\+\+|none|assembler|assembler-with-cpp)$/, joint: '' },
    '-z': { operand: /^stack-size=\d+$/, joint: undefined },
    // setjmp and exceptions are still chosen by LLVM's own switches.
    '-mllvm': { operand: /^-wasm-(?:enable-(?:sjlj|eh)|use-legacy-eh(?:=(?:true|false|0|1))?)$/, joint: undefined },
  },
  files: /^[^-@].*\.(?:a|o)$/,
  linker: WASM_LD,
};

/** `NAME=value`, with no path that could leave the folder. */
export const EMSCRIPTEN_SETTING = /^[A-Z][A-Z0-9_]*(?:=[\w,.[\]'"@:-]*)?$/;

/** `file@where`: emcc reads what stands before the sign, which may be a folder above though the whole is a name below. */
function isPacked(text: string, place: FlagPlace): boolean {
  const [source = ''] = text.split(/(?<!@)@(?!@)/);
  return isInside(text, place) && isInside(source.replaceAll('@@', '@'), place);
}

/** What authors pass to emcc: clang's flags, settings, and JavaScript and files from the folder. */
export const EMCC_FLAGS: FlagList = {
  ...CLANG_FLAGS,
  alone: new RegExp(
    `${CLANG_FLAGS.alone.source}|^(?:--profiling|--profiling-funcs|--bind|--emit-symbol-map|--use-preload-plugins|--emrun)$`,
  ),
  withOperand: {
    ...CLANG_FLAGS.withOperand,
    '-s': { operand: EMSCRIPTEN_SETTING, joint: '' },
    '--closure': { operand: /^[0-2]$/, joint: '=' },
    '--minify': { operand: /^0$/, joint: '=' },
    '--memory-init-file': { operand: NUMBER, joint: '=' },
    '--js-library': { operand: 'path', joint: '=' },
    '--pre-js': { operand: 'path', joint: '=' },
    '--post-js': { operand: 'path', joint: '=' },
    '--extern-pre-js': { operand: 'path', joint: '=' },
    '--extern-post-js': { operand: 'path', joint: '=' },
    '--embed-file': { operand: isPacked, joint: '=' },
    '--preload-file': { operand: isPacked, joint: '=' },
    '--exclude-file': { operand: /^[\w.*/-]+$/, joint: '=' },
  },
};

import { AssayError } from '#model/errors';
import type { AbiKind, Build, ToolchainName } from '#model/manifest';

/** One source file of a plugin that has no manifest yet. */
export interface SourceFile {
  /** Relative to the plugin's folder, forward slashes. */
  readonly path: string;
  /** Its text, as far as it was read; the beginning is enough. */
  readonly text: string;
}

export interface InferredBuild {
  readonly build: Build;
  readonly abi: AbiKind;
  /** Why, for people: `src/lib.rs and Cargo.toml`. */
  readonly because: string;
}

type Guess = (files: readonly SourceFile[], wanted?: ToolchainName) => InferredBuild | undefined;

/**
 * The toolchain, sources and abi that fit a folder's files, for `assay init`: of the toolchain that is wanted, else as a
 * language's own package file says, else by the kind of sources. Throws TOOLCHAIN_UNKNOWN when nothing fits, or when
 * two languages fit equally.
 */
export function inferBuild(files: readonly SourceFile[], wanted?: ToolchainName): InferredBuild {
  const shallow = files.filter((file) => file.path.split('/').length <= 4);
  if (wanted !== undefined) return buildWith(wanted, shallow);
  for (const guess of [rust, go, assemblyScript]) {
    const inferred = guess(shallow);
    if (inferred !== undefined) return inferred;
  }
  const fitting = [wat, c, zig, javascript].map((guess) => guess(shallow)).filter((found) => found !== undefined);
  const [only, another] = fitting;
  if (only !== undefined && another === undefined) return only;
  if (only !== undefined && another !== undefined) {
    throw new AssayError('TOOLCHAIN_UNKNOWN', `both ${only.because} and ${another.because} could be the plugin`, {
      hint: `Say which: assay init --toolchain ${only.build.toolchain}, or --toolchain ${another.build.toolchain}.`,
    });
  }
  const script = shallow.find((file) => /(?<!\.d)\.ts$|\.m?js$/.test(file.path));
  throw new AssayError('TOOLCHAIN_UNKNOWN', 'no sources of a known language were found', {
    hint: script === undefined ? NOTHING_FOUND : hintFor(script.path),
  });
}

const NOTHING_FOUND =
  'Run it in the folder with the sources: C, C++, Rust, Go, Zig, AssemblyScript, JavaScript or .wat.';

function hintFor(script: string): string {
  return script.endsWith('.ts')
    ? `If ${script} is AssemblyScript, say so: assay init --toolchain assemblyscript.`
    : `A plugin in JavaScript is a component: put the .wit file of its world beside ${script}, which exports functions.`;
}

function buildWith(wanted: ToolchainName, files: readonly SourceFile[]): InferredBuild {
  const inferred = guessOf(wanted)?.(files, wanted);
  if (inferred !== undefined) return { ...inferred, build: { ...inferred.build, toolchain: wanted } };
  throw new AssayError('TOOLCHAIN_UNKNOWN', `no sources for ${wanted} were found`, {
    hint: 'Leave --toolchain out to go by the sources, or write plugin.yaml by hand; docs/toolchains.md has the options.',
  });
}

function guessOf(toolchain: ToolchainName): Guess | undefined {
  switch (toolchain) {
    case 'rust':
      return rust;
    case 'go':
    case 'tinygo':
      return go;
    case 'assemblyscript':
      return assemblyScript;
    case 'wat':
      return wat;
    case 'zig-cc':
    case 'clang':
    case 'emscripten':
      return c;
    case 'zig':
      return zig;
    case 'componentize-js':
      return javascript;
    case 'command':
      return undefined;
  }
}

const rust: Guess = (files) => {
  const cargo = find(files, 'Cargo.toml');
  if (cargo === undefined) return undefined;
  const named = /^path\s*=\s*"([^"\n]+)"/m.exec(section(cargo.text, 'lib'))?.[1];
  const library = find(files, named ?? 'src/lib.rs');
  const program = find(files, 'src/main.rs');
  // A library beside a program is usually only the program's, unless it asks to become a module itself.
  const entry = program === undefined || /\bcdylib\b/.test(cargo.text) ? (library ?? program) : program;
  if (entry === undefined) {
    if (!/^\[workspace\]/m.test(cargo.text)) return undefined;
    throw new AssayError('TOOLCHAIN_UNKNOWN', 'Cargo.toml is that of a workspace without a crate of its own', {
      hint: 'Run it in the folder of the member that is the plugin: assay init MEMBER.',
    });
  }
  const isExtism = /^\s*extism-pdk\b/m.test(cargo.text);
  const isProxy = /^\s*proxy-wasm\b/m.test(cargo.text);
  const isBindgen = /^\s*wasm-bindgen\b/m.test(cargo.text);
  const usesSystem = entry === program || /\b(?:println!|std::(?:env|fs|io|time))/.test(entry.text);
  const usual = !isBindgen && (isProxy || usesSystem) ? 'wasm32-wasip1' : 'wasm32-unknown-unknown';
  const target = configured(files) ?? usual;
  const bound: AbiKind | undefined = isExtism
    ? 'extism'
    : isProxy
      ? 'proxy-wasm'
      : isBindgen
        ? 'wasm-bindgen'
        : undefined;
  const abi = bound ?? (usesSystem || target.includes('wasi') ? 'wasi-p1' : 'custom');
  return inferred('rust', abi, [entry.path], `Cargo.toml and ${entry.path}`, { target });
};

/** A table of TOML as text, up to the next one. */
function section(text: string, name: string): string {
  const [, ...after] = `\n${text}`.split(`\n[${name}]`);
  return after.join('').split(/\n\[/)[0] ?? '';
}

/** The target that the crate's own cargo settings build for. */
function configured(files: readonly SourceFile[]): string | undefined {
  const config = find(files, '.cargo/config.toml') ?? find(files, '.cargo/config');
  const target = /^target\s*=\s*"(wasm32-[\w-]+)"/m.exec(section(config?.text ?? '', 'build'))?.[1];
  return target === 'wasm32-wasi' ? 'wasm32-wasip1' : target;
}

const go: Guess = (files) => {
  // The module's go.mod may lie above the plugin's folder.
  const own = files.filter(
    (file) => file.path.endsWith('.go') && !/(?:^|\/)(?:vendor|testdata)\/|_test\.go$/.test(file.path),
  );
  const programs = own.filter((file) => /^package main\b/m.test(file.text));
  const [main] = [...programs.filter(exportsFunctions), ...programs];
  if (main === undefined) return undefined;
  const abi: AbiKind = own.some((file) => file.text.includes('github.com/extism/go-pdk')) ? 'extism' : 'wasi-p1';
  const options = exportsFunctions(main) ? undefined : { options: { command: true } };
  return inferred(
    'go',
    abi,
    [main.path],
    find(files, 'go.mod') === undefined ? main.path : `go.mod and ${main.path}`,
    options,
  );
};

function exportsFunctions(file: SourceFile): boolean {
  return /^\/\/go:wasmexport /m.test(file.text);
}

const assemblyScript: Guess = (files, wanted) => {
  const isDeclared =
    wanted !== undefined ||
    find(files, 'asconfig.json') !== undefined ||
    /"assemblyscript"\s*:/.test(find(files, 'package.json')?.text ?? '') ||
    files.some((file) => file.path.endsWith('.ts') && /:\s*(?:i32|u32|i64|u64|f64|usize)\b/.test(file.text));
  if (!isDeclared) return undefined;
  const entry =
    ['assembly/index.ts', 'src/index.ts', 'index.ts']
      .map((path) => find(files, path))
      .find((file) => file !== undefined) ??
    onlyOne(
      files.filter((file) => file.path.endsWith('.ts') && !file.path.endsWith('.d.ts') && /^export /m.test(file.text)),
    );
  if (entry === undefined) return undefined;
  const passesTexts = /\bstring\b/.test(entry.text);
  const options = passesTexts ? { options: { exportRuntime: true } } : undefined;
  return inferred('assemblyscript', 'custom', [entry.path], entry.path, options);
};

const wat: Guess = (files) => {
  const entry = onlyOne(files.filter((file) => file.path.endsWith('.wat')));
  if (entry === undefined) return undefined;
  return inferred(
    'wat',
    entry.text.includes('"wasi_snapshot_preview1"') ? 'wasi-p1' : 'custom',
    [entry.path],
    entry.path,
  );
};

const c: Guess = (files, wanted) => {
  const units = files.filter((file) => /\.(?:c|cc|cpp|cxx)$/.test(file.path) && !/(?:^|\/)tests?\//.test(file.path));
  const [first] = units;
  if (first === undefined) return undefined;
  const isEmscripten =
    wanted === undefined ? units.some((file) => /#\s*include\s*<emscripten/.test(file.text)) : wanted === 'emscripten';
  const isCommand = units.some((file) => /^\s*int\s+main\s*\(/m.test(file.text));
  const exports = [...new Set(units.flatMap((file) => publicFunctions(file.text)))];
  // Embind's functions are called through the JavaScript that comes with the module.
  const usesEmbind = units.some((file) => /#\s*include\s*<emscripten\/bind\.h>/.test(file.text));
  const includes = [
    ...new Set(files.flatMap((file) => /^(.*\binclude)\/.*\.(?:h|hh|hpp|hxx)$/.exec(file.path)?.[1] ?? [])),
  ];
  const options = {
    ...(isCommand ? { command: true } : {}),
    ...(includes.length === 0 || isEmscripten ? {} : { includes }),
    ...(isCommand || exports.length === 0 ? {} : { exports }),
    ...(usesEmbind ? { standalone: false, flags: ['-lembind'] } : {}),
  };
  return inferred(
    isEmscripten ? 'emscripten' : 'zig-cc',
    isEmscripten ? 'emscripten' : 'wasi-p1',
    units.map((file) => file.path),
    units.length === 1 ? first.path : `${units.length} C and C++ files`,
    Object.keys(options).length === 0 ? undefined : { options },
  );
};

const zig: Guess = (files) => {
  const sources = files.filter((file) => file.path.endsWith('.zig') && file.path !== 'build.zig');
  const entry = sources.find((file) => /(?:^|\/)(?:main|root|lib)\.zig$/.test(file.path)) ?? onlyOne(sources);
  if (entry === undefined) return undefined;
  const usesSystem = /\bstd\.(?:fs|io|os|posix|process|time)\b/.test(entry.text);
  return inferred('zig', usesSystem ? 'wasi-p1' : 'custom', [entry.path], entry.path, {
    target: usesSystem ? 'wasm32-wasi' : 'wasm32-freestanding',
  });
};

const javascript: Guess = (files) => {
  const world = files.find((file) => file.path.endsWith('.wit'));
  const modules = files.filter((file) => /\.m?js$/.test(file.path) && /^export /m.test(file.text));
  const named = ['index.js', 'index.mjs', 'src/index.js', 'src/index.mjs', 'app.js', 'src/app.js'];
  const entry = onlyOne(modules) ?? named.map((path) => find(modules, path)).find((file) => file !== undefined);
  if (world === undefined || entry === undefined) return undefined;
  return inferred('componentize-js', 'component', [entry.path], `${entry.path} and ${world.path}`, {
    // Packages are named without a dot in front; what the world imports has a colon.
    options: {
      wit: world.path,
      ...(/^import\s[^'"]*["'][^.:/"'][^:"']*["']/m.test(entry.text) ? { bundle: true } : {}),
    },
  });
};

function inferred(
  toolchain: ToolchainName,
  abi: AbiKind,
  sources: readonly string[],
  because: string,
  more: Partial<Build> = {},
): InferredBuild {
  const [first = ''] = sources;
  return { build: { toolchain, source: sources.length === 1 ? first : [...sources], ...more }, abi, because };
}

function find(files: readonly SourceFile[], path: string): SourceFile | undefined {
  return files.find((file) => file.path === path);
}

function onlyOne(files: readonly SourceFile[]): SourceFile | undefined {
  return files.length === 1 ? files[0] : undefined;
}

// A host passes texts through malloc, so a library that takes pointers exports it too.
function publicFunctions(text: string): string[] {
  const names: string[] = [];
  let takesPointers = false;
  for (const match of text.matchAll(
    /^(?!static\b|inline\b|typedef\b|return\b|else\b)[A-Za-z_][\w \t*]*?[ \t*](\w+)\s*\(([^;{}]*)\)\s*\{/gm,
  )) {
    if (match[1] === undefined || match[1] === 'main') continue;
    names.push(match[1]);
    takesPointers ||= match[2]?.includes('*') === true;
  }
  return takesPointers && /#\s*include\s*</.test(text) ? ['malloc', 'free', ...names] : names;
}

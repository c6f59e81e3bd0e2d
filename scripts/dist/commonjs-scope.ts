/** Names that CommonJS code expects in its scope, and what stands for them in an ES module. */
const SCOPE: Readonly<Record<string, string>> = {
  // Made at the first call: it costs time, and the file that Node's version is checked in has to load on any Node.
  require:
    "let __made;const require=id=>(__made??=process.getBuiltinModule('node:module').createRequire(import.meta.url))(id);",
  __filename: 'const __filename=import.meta.filename;',
  __dirname: 'const __dirname=import.meta.dirname;',
};

/** Put in front of every bundled file, for the CommonJS packages in it. */
export const COMMONJS_SCOPE = Object.values(SCOPE).join('');

/** The text of a bundled file with only those names of the CommonJS scope that it uses. */
export function withUsedScope(text: string): string {
  const at = text.indexOf(COMMONJS_SCOPE);
  if (at < 0) throw new Error('a bundled file lacks the CommonJS scope');
  const before = text.slice(0, at);
  const after = text.slice(at + COMMONJS_SCOPE.length);
  const used = Object.entries(SCOPE).filter(([name]) => new RegExp(`\\b${name}\\b`).test(after));
  return before + (used.length === 0 ? after.replace(/^\n/, '') : used.map(([, code]) => code).join('') + after);
}

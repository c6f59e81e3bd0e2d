import type { Capability } from '#model/capability';
import type { Import } from '#model/module-facts';

/** Where the JavaScript that wasm-bindgen writes is imported from, before its tool has run and after it. */
const MODULE = /^(?:wbg|__wbindgen_(?:placeholder|externref_xform|anyref_xform)__|\.\/[\w.-]+_bg\.js)$/;

/** The module of every capability that such an import stands for, whatever file the glue is in. */
export const WASM_BINDGEN_MODULE = 'wbg';

export function isWasmBindgen({ module }: Pick<Import, 'module'>): boolean {
  return MODULE.test(module);
}

/**
 * The JavaScript function behind an import, without the hash of the crate's version that follows it:
 * `__wbg_getRandomValues_1c61fac11405ffdc` is getRandomValues. Undefined for what only moves values about.
 */
export function boundFunction(name: string): string | undefined {
  if (/^__wbindgen_|^__wbg___wbindgen_|^__wbg_wbindgen/.test(name)) return undefined;
  const bare = name.replace(/^__wbg_/, '').replace(/_[0-9a-f]{16}$/, '');
  return LANGUAGE.test(bare) ? undefined : bare;
}

/** Functions of the language itself (ECMA-262) as js-sys names them: they work on values that the module was given. */
const LANGUAGE =
  /^(?:get|getwithrefkey|get_with_ref_key|getindex|get_index|set|setindex|set_index|new|new\d|new_?with_?(?:length|byteoffsetandlength|byte_offset_and_length)|new_from_slice|newfromslice|new_typed|newtyped|length|size|byteLength|byte_length|byteOffset|byte_offset|buffer|subarray|slice|call|apply|bind|then\d?|catch|finally|resolve|reject|all|allSettled|race|next|done|value|values|iterator|asyncIterator|async_iterator|isArray|is_array|isSafeInteger|is_safe_integer|isInteger|entries|fromEntries|keys|ownKeys|own_keys|assign|has|is|delete|deleteProperty|delete_property|defineProperty|define_property|getOwnPropertyDescriptor|push|pop|shift|splice|concat|fill|sort|reverse|join|split|at|includes|indexOf|index_of|forEach|for_each|map|from|of|parse|stringify|toString|to_string|valueOf|value_of|toISOString|toJSON|charCodeAt|codePointAt|fromCodePoint|match|trim|normalize|Number|String|Boolean|BigInt|Symbol|Error|Object|Array|Map|Set|name|message|cause|stack|(?:set_)?(?:name|message|cause)|prototypesetcall|prototype_?(?:set_?)?call|instanceof_\w+|wait|waitAsync|notify|async|queueMicrotask)$/;

const ROWS: readonly { readonly capability: Capability; readonly names: RegExp }[] = [
  { capability: 'random', names: /^(?:getRandomValues|randomFillSync|random)$/ },
  {
    capability: 'clock',
    names: /^(?:now|getTime|getTimezoneOffset|performance|(?:set|clear)(?:Timeout|Interval|Immediate))$/,
  },
  { capability: 'stdio', names: /^(?:console_)?(?:log|error|warn|info|debug|trace)$/ },
  { capability: 'net', names: /^(?:fetch\w*|sendBeacon\w*|WebSocket|XMLHttpRequest)$/ },
  { capability: 'fs', names: /^(?:read|write|append|open|unlink|readdir|mkdir|stat|exists|rm)(?:File|dir)?Sync$/ },
];

/** The capability of a function by its name; undefined for one that is only known as the host's. */
export function bindgenCapability(bound: string): Capability | undefined {
  return ROWS.find(({ names }) => names.test(bound))?.capability;
}

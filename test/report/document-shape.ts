import { type DefaultTreeAdapterTypes, parse, parseFragment } from 'parse5';

type Node = DefaultTreeAdapterTypes.Node;

/** The elements and attributes of a document in order, without texts: what an attacker must not be able to change. */
export function shapeOf(html: string, kind: 'page' | 'fragment'): string[] {
  const shape: string[] = [];
  walk(kind === 'page' ? parse(html) : parseFragment(html), shape);
  return shape;
}

function walk(node: Node, shape: string[]): void {
  if (node.nodeName === '#comment') shape.push('comment');
  if ('tagName' in node) {
    const attributes = node.attrs.map(({ name, value }) => (MEASURED.has(name) ? name : `${name}=${value}`));
    shape.push(`${node.tagName} ${attributes.join(' ')}`.trim());
  }
  if ('childNodes' in node) for (const child of node.childNodes) walk(child, shape);
}

const MEASURED = new Set(['width', 'x']);

/** Every text of the document, joined. */
export function textOf(html: string): string {
  const texts: string[] = [];
  const collect = (node: Node): void => {
    if ('value' in node) texts.push(node.value);
    if ('childNodes' in node) for (const child of node.childNodes) collect(child);
  };
  collect(parseFragment(html));
  return texts.join('');
}

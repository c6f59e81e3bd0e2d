import { describe, expect, it } from 'vitest';
import { type CoveredFunction, withEagerFunctions } from '../../scripts/dist/eager-functions.ts';
import { loadedWith } from '../../scripts/dist/static-imports.ts';

/** The coverage of a text in which these pieces are functions that were called so often. */
function covered(text: string, pieces: Readonly<Record<string, number>>): CoveredFunction[] {
  const places = Object.entries(pieces).map(([piece, count]) => {
    const startOffset = text.indexOf(piece);
    expect(startOffset).toBeGreaterThanOrEqual(0);
    return { functionName: '', ranges: [{ startOffset, endOffset: startOffset + piece.length, count }] };
  });
  return [{ functionName: '', ranges: [{ startOffset: 0, endOffset: text.length, count: 1 }] }, ...places];
}

describe('functions that an audit calls', () => {
  it('are variables at the beginning of their file when they are declared', () => {
    const text = 'import{a}from"./a.js";b();function b(){return a}async function*c(d){}export{b};';
    expect(withEagerFunctions(text, covered(text, { 'function b(){return a}': 1, 'async function*c(d){}': 2 }))).toBe(
      'var b=(function(){return a}),c=(async function*(d){});import{a}from"./a.js";b();;;export{b};',
    );
  });

  it('get parentheses when they are expressions, also inside each other', () => {
    const text = 'let f=x=>y=>x+y,g=async()=>{},h={i:function(){return(k,l)=>k}};';
    const called = covered(text, {
      'x=>y=>x+y': 1,
      'y=>x+y': 1,
      'async()=>{}': 1,
      'function(){return(k,l)=>k}': 1,
      '(k,l)=>k': 1,
    });
    expect(withEagerFunctions(text, called)).toBe(
      'let f=(x=>(y=>x+y)),g=(async()=>{}),h={i:(function(){return((k,l)=>k)})};',
    );
  });

  it('get them inside declarations too', () => {
    const text = 'function a(b){return b.map(c=>c)}a([]);';
    expect(withEagerFunctions(text, covered(text, { [text.slice(0, -6)]: 1, 'c=>c': 1 }))).toBe(
      'var a=(function(b){return b.map((c=>c))});;a([]);',
    );
  });

  it('are left alone when they are methods, fields or declared inside others', () => {
    const text =
      'class A{functions;b=()=>1;c(d){return d}static e(){}}function f(){function g(){}g()}let o={get h(){return 1},async i(){}};';
    const called = covered(text, {
      'functions;b=()=>1': 1,
      'c(d){return d}': 1,
      'e(){}': 1,
      'function f(){function g(){}g()}': 0,
      'function g(){}': 1,
      'get h(){return 1}': 1,
      'async i(){}': 1,
    });
    expect(withEagerFunctions(text, called)).toBe(text);
  });

  it('are left alone when nothing called them', () => {
    const text = 'function a(){}let b=()=>1;';
    expect(withEagerFunctions(text, covered(text, { 'function a(){}': 0, '()=>1': 0 }))).toBe(text);
  });
});

describe('what a bundled file brings with it', () => {
  it('holds the file itself only when one imports it back', () => {
    const texts = new Map([
      ['/d/a.js', 'import{b}from"./b.js";b();'],
      ['/d/b.js', 'let x;\nimport"./c.js";export{b};'],
      ['/d/c.js', 'import{b}from"./b.js";'],
    ]);
    expect(loadedWith('/d/a.js', texts)).toEqual(new Set(['/d/b.js', '/d/c.js']));
    expect(loadedWith('/d/b.js', texts).has('/d/b.js')).toBe(true);
  });
});

// Roman numerals as stonemasons wrote them: 1 to 3999, subtractive notation, nothing else accepted.

const SYMBOLS: string[] = ['M', 'CM', 'D', 'CD', 'C', 'XC', 'L', 'XL', 'X', 'IX', 'V', 'IV', 'I'];
const VALUES: i32[] = [1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1];

/** The numeral for a number from 1 to 3999, or an empty text for any other. */
export function toRoman(value: i32): string {
  if (value < 1 || value > 3999) return '';
  let numeral = '';
  let rest = value;
  for (let i = 0; i < VALUES.length; i++) {
    while (rest >= VALUES[i]) {
      numeral += SYMBOLS[i];
      rest -= VALUES[i];
    }
  }
  return numeral;
}

/** The number a numeral stands for, or 0 when it is not written the standard way (IIII, VX, IC). */
export function fromRoman(numeral: string): i32 {
  const text = numeral.trim().toUpperCase();
  let value = 0;
  let position = 0;
  for (let i = 0; i < SYMBOLS.length; i++) {
    while (text.startsWith(SYMBOLS[i], position)) {
      value += VALUES[i];
      position += SYMBOLS[i].length;
    }
  }
  return position == text.length && toRoman(value) == text ? value : 0;
}

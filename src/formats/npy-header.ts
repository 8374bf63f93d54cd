/** The header of a `.npy` file: a Python dictionary of three keys, as numpy/lib/format.py writes it. */

/** What a header says. */
export interface NpyHeader {
  /** The type of the values, such as `<f4`; a list of fields as its text. */
  descr: string;
  fortran: boolean;
  shape: number[];
}

const token =
  /[ \t\f\r\n]*(?:('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d*)?L?)|(True|False|None)|([{}()[\]:,]))/y;

/**
 * Parses a header. Returns undefined where it is not a dictionary with exactly the keys `descr`, `fortran_order` and
 * `shape`, a shape has a number that is not a whole one of 0 or more, or the type has no byte order that NumPy knows.
 */
export function parseNpyHeader(text: string): NpyHeader | undefined {
  const tokens = tokensOf(text);
  if (tokens?.[0] !== '{' || tokens.at(-1) !== '}') return undefined;
  const values = new Map<string, string[]>();
  for (let at = 1; at < tokens.length - 1; ) {
    const key = textIn(tokens[at]!);
    if (key === undefined || tokens[at + 1] !== ':' || values.has(key)) return undefined;
    const end = endOfValue(tokens, at + 2);
    values.set(key, tokens.slice(at + 2, end));
    if (tokens[end] !== ',' && end !== tokens.length - 1) return undefined;
    at = end + 1;
  }
  const [descr, fortran, shape] = ['descr', 'fortran_order', 'shape'].map((key) => values.get(key));
  if (values.size !== 3 || !descr || fortran?.length !== 1 || !shape) return undefined;
  const type = descr.length === 1 ? textIn(descr[0]!) : descr[0] === '[' ? fieldsText(descr) : undefined;
  const isType = type !== undefined && (type.startsWith('[') || /^[<>|=][a-zA-Z?]\d*/.test(type));
  const sizes = shapeIn(shape);
  if (!isType || !['True', 'False'].includes(fortran[0]!) || !sizes) return undefined;
  return { descr: type, fortran: fortran[0] === 'True', shape: sizes };
}

function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = [];
  // Not `trimEnd`: a space that doesn't break is none to Python.
  const trimmed = text.replace(/[ \t\f\r\n]+$/, '');
  token.lastIndex = 0;
  while (token.lastIndex < trimmed.length) {
    const found = token.exec(trimmed);
    if (!found) return undefined;
    tokens.push(found[0].replace(/^[ \t\f\r\n]+/, ''));
  }
  return tokens;
}

/** Where the value that begins at `at` ends: at a comma or the last brace, outside of brackets. */
function endOfValue(tokens: readonly string[], at: number): number {
  let depth = 0;
  for (let i = at; i < tokens.length; i++) {
    if (depth === 0 && (tokens[i] === ',' || i === tokens.length - 1)) return i;
    if ('([{'.includes(tokens[i]!)) depth++;
    if (')]}'.includes(tokens[i]!)) depth--;
  }
  return tokens.length - 1;
}

function textIn(quoted: string): string | undefined {
  return /^['"]/.test(quoted) ? quoted.slice(1, -1).replace(/\\(.)/g, '$1') : undefined;
}

function fieldsText(tokens: readonly string[]): string {
  return tokens.map((part) => (part === ',' ? ', ' : part)).join('');
}

/** `[2, 3]` for the tokens of `(2, 3)`, `[2]` for `(2,)`, `[]` for `()`; Python 2 wrote `2L`. */
function shapeIn(tokens: readonly string[]): number[] | undefined {
  if (tokens[0] !== '(' || tokens.at(-1) !== ')') return undefined;
  const inner = tokens.slice(1, -1);
  if (inner.length === 1) return undefined;
  const isList = inner.every((part, i) => (i % 2 === 0 ? /^\d+L?$/.test(part) : part === ','));
  if (!isList) return undefined;
  const sizes = inner.filter((_, i) => i % 2 === 0).map((size) => Number.parseInt(size, 10));
  return sizes.every(Number.isSafeInteger) ? sizes : undefined;
}

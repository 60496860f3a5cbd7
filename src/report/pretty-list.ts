/**
 * The text of `JSON.stringify(whole, null, 2)` in pieces, with the one list under `key`, empty in `whole`, filled from
 * `items`: what is made of a large estate is longer than one string may be.
 *
 * @param depth how deep the items stand: 1 for the entries of `whole`
 */
export function* prettyWithList(
  whole: object,
  key: string,
  depth: number,
  items: Iterable<unknown>,
): Generator<string> {
  // In a text of JSON only a key can read like this: quotes inside strings are escaped.
  const empty = `${JSON.stringify(key)}: []`;
  const [head = '', tail = ''] = JSON.stringify(whole, null, 2).split(empty);
  const indent = `\n${'  '.repeat(depth)}`;
  let separator = `${head}${JSON.stringify(key)}: [`;
  for (const item of items) {
    yield `${separator}${indent}${JSON.stringify(item, null, 2).replaceAll('\n', indent)}`;
    separator = ',';
  }
  yield separator === ',' ? `${indent.slice(0, -2)}]${tail}` : `${head}${empty}${tail}`;
}

/** What a client saw through the gateway, held against what a server says itself. */

const sorted = (_key, value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
const canonical = (value) => JSON.stringify(value, sorted);

/**
 * Compares two lists of tools, name by name and member by member.
 *
 * @param {readonly string[]} drops members that the client does not keep
 * @returns {string[]} what differs
 */
export function listDifferences(own, through, drops = []) {
  const seen = new Map(through.map((tool) => [tool.name, tool]));
  const differences = [];
  for (const tool of own) {
    const other = seen.get(tool.name);
    seen.delete(tool.name);
    if (other === undefined) differences.push(`${tool.name} is not listed`);
    else
      for (const member of new Set([...Object.keys(tool), ...Object.keys(other)]))
        if (!drops.includes(member) && canonical(tool[member]) !== canonical(other[member]))
          differences.push(`${tool.name}: ${member} is ${short(other[member])}, not ${short(tool[member])}`);
  }
  return [...differences, ...[...seen.keys()].map((name) => `${name} is listed and not the server's`)];
}

const short = (value) => String(canonical(value)).slice(0, 120);

/** A call's end in one form for all clients: each tells as much of it as it does. */
export function endOf({ result, thrown }) {
  if (thrown !== undefined) return { isError: true, text: plain(thrown) };
  if (!Array.isArray(result?.content)) return { isError: false, structured: result };
  const text = result.content.map(({ text: one }) => one ?? '').join('\n');
  return { isError: result.isError === true, text: plain(text), structured: result.structuredContent };
}

/** The first major version of the SDK puts the code before the server's words. */
const plain = (text) => text.replace(/^MCP error -?\d+: /, '');

/** @returns {string | undefined} how a call ended otherwise than with the server itself */
export function endDifference(own, through) {
  const [expected, found] = [endOf(own), endOf(through)];
  const isSame =
    found.isError === expected.isError &&
    (found.text === undefined || found.text === expected.text) &&
    (found.structured === undefined || canonical(found.structured) === canonical(expected.structured)) &&
    (found.text !== undefined || found.structured !== undefined);
  return isSame ? undefined : `ended with ${short(found)}, not ${short(expected)}`;
}

/** @returns {string | undefined} how a refusal was told otherwise than the client tells refusals */
export function refusalDifference(form, outcome, text) {
  if (outcome === undefined) return 'was not called';
  const isThrown = outcome.thrown !== undefined;
  const end = endOf(outcome);
  const told = isThrown ? outcome.thrown : end.text;
  const isSame =
    isThrown === (form.in === 'thrown') &&
    end.isError &&
    (typeof text === 'string' ? told === text : text.test(told ?? '')) &&
    (form.exit === undefined || outcome.result?.exit === form.exit);
  return isSame ? undefined : `told ${short(outcome)}`;
}

/** Two bags of words: those that are in one only, as often as that is so. */
export function bagDifferences(sent, recorded) {
  const counts = new Map();
  for (const word of sent) counts.set(word, (counts.get(word) ?? 0) + 1);
  for (const word of recorded) counts.set(word, (counts.get(word) ?? 0) - 1);
  return [...counts].flatMap(([word, count]) =>
    count === 0 ? [] : [`${word}: ${Math.abs(count)} ${count > 0 ? 'sent and not recorded' : 'recorded and not sent'}`],
  );
}

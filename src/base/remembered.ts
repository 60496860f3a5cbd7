/**
 * A pure function of a text that remembers its latest answers: for names and the like, of which a process meets few again and again.
 *
 * @param max answers in memory; then it begins anew, so that hostile texts cost no more memory than this
 * @param lengthMax characters of a text that is worth remembering
 */
export function remembered<T>(compute: (text: string) => T, max = 20_000, lengthMax = 256): (text: string) => T {
  const answers = new Map<string, T>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined || text.length > lengthMax) return known ?? compute(text);
    if (answers.size >= max) answers.clear();
    const answer = compute(text);
    answers.set(text, answer);
    return answer;
  };
}

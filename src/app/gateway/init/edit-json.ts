import { applyEdits, modify } from 'jsonc-parser';
import type { EntryChange } from './client-entries.ts';

/** Changes an entry of a JSON file with comments. */
export function editJson(text: string, { path, remove, set }: EntryChange): string {
  const formattingOptions = {
    insertSpaces: !/^\t/m.test(text),
    tabSize: /^( +)"/m.exec(text)?.[1]?.length ?? 2,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
  let result = text;
  const put = (key: string, value: unknown): void => {
    result = applyEdits(result, modify(result, [...path, key], value, { formattingOptions }));
  };
  for (const key of remove) put(key, undefined);
  for (const [key, value] of Object.entries(set)) put(key, value);
  return result;
}

/** `demarc/ledger` can be lifted out: nothing is reachable from it but its own folder, base/, types of model/ and node:crypto. */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;

it('demarc/ledger reaches no npm package and nothing outside ledger/ and base/', () => {
  const reached = new Set<string>();
  const wrong: string[] = [];
  const visit = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    const text = readFileSync(join(root, path), 'utf8');
    for (const [, typeOnly, names = '', name = ''] of text.matchAll(
      /^(?:import|export) (type )?([^;']*?)from '([^']+)';$/gm,
    )) {
      const onlyTypes = typeOnly !== undefined || /^\{(?:\s*type \w+,?)+\s*\}\s*$/.test(names);
      const target = name.startsWith('.') ? relative(root, join(root, path, '..', name)) : name;
      if (/^src\/(?:ledger|base)\//.test(target)) visit(target);
      else if (!(target === 'node:crypto' || (onlyTypes && target.startsWith('src/model/'))))
        wrong.push(`${path} imports ${target}`);
    }
    if (/\bimport\(|\brequire\(|^import '/m.test(text)) wrong.push(`${path} imports in another way`);
  };
  visit('src/ledger/ledger.ts');
  expect(wrong).toEqual([]);
  expect(reached.size).toBeGreaterThan(15);
});

it('the package offers it under its name', () => {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    exports: Record<string, unknown>;
  };
  expect(exports['./ledger']).toEqual({ types: './dist/ledger/ledger.d.ts', default: './dist/ledger/ledger.js' });
});

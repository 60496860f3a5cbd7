import { describe, expect, it } from 'vitest';
import { fill } from './template.ts';

const world = {
  home: '/home/ana',
  project: '/srv/shop',
  variables: { REGION: 'eu', API_TOKEN: 't0p', EMPTY: '' },
  own: new Set(['INNER']),
};

describe('references in texts of clients', () => {
  it.each([
    ['plain', 'plain'],
    ['', ''],
    ['${workspaceFolder}/a', '/srv/shop/a'],
    ['${workspaceFolderBasename}', 'shop'],
    ['${HOME}/x', '/home/ana/x'],
    ['${userHome}${/}x', '/home/ana/x'],
    ['https://${env:REGION}.example', 'https://eu.example'],
    ['${NOT_SET:-fallback}', 'fallback'],
    ['a-${EMPTY:-b}', 'a-b'],
    ['Bearer ${INNER}', 'Bearer ${INNER}'],
    ['$5 {json} ${', '$5 {json} ${'],
  ])('%j is %j', (text, filled) => {
    expect(fill(text, world)).toEqual({ kind: 'text', text: filled, isSecret: false });
  });

  it.each(['${REGION}', '${env:REGION}', '{env:REGION}', '${REGION:-us}'])('%j is a variable', (text) => {
    expect(fill(text, world)).toEqual({ kind: 'variable', name: 'REGION' });
  });

  it('a variable without a value is one as well: the gateway may have it', () => {
    expect(fill('${LATER}', world)).toEqual({ kind: 'variable', name: 'LATER' });
  });

  it('what is put together with a secret is one', () => {
    expect(fill('x ${API_TOKEN}', world)).toEqual({ kind: 'text', text: 'x t0p', isSecret: true });
  });

  it.each(['${input:token}', '${{ secrets.X }}', '{file:./key}', 'a ${LATER}', '${command:x}'])(
    '%j is known to the client only',
    (text) => {
      expect(fill(text, world).kind).toBe('unknown');
    },
  );

  it('a project is not known for files of the person', () => {
    expect(fill('${workspaceFolder}', { ...world, project: undefined }).kind).toBe('unknown');
  });
});

import { describe, expect, it } from 'vitest';
import { gatewaySettings } from '../../gateway/config/settings.ts';
import type { JsonObject } from '../../base/json-object.ts';
import type { FirstSeen } from '../../integrity/list-watch.ts';
import { formatLockFile, type LockFile } from '../../integrity/lock-file.ts';
import { ed25519Signer, formatVerifierKey } from '../../ledger/note.ts';
import type { Principal } from '../../model/principal.ts';
import type { Context } from '../context.ts';
import { signPins } from '../mcp/lock.ts';
import { Directory } from '../../gateway/definitions/directory.ts';
import { pinServer, type ServerPins } from '../../integrity/pins.ts';
import { draft } from '../mcp/draft-labels.ts';
import { Pins } from './pins.ts';

const missing = (): never => {
  throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
};
const context = { files: { read: missing } } as unknown as Context;
const settings = gatewaySettings.parse({ version: 1, servers: { s: { url: 'http://127.0.0.1:1/' } } });
const anyone = {} as Principal;
const nothing: FirstSeen = { known: new Map(), add: () => undefined };
const tool = (name: string, description: string) => ({ name, description, inputSchema: { type: 'object' } });

describe('what a server lists', () => {
  it('two definitions of one name in one list are seen', () => {
    const pins = new Pins(context, '/', settings, nothing);
    const page = [tool('read', 'Reads.'), tool('list', 'Lists.'), tool('read', 'Reads another.')];
    expect(pins.inspect('s', anyone, 'tool', page)).toEqual([[], [], ['definition.duplicate']]);
  });

  it('resources and templates of one list are judged each as what they are, in order', () => {
    const pins = new Pins(context, '/', settings, nothing);
    const page = [
      { uri: 'a:1', name: 'one' },
      { uriTemplate: 'a:{x}', name: 'some' },
      { name: 'neither' },
      { uri: 'a:1', name: 'one' },
    ];
    expect(pins.inspect('s', anyone, 'resource', page)).toEqual([
      [],
      [],
      ['definition.malformed'],
      ['definition.duplicate'],
    ]);
  });
});

it.each(['description', 'inputSchema', 'annotations'])(
  'a tool whose %s is none hides nothing of the others',
  (member) => {
    const pins = new Pins(context, '/', settings, nothing);
    const page = [tool('get_total', 'Gets the total.'), { ...tool('delete_total', 'Deletes it.'), [member]: 7 }];
    expect(pins.inspect('s', anyone, 'tool', page)).toEqual([[], []]);
    expect(page.map((one) => draft(one))).toMatchObject([{ effect: 'read' }, { effect: 'destructive' }]);
  },
);

describe('labels of a tool whose definition changed since', () => {
  const reader = (argument: string): JsonObject => ({
    name: 'read_file',
    inputSchema: { type: 'object', properties: { [argument]: { type: 'string' } } },
  });
  const sent = { effect: 'send', action: 'send', sendsOut: true };
  const changes = [
    [tool('total', 'Sends the total to people.'), tool('total', 'Gets the total.'), sent, { effect: 'read' }],
    [reader('path'), reader('place'), { document: true }, { document: false }],
  ] as const;
  const lock = (before: JsonObject): string =>
    formatLockFile(
      new Map([
        ['s', pinServer({ tools: [before], prompts: [], resources: [], resourceTemplates: [] }, {}, '', draft)],
      ]),
    );
  it.each([
    ['approved', lock],
    ['first seen', missing],
  ])('are never lower than those it was %s with', (_what, read) => {
    for (const [before, after, labels, drafted] of changes) {
      const files = { read: () => Buffer.from(read(before)) };
      const pins = new Pins({ files } as unknown as Context, '/', settings, nothing);
      const { inspect } = pins;
      const directory = new Directory({
        manifest: () => new Map(),
        inspect,
        approved: (server, name, definition) => pins.approved(server, name, definition),
        changed: () => undefined,
      });
      const agent = {
        agent: 'a',
        roles: [],
        scopes: [],
        clearance: 'public',
        authentication: 'none',
        training: [],
      } as const;
      expect(directory.list('s', agent, 'tool', [before])).toMatchObject([{ blocked: [], labels }]);
      expect(directory.list('s', agent, 'tool', [after])).toMatchObject([{ blocked: [], labels }]);
      expect(directory.list('t', agent, 'tool', [after])).toMatchObject([{ labels: drafted }]);
    }
  });
});

it('what is a resource and a template at once is neither: each would be looked at as the other', () => {
  const pins = new Pins(context, '/', settings, nothing);
  const page = [
    { uri: 'file:///../../etc/passwd', uriTemplate: 'file:///{name}', name: 'both' },
    { uri: 'file:///a', name: 'one' },
    { uriTemplate: 'file:///{name}', name: 'some' },
  ];
  expect(pins.inspect('s', anyone, 'resource', page)).toEqual([['definition.malformed'], [], []]);
});

describe('pins that are not there', () => {
  it('are an error where the configuration names their file, and else none', () => {
    const named = { ...settings, pins: { ...settings.pins, file: 'x.json' } };
    expect(() => new Pins(context, '/', named, nothing)).toThrow('there is no `/x.json`, which `pins.file` names');
    expect(() => new Pins(context, '/', settings, nothing)).not.toThrow();
  });

  it('are told of once for each server of which nothing is offered for that', () => {
    const told: string[] = [];
    const refusing = { ...settings, pins: { ...settings.pins, unpinned: 'refuse' as const } };
    const pins = new Pins(context, '/', refusing, nothing, { tell: (line) => told.push(line) });
    const page = [tool('read', 'Reads.'), tool('list', 'Lists.')];
    expect(pins.inspect('s', anyone, 'prompt', [])).toEqual([]);
    for (let at = 0; at < 2; at++)
      expect(pins.inspect('s', anyone, 'tool', page)).toEqual([
        ['integrity.never-approved'],
        ['integrity.never-approved'],
      ]);
    expect(told).toEqual([expect.stringMatching(/^server s: 2 tools are not offered.*`demarc mcp pin --name s /)]);
  });
});

describe('pins that have to be signed', () => {
  const signer = ed25519Signer('acme.example/pins', Buffer.alloc(32, 5));
  const key = formatVerifierKey(signer.verifier);
  const pins = {
    identity: { url: 'https://s.example/mcp' },
    time: '2026-11-28T10:00:00.000Z',
    definitions: [],
  } as unknown as ServerPins;
  const open = (lock: LockFile | undefined, given: string | undefined): Pins => {
    const read = (): Uint8Array => (lock === undefined ? missing() : Buffer.from(formatLockFile(lock)));
    return new Pins(
      { files: { read } } as unknown as Context,
      '/',
      {
        ...settings,
        pins: { ...settings.pins, key: given },
      },
      nothing,
    );
  };

  it('count where the configured key signed each of them, under its own name', () => {
    const signed = signPins('s', pins, signer);
    expect(() => open(new Map([['s', signed]]), key)).not.toThrow();
    expect(() => open(new Map([['s', pins]]), undefined)).not.toThrow();
    for (const [lock, what] of [
      [undefined, 'there is no'],
      [new Map(), 'are missing'],
      [new Map([['s', pins]]), 'are not signed'],
      [new Map([['other', signed]]), 'are not the ones that were signed'],
      [new Map([['s', { ...signed, time: '2026-11-28T11:00:00.000Z' }]]), 'are not the ones that were signed'],
      [
        new Map([['s', signPins('s', pins, ed25519Signer('acme.example/pins', Buffer.alloc(32, 6)))]]),
        'are not signed by',
      ],
    ] as const)
      expect(() => open(lock, key)).toThrow(what);
  });

  it('stay as they were when those of a server are gone from the file that is loaded again', () => {
    let lock: LockFile = new Map([['s', signPins('s', pins, signer)]]);
    const read = (): Uint8Array => Buffer.from(formatLockFile(lock));
    const open = { ...settings, pins: { ...settings.pins, key } };
    const made = new Pins({ files: { read } } as unknown as Context, '/', open, nothing);
    lock = new Map();
    expect(() => made.reload()).toThrow('the pins of `s` are missing');
    expect(made.inspect('s', anyone, 'tool', [tool('read', 'Reads.')])).toEqual([['integrity.never-approved']]);
  });
});

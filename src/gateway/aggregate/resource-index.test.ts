import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { ResourceIndex, ResourceIndexes } from './resource-index.ts';

const listed = (count: number): { uri: string }[] => Array.from({ length: count }, (_, at) => ({ uri: `x:${at}` }));

describe('which server a resource is of', () => {
  it('the first that lists it, links to it or has a template for it', () => {
    const index = new ResourceIndex();
    index.learn({ server: 'a', result: { resources: [{ uri: 'x:1' }, 'x:2', { uri: 3 }] } });
    index.learn({
      server: 'b',
      result: { resources: [{ uri: 'x:1' }], resourceTemplates: [{ uriTemplate: 'y://{id}/z' }] },
    });
    index.learnLinks({ server: 'c', result: { content: [{ uri: 'l:1' }, { resource: { uri: 'l:2' } }, null] } });
    expect(['x:1', 'x:2', 'y://7/z', 'y:///z', 'y://7/q', 'l:1', 'l:2'].map((uri) => index.find(uri))).toEqual([
      'a',
      undefined,
      'b',
      'b',
      undefined,
      'c',
      'c',
    ]);
  });

  it('is remembered for so many resources', () => {
    for (const more of [0, 1]) {
      const index = new ResourceIndex();
      index.learn({ server: 'a', result: { resources: listed(limits.gatewayResourcesMax + more) } });
      expect(index.find(`x:${limits.gatewayResourcesMax - 1}`)).toBe('a');
      expect(index.find(`x:${limits.gatewayResourcesMax}`)).toBeUndefined();
    }
  });

  it('is remembered for a server that names few, however many another one names', () => {
    const index = new ResourceIndex();
    const max = limits.gatewayResourcesMax;
    index.learn({ server: 'a', result: { resources: listed(max), resourceTemplates: [] } });
    index.learn({ server: 'b', result: { resources: [{ uri: 'b:1' }, { uri: 'b:2' }] } });
    expect(['b:1', 'b:2', 'x:0', 'x:2', `x:${max - 1}`].map((uri) => index.find(uri))).toEqual([
      'b',
      'b',
      undefined,
      'a',
      'a',
    ]);
    index.learn({ server: 'a', result: { resources: [{ uri: 'more' }] } });
    expect(index.find('more')).toBeUndefined();
  });

  it('a server that lists it goes before one that links to it, and a template that says more before one that says less', () => {
    const index = new ResourceIndex();
    index.learnLinks({ server: 'a', result: { content: [{ uri: 'x:1' }] } });
    index.learn({ server: 'a', result: { resourceTemplates: [{ uriTemplate: '{+any}' }, { uriTemplate: 'f:{a}' }] } });
    index.learn({
      server: 'b',
      result: { resources: [{ uri: 'x:1' }], resourceTemplates: [{ uriTemplate: 'f:{b}' }] },
    });
    index.learn({ server: 'c', result: { resourceTemplates: [{ uriTemplate: 'f:docs/{name}' }] } });
    const uris = ['x:1', 'x:2', 'f:other', 'f:{b}', 'f:docs/plan', 'f:docs/{name}'];
    expect(uris.map((uri) => index.find(uri))).toEqual(['b', 'a', 'a', 'b', 'c', 'c']);
  });

  it('is remembered for so many principals', () => {
    for (const [more, remembered] of [
      [0, 'a'],
      [1, undefined],
    ] as const) {
      const indexes = new ResourceIndexes();
      indexes.of('first').learn({ server: 'a', result: { resources: listed(1) } });
      for (let at = 1; at < limits.gatewayResourceIndexesMax + more; at++) indexes.of(String(at));
      expect(indexes.of('first').find('x:0')).toBe(remembered);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import { plainYaml } from './plain-yaml.ts';

describe('YAML as plain values', () => {
  it('is read whole or not at all: limit + 0 and + 1', () => {
    // The list itself is one.
    const list = (items: number): string => `[${'1,'.repeat(items)}]`;
    const read = (items: number): unknown => plainYaml(list(items), 'a.yaml', 'DMC_CONFIG_INVALID');
    expect(read(limits.expandedNodesMax - 1)).toHaveLength(limits.expandedNodesMax - 1);
    expect(() => read(limits.expandedNodesMax)).toThrow('a.yaml: the document expands past the node limit');
  });

  it.each([
    [
      'a key that stands there twice',
      'mode: enforce\nmode: shadow\n',
      'a.yaml:2:1: not valid YAML: Map keys must be unique',
    ],
    [
      'a line that stands too far to the right',
      'version: 1\n  mode: enforce\n',
      /^a\.yaml:1:10: not valid YAML: Nested mappings are not allowed in compact mappings$/,
    ],
    ['a second document', 'mode: enforce\n---\nmode: shadow\n', 'a.yaml: has more than one document'],
  ])('has one reading only: %s', (_what, text, problem) => {
    expect(() => plainYaml(text, 'a.yaml', 'DMC_CONFIG_INVALID')).toThrow(problem);
  });
});

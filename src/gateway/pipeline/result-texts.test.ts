import { expect, it } from 'vitest';
import { holdsMore, textsOf } from './result-texts.ts';

it.each<[Record<string, unknown>, readonly string[]]>([
  [{ content: [{ type: 'text', text: 'a' }, 'b', null, 7] }, ['a', 'b']],
  [{ contents: [{ uri: 'x:1', text: 'a' }] }, ['a']],
  [{ content: [{ type: 'resource', resource: { uri: 'x:1', text: 'a' } }] }, ['a']],
  [
    { content: [{ type: 'resource_link', uri: 'x:1', name: 'n', title: 't', description: 'd' }] },
    ['x:1', 'n', 't', 'd'],
  ],
  [{ messages: [{ role: 'user', content: { type: 'text', text: 'a' } }] }, ['a']],
  [
    {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        },
      ],
    },
    ['a', 'b'],
  ],
  [{ completion: { values: ['a', 'b'] } }, ['a\nb']],
  [{ statusMessage: 'a', task: { statusMessage: 'b' } }, ['a', 'b']],
  [{ structuredContent: { a: 1 } }, ['{"a":1}']],
  [{ content: [{ type: 'text', text: 'x' }], structuredContent: { a: 1 } }, ['x', '{"a":1}']],
  [{ content: [{ type: 'text', text: '{"a":1}' }], structuredContent: { a: 1 } }, ['{"a":1}']],
  [{ content: 'a', contents: { text: 'b' } }, []],
])('the texts of %j', (result, texts) => {
  expect(textsOf(result)).toEqual(texts);
});

it.each<[unknown, boolean]>([
  [{ type: 'text', text: 'a' }, false],
  [{ uri: 'x:1', text: 'a' }, false],
  [{ uri: 'x:1', blob: 'AAAA' }, true],
  [{ type: 'resource', resource: { uri: 'x:1', text: 'a' } }, false],
  [{ type: 'resource', resource: { uri: 'x:1', blob: 'AAAA' } }, true],
  [{ type: 'resource_link', uri: 'x:1' }, false],
  [{ type: 'tool_use', name: 'n' }, false],
  [{ type: 'text', text: 'a', data: 'AAAA' }, true],
  [
    {
      type: 'tool_result',
      content: [
        { type: 'text', text: 'a' },
        { type: 'image', data: 'AAAA' },
      ],
    },
    true,
  ],
  [{ role: 'user', content: { type: 'video' } }, true],
  ['text', false],
  [null, false],
])('what is no text: %j', (item, more) => {
  expect([holdsMore({ content: [item] }), holdsMore({ messages: [item] })]).toEqual([more, more]);
});

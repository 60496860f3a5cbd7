import { describe, expect, it } from 'vitest';
import { definitionsOf, type Listing } from '../../src/integrity/definition.ts';
import type { DefinitionFinding } from '../../src/integrity/inspect/finding.ts';
import { inspectDefinition, surroundingsOf } from '../../src/integrity/inspect/inspect-definition.ts';
import { type Attack, toolOf } from './attack.ts';
import { firstAttacks } from './attacks-first.ts';
import { benignDescriptions } from './benign.ts';
import { heldOutAttacks } from './attacks-held-out.ts';
import { lastAttacks } from './attacks-last.ts';

function findingsOf(
  { tool, prompt, resource, instructions, others }: Attack,
  beside: readonly string[] = [],
): DefinitionFinding[] {
  const listing: Listing = {
    tools: tool === undefined ? [] : [tool],
    prompts: prompt === undefined ? [] : [prompt],
    resources: resource === undefined ? [] : [resource],
    resourceTemplates: [],
    instructions,
  };
  const { definitions } = definitionsOf(listing);
  const own = definitions.filter(({ kind }) => kind === 'tool').map(({ name }) => name);
  return definitions.flatMap((definition) =>
    inspectDefinition(definition, surroundingsOf([...own, ...beside], others)),
  );
}

/** No alarm; those that get a warning are for a person to look at. A rule that finds one takes it from here, and from the guide. */
const missed: ReadonlyMap<string, 'warning' | 'nothing'> = new Map([
  ['standing consent', 'nothing'],
  ['tool of somebody else', 'warning'],
  ['urgent deletion', 'nothing'],
  ['reviewer bribed', 'nothing'],
  ['metaphor', 'nothing'],
  ['split over two parameters', 'warning'],
  ['slow creep', 'nothing'],
  ['deny the log', 'nothing'],
]);

const isAlarmed = (attack: Attack): boolean => findingsOf(attack).some(({ severity }) => severity === 'alarm');

describe('G20: poisoned definitions', () => {
  it.each([...firstAttacks, ...heldOutAttacks, ...lastAttacks].map((attack) => [attack.what, attack] as const))(
    '%s',
    (what, attack) => {
      expect(isAlarmed(attack), JSON.stringify(findingsOf(attack))).toBe(!missed.has(what));
      const isWarned = findingsOf(attack).some(({ severity }) => severity === 'warning');
      if (missed.has(what)) expect(isWarned).toBe(missed.get(what) === 'warning');
    },
  );
});

describe('honest definitions', () => {
  it.each(benignDescriptions)('%s', (description) => {
    const found = findingsOf({ what: '', tool: toolOf('a_tool', description), others: ['send_email', 'read_notes'] }, [
      'read_file_chunk',
      'list_projects',
      'write_file',
    ]);
    expect(found.filter(({ severity }) => severity !== 'note')).toEqual([]);
  });
});

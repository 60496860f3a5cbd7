import { describe, expect, it } from 'vitest';
import { definitionsOf, type Listing } from '../../src/integrity/definition.ts';
import type { DefinitionFinding } from '../../src/integrity/inspect/finding.ts';
import { inspectDefinition, surroundingsOf } from '../../src/integrity/inspect/inspect-definition.ts';
import { type Attack, toolOf } from './attack.ts';
import { firstAttacks } from './attacks-first.ts';
import { benignDescriptions } from './benign.ts';
import { heldOutAttacks } from './attacks-held-out.ts';

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

/** Plain words that mean harm by what they are about, not by how they speak. `tool of somebody else` gets a warning. */
const missed = new Set(['standing consent', 'transcript as feedback', 'tool of somebody else', 'urgent deletion']);

const isAlarmed = (attack: Attack): boolean => findingsOf(attack).some(({ severity }) => severity === 'alarm');

describe('G20: poisoned definitions', () => {
  it.each([...firstAttacks, ...heldOutAttacks].map((attack) => [attack.what, attack] as const))(
    '%s',
    (what, attack) => {
      // What is missed is said: a rule that finds one of these takes it from the list, and from the guide.
      expect(isAlarmed(attack), JSON.stringify(findingsOf(attack))).toBe(!missed.has(what));
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

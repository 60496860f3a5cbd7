/**
 * Many clients, servers and an operator at once, who do as a seed says, and what must hold whatever they do. What comes between what is not
 * said: a seed that fails may need some attempts. `DEMARC_CHAOS_SHOW` prints what happened.
 *
 *   DEMARC_CHAOS_SEEDS=100 DEMARC_CHAOS_SEED=7 DEMARC_CHAOS_ROUNDS=5 npx vitest run test/gateway/chaos.test.ts
 */
import { expect, it } from 'vitest';
import { ChaosWorld } from './chaos/world.ts';

const setting = (name: string, otherwise: number): number => Number(process.env[`DEMARC_CHAOS_${name}`] ?? otherwise);
const first = setting('SEED', 1);
const rounds = setting('ROUNDS', 1);
/** Of each half of a client, and of the operator. */
const [steps, acts] = [setting('STEPS', 4), setting('ACTS', 3)];

it.each(Array.from({ length: setting('SEEDS', 1) }, (_, at) => first + at))(
  'whatever is done by seed %i',
  { timeout: 300_000 * rounds },
  async (seed) => {
    const world = new ChaosWorld(seed);
    await world.open();
    for (let round = 0; round < rounds; round++) await world.round(steps, acts);
    await world.close();
    if (process.env['DEMARC_CHAOS_SHOW'] !== undefined)
      console.log(seed, world.folder, world.ends, world.told, world.rests);
    expect(world.broken).toEqual([]);
    world.remove();
  },
);

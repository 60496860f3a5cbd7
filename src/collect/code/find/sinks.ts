import { Draft } from '../draft.ts';
import { Flow, reaches } from '../flow.ts';
import type { CallExpr, Step } from '../ir.ts';
import type { FnSite, Program } from '../program.ts';

/** Kinds that are worth a resource even when nothing of a model reaches them (so that a rule can say *held*). */
const always = new Set(['code-eval', 'shell', 'sql', 'html', 'deserialise', 'http-out']);

/** Calls that interpret text, in files that also call models, and whether a model's answer reaches them. */
export function findSinks(program: Program, isModelCall: (call: CallExpr) => boolean): Draft[] {
  const drafts: Draft[] = [];
  const run = (site: FnSite | undefined, steps: readonly Step[]): void => {
    for (const hit of new Flow({ program, isModelCall }, site, new Map()).run(steps).hits) {
      const fromModel = reaches(hit.labels, 'model');
      if (fromModel === false && !always.has(hit.kind)) continue;
      const draft = new Draft('code.sink', program.module.file, hit.at, `${hit.callee}()`);
      draft.set('kind', hit.kind, hit.at).set('callee', hit.callee, hit.at).set('fromModel', fromModel, hit.at);
      drafts.push(draft);
    }
  };
  run(undefined, program.module.steps);
  // Functions written in place are walked with the function around them.
  for (const site of program.functions) if (site.slot === site.fn.name && site.fn.name !== '') run(site, site.fn.steps);
  return drafts;
}

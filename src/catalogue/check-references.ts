import { ownParties } from '../model/catalogue.ts';
import type { Framework, Service } from '../model/catalogue.ts';
import type { CatalogueProblem, FileOf } from './build.ts';
import type { Catalogue } from './catalogue.ts';
import { referenceOf } from './catalogue.ts';
import { follow, replacementOf } from './resolve-requirement.ts';

/** Everything that one file says about another and that does not hold: unknown ids, duplicates, cyclic renumbering. */
export function checkReferences(catalogue: Catalogue, files: FileOf): CatalogueProblem[] {
  const problems: CatalogueProblem[] = [];
  function reportAt(part: object): (path: string, message: string) => void {
    const file = files.get(part) ?? 'catalogue';
    return (path, message) => problems.push({ file, path, message });
  }
  checkDuplicates(catalogue, reportAt);
  for (const framework of catalogue.frameworks) checkFramework(catalogue, framework, reportAt(framework));
  for (const posture of catalogue.postures) {
    for (const control of Object.keys(posture.controls)) {
      if (!catalogue.controlsById.has(control)) reportAt(posture)(`controls.${control}`, 'no such control');
    }
  }
  for (const service of catalogue.services) checkService(catalogue, service, reportAt(service));
  for (const meaning of catalogue.meanings) {
    const { service, type } = meaning;
    if (service === undefined || catalogue.servicesById.has(service)) continue;
    reportAt(meaning)(type, `no service has the id \`${service}\``);
  }
  return problems;
}

type Report = (path: string, message: string) => void;

function checkDuplicates(catalogue: Catalogue, reportAt: (part: object) => Report): void {
  const seen = new Set<string>();
  function once(part: object, kind: string, id: string): void {
    if (seen.has(`${kind} ${id}`)) reportAt(part)('', `${kind} \`${id}\` is defined twice`);
    seen.add(`${kind} ${id}`);
  }
  for (const control of catalogue.controls) once(control, 'control', control.id);
  for (const service of catalogue.services) once(service, 'service', service.id);
  for (const posture of catalogue.postures) once(posture, 'posture', posture.id);
  for (const framework of catalogue.frameworks) {
    once(framework, 'framework', `${framework.id}@${framework.version}`);
    for (const requirement of framework.requirements)
      once(framework, 'requirement', referenceOf(framework, requirement));
  }
  for (const meaning of catalogue.meanings) once(meaning, 'meaning of', `${meaning.type} ${meaning.when ?? ''}`.trim());
}

function checkFramework(catalogue: Catalogue, framework: Framework, report: Report): void {
  for (const requirement of framework.requirements) {
    const entry = { reference: referenceOf(framework, requirement), framework, requirement };
    for (const control of new Set(requirement.controls)) {
      if (!catalogue.controlsById.has(control)) report(requirement.id, `no control has the id \`${control}\``);
    }
    if (new Set(requirement.controls).size < requirement.controls.length)
      report(requirement.id, 'names a control twice');
    const replacement = replacementOf(entry);
    if (replacement === undefined && requirement.status === 'renumbered') report(requirement.id, 'renumbered to what?');
    if (replacement !== undefined && !catalogue.requirements.has(replacement)) {
      report(requirement.id, `replaced by \`${replacement}\`, which does not exist`);
    } else if (follow(catalogue.requirements, entry).cyclic) {
      report(requirement.id, 'its replacements lead in a circle');
    }
    for (const alias of requirement.aliases) {
      // A bare id may be shared between editions; an alias exists to be unambiguous.
      if ((catalogue.requirementNames.get(alias) ?? []).length > 1)
        report(requirement.id, `alias \`${alias}\` is not unique`);
    }
  }
}

function checkService(catalogue: Catalogue, service: Service, report: Report): void {
  const inChain = new Set(service.chain.map((link) => link.party));
  for (const { control, parties } of service.responsibilities) {
    const path = `responsibilities.${control}`;
    if (!catalogue.controlsById.has(control)) report(path, 'no such control');
    if (new Set(parties).size < parties.length) report(path, 'names a party twice');
    for (const party of parties) {
      if (!inChain.has(party) && !ownParties.includes(party)) report(path, `party \`${party}\` is not in the chain`);
    }
  }
}

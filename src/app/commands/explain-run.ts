import { DemarcError } from '../../base/errors.ts';
import { wrapText } from '../../base/wrap-text.ts';
import { type Catalogue, reviveCatalogue } from '../../catalogue/catalogue.ts';
import { frameworksOf } from '../../catalogue/queries.ts';
import type { Control, Responsibility, Service } from '../../model/catalogue.ts';
import type { Rule } from '../../model/rule.ts';
import type { Context } from '../context.ts';
import { loadRules, readData } from '../data.ts';

/** Runs `demarc explain`. @throws DemarcError `DMC_UNKNOWN_ID` @returns 0 */
export function runExplain(context: Context, json: boolean, id: string): number {
  const rules = loadRules();
  const catalogue = reviveCatalogue(readData('catalogue.json'));
  const rule = rules.find((candidate) => candidate.id === id);
  const control = catalogue.controlsById.get(id);
  const service = catalogue.servicesById.get(id);
  const found = rule ?? control ?? service;
  if (found === undefined)
    throw unknownId(id, [
      ...rules.map((candidate) => candidate.id),
      ...catalogue.controlsById.keys(),
      ...catalogue.servicesById.keys(),
    ]);
  if (json) context.process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else if (rule !== undefined) context.process.stdout.write(explainRule(rule, catalogue));
  else if (control !== undefined) context.process.stdout.write(explainControl(control, rules, catalogue));
  else if (service !== undefined) context.process.stdout.write(explainService(service));
  return 0;
}

function unknownId(id: string, ids: readonly string[]): DemarcError {
  const near = ids.filter((candidate) => candidate.includes(id) || id.includes(candidate)).slice(0, 3);
  return new DemarcError('DMC_UNKNOWN_ID', `nothing has the id \`${id}\``, {
    hint: near.length > 0 ? `did you mean ${near.join(', ')}?` : '`demarc rules` lists rules',
  });
}

function explainRule(rule: Rule, catalogue: Catalogue): string {
  const remediation = Object.entries(rule.remediation).map(([dialect, text]) =>
    wrapText(`${dialect}: ${text}`, 78, '  '),
  );
  return [
    `${rule.id}  (${rule.severity}, ${rule.kind})`,
    rule.title,
    '',
    wrapText(rule.why, 80, ''),
    '',
    `Looks at    ${[...rule.types, ...rule.traits.map((trait) => `anything that is a ${trait}`)].join(', ')}`,
    `Dialects    ${rule.dialects.join(', ')}`,
    `Control     ${rule.control}: ${catalogue.controlsById.get(rule.control)?.title ?? ''}`,
    wrapText(`Frameworks  ${frameworksOf(catalogue, rule.control).join(', ')}`, 80, '            ').trimStart(),
    '',
    'What to do',
    ...remediation,
    '',
    `Source      ${rule.source.url} (read ${rule.source.read})`,
    '',
  ].join('\n');
}

function explainControl(control: Control, rules: readonly Rule[], catalogue: Catalogue): string {
  const owners = catalogue.services.flatMap((service) =>
    service.responsibilities
      .filter((cell) => cell.control === control.id)
      .map((cell) => `  ${service.id.padEnd(34)} ${describeParties(cell)}`),
  );
  const tests = rules
    .filter((rule) => rule.control === control.id)
    .map((rule) => `  ${rule.severity.padEnd(8)} ${rule.id}`);
  return [
    `${control.id}  (layer: ${control.layer})`,
    control.title,
    '',
    wrapText(control.statement, 80, ''),
    '',
    wrapText(`Frameworks  ${frameworksOf(catalogue, control.id).join(', ')}`, 80, '            ').trimStart(),
    '',
    'Who holds it, by service',
    ...(owners.length > 0 ? owners : ['  no service of the catalogue names it']),
    '',
    'Rules that test it',
    ...(tests.length > 0 ? tests : ['  none: its state stays not assessed until something else verifies it']),
    '',
  ].join('\n');
}

function describeParties(cell: Responsibility): string {
  return cell.parties.length === 0 ? `nobody: ${cell.note}` : cell.parties.join(' + ');
}

function explainService(service: Service): string {
  const cells = service.responsibilities.map((cell) => `  ${cell.control.padEnd(40)} ${describeParties(cell)}`);
  const facts = service.facts.map((fact) => wrapText(`${fact.topic}: ${fact.value}`, 78, '  '));
  return [
    `${service.id}  (${service.category})`,
    `${service.name}, ${service.vendor}`,
    '',
    'Chain, nearest to you first',
    ...service.chain.map((link) => `  ${link.party.padEnd(16)} ${link.who}`),
    '',
    'Who holds which control',
    ...cells,
    '',
    'Vendor defaults (as documented; verify yours)',
    ...facts,
    '',
  ].join('\n');
}

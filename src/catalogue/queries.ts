import { DemarcError } from '../base/errors.ts';
import type { Control, Responsibility, Service, Source } from '../model/catalogue.ts';
import type { Catalogue, RequirementEntry } from './catalogue.ts';

/** @throws DemarcError DMC_UNKNOWN_ID */
export function controlById(catalogue: Catalogue, id: string): Control {
  const control = catalogue.controlsById.get(id);
  if (control === undefined) throw new DemarcError('DMC_UNKNOWN_ID', `no control has the id \`${id}\``);
  return control;
}

/** @throws DemarcError DMC_UNKNOWN_ID */
export function serviceById(catalogue: Catalogue, id: string): Service {
  const service = catalogue.servicesById.get(id);
  if (service === undefined) throw new DemarcError('DMC_UNKNOWN_ID', `no service has the id \`${id}\``);
  return service;
}

/** Who holds a control in a service; undefined where the catalogue says nothing (unknown, not nobody). */
export function responsibility(catalogue: Catalogue, service: string, control: string): Responsibility | undefined {
  return catalogue.responsibilities.get(service)?.get(control);
}

/** Full references of the framework requirements a control serves: `owasp-llm@2025:LLM01`. */
export function frameworksOf(catalogue: Catalogue, control: string): readonly string[] {
  return catalogue.frameworksByControl.get(control) ?? [];
}

/** Active and draft requirements that no control serves. */
export function uncoveredRequirements(catalogue: Catalogue): readonly RequirementEntry[] {
  return [...catalogue.requirements.values()].filter(
    ({ requirement: { status, controls } }) => controls.length === 0 && (status === 'active' || status === 'draft'),
  );
}

/**
 * Whether a source is past its expiry: from that day on its statement counts as not assessed.
 * @param today ISO date (`2026-11-20`) or date-time; only the date is looked at
 */
export function isExpired(source: Source, today: string): boolean {
  return today.slice(0, 10) >= source.expires;
}

/** Whether a source verifies. A document or an attestation only claims, whatever its confidence. */
export function isVerified(source: Source): boolean {
  return source.method === 'config' || source.method === 'api' || source.method === 'log';
}

/** Whether a statement counts as verified on a day: by config, API or log, and not past its expiry. */
export function isVerifiedOn(source: Source, today: string): boolean {
  return isVerified(source) && !isExpired(source, today);
}

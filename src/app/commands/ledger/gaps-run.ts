import { resolve } from 'node:path';
import { DemarcError, messageOf } from '../../../base/errors.ts';
import { type Catalogue, reviveCatalogue } from '../../../catalogue/catalogue.ts';
import { asObject, listAt, parseJson, textAt } from '../../../collect/logs/fields.ts';
import { auditGaps, type AuditGapOptions, isClean } from '../../../collect/logs/gaps/audit-gaps.ts';
import { decodeText } from '../../../collect/source.ts';
import { colourStyle, plainStyle } from '../../../report/terminal/style.ts';
import { type Context, hasColour } from '../../context.ts';
import { readData } from '../../data.ts';
import { ledgerPlace } from '../../ledger/place.ts';
import type { GapsFlags } from './gaps.ts';
import { gapsMarkdown } from './gaps-markdown.ts';
import { gapsTerminal } from './gaps-terminal.ts';
import { readEnvelopes } from './read-envelopes.ts';

/** Runs `demarc ledger gaps`. @returns 0, or 1 with `--strict` when anything is missing */
export async function runLedgerGaps(context: Context, flags: GapsFlags, directory: string): Promise<number> {
  const catalogue = reviveCatalogue(readData('catalogue.json'));
  const place = ledgerPlace(context, directory);
  const assessed = (flags.against ?? []).map((path) => readAssessment(context, path));
  const named = new Set([
    ...(flags.services ?? []).flatMap((name) => serviceIds(catalogue, name)),
    ...assessed.flatMap(({ services }) => services.filter((id) => isAi(catalogue, id))),
  ]);
  const report = await auditGaps(readEnvelopes(place), catalogue.services, {
    today: new Date(context.clock.now()).toISOString().slice(0, 10),
    named,
    open: assessed.flatMap(({ open }) => open),
    toleranceMs: flags.tolerance * 1_000,
    silentMs: flags.silent * 1_000,
  });
  const text = {
    json: () => `${JSON.stringify(report, null, 2)}\n`,
    markdown: () => gapsMarkdown(report),
    terminal: () => gapsTerminal(report, hasColour(context) ? colourStyle : plainStyle),
  }[flags.format]();
  context.process.stdout.write(text);
  return flags.strict && !isClean(report) ? 1 : 0;
}

/**
 * The services a name stands for: an id (`aws.bedrock`), a vendor (`openai`: those of its services whose logs are known) or
 * the last part of one id (`bedrock`).
 *
 * @throws DemarcError `DMC_UNKNOWN_ID`
 */
function serviceIds(catalogue: Catalogue, name: string): readonly string[] {
  if (catalogue.servicesById.has(name)) return [name];
  const ids = [...catalogue.servicesById.keys()];
  const ofVendor = catalogue.services.filter(({ id, audits }) => id.startsWith(`${name}.`) && audits.length > 0);
  if (ofVendor.length > 0) return ofVendor.map(({ id }) => id);
  const found = ids.filter((id) => id.endsWith(`.${name}`));
  if (found.length === 1) return found;
  const near = ids.filter((id) => id.includes(name)).slice(0, 5);
  throw new DemarcError(
    'DMC_UNKNOWN_ID',
    `${found.length > 1 ? 'more than one' : 'no'} service is called \`${name}\``,
    {
      hint: near.length > 0 ? `did you mean ${near.join(', ')}?` : '`demarc explain <id>` explains a service',
    },
  );
}

/** A platform below an AI service (a bucket, a network) is no use of AI, and has no audit of AI. */
function isAi(catalogue: Catalogue, id: string): boolean {
  const service = catalogue.servicesById.get(id);
  return service !== undefined && (service.audits.length > 0 || !['platform', 'data-store'].includes(service.category));
}

/** Services and open logging controls of an assessment. @throws DemarcError `DMC_USAGE` */
function readAssessment(
  context: Context,
  path: string,
): { readonly services: readonly string[]; readonly open: AuditGapOptions['open'] } {
  let report: unknown;
  try {
    report = parseJson(decodeText(context.files.read(resolve(context.environment.workingDirectory, path))));
  } catch (thrown) {
    throw new DemarcError('DMC_USAGE', `\`${path}\` cannot be read: ${messageOf(thrown)}`, { cause: thrown });
  }
  if (asObject(report) === undefined || listAt(report, 'workloads').length === 0)
    throw new DemarcError('DMC_USAGE', `\`${path}\` is no assessment with workloads`, {
      hint: '`demarc assess --format json --output <file>` writes one',
    });
  const services = listAt(report, 'workloads').flatMap((workload) => listAt(workload, 'services'));
  const open = listAt(report, 'responsibilities').flatMap((cell) => {
    const control = textAt(cell, 'control') ?? '';
    if (textAt(cell, 'state') !== 'open' || !/^logging\.|^detection\.tracing$/.test(control)) return [];
    return [
      {
        workload: textAt(cell, 'workload') ?? '',
        control,
        reason: textAt(cell, 'reason') ?? 'a finding stands against it',
      },
    ];
  });
  return { services: services.filter((id): id is string => typeof id === 'string'), open };
}

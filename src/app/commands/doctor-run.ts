import { resolve } from 'node:path';
import { messageOf } from '../../base/errors.ts';
import { reviveCatalogue } from '../../catalogue/catalogue.ts';
import { decodeText } from '../../collect/source.ts';
import { parseConfig } from '../config-file.ts';
import type { Context } from '../context.ts';
import { loadRules, readData } from '../data.ts';
import { version } from '../version.ts';

interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly detail: string;
}

/** Runs `demarc doctor`. @returns 1 when something does not work */
export function runDoctor(context: Context, json: boolean): number {
  const checks = [runtime(), ...data(context), configuration(context)];
  if (json) context.process.stdout.write(`${JSON.stringify(checks, null, 2)}\n`);
  else
    for (const { state, name, detail } of checks)
      context.process.stdout.write(`${state.padEnd(5)} ${name.padEnd(15)} ${detail}\n`);
  return checks.some((check) => check.state === 'fail') ? 1 : 0;
}

function runtime(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const enough = major > 20 || (major === 20 && minor >= 20);
  return {
    name: 'node',
    state: enough ? 'ok' : 'fail',
    detail: `${process.versions.node}${enough ? '' : ', needs 20.20 or newer'}; demarc ${version}`,
  };
}

function data(context: Context): Check[] {
  const today = new Date(context.clock.now()).toISOString().slice(0, 10);
  try {
    const catalogue = reviveCatalogue(readData('catalogue.json'));
    const cells = catalogue.services.flatMap((service) => service.responsibilities);
    const expired = cells.filter((cell) => cell.source.expires < today).length;
    return [
      { name: 'rules', state: 'ok', detail: `${loadRules().length} rules` },
      {
        name: 'catalogue',
        state: 'ok',
        detail: `${catalogue.version}: ${catalogue.services.length} services, ${catalogue.controls.length} controls, ${catalogue.frameworks.length} frameworks`,
      },
      {
        name: 'freshness',
        state: expired === 0 ? 'ok' : 'warn',
        detail:
          expired === 0
            ? `no expired statement among ${cells.length}`
            : `${expired} of ${cells.length} catalogue statements have expired and count as not assessed: update demarc`,
      },
    ];
  } catch (thrown) {
    return [{ name: 'data', state: 'fail', detail: messageOf(thrown) }];
  }
}

function configuration(context: Context): Check {
  let text: string;
  try {
    text = decodeText(context.files.read(resolve(context.environment.workingDirectory, 'demarc.yaml')));
  } catch {
    return { name: 'configuration', state: 'ok', detail: 'no demarc.yaml here: defaults are in force' };
  }
  try {
    const { suppressions, disabled } = parseConfig(text, 'demarc.yaml');
    const today = new Date(context.clock.now()).toISOString().slice(0, 10);
    const expired = suppressions.filter((suppression) => suppression.expires < today).length;
    return {
      name: 'configuration',
      state: expired === 0 ? 'ok' : 'warn',
      detail: `demarc.yaml: ${suppressions.length} suppressions (${expired} expired), ${disabled.size} rules off`,
    };
  } catch (thrown) {
    return { name: 'configuration', state: 'fail', detail: messageOf(thrown) };
  }
}

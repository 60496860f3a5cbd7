import { Unknown } from '../../../../../model/value.ts';
import type { TerraformFunction } from '../evaluator.ts';
import { collectionFunctions } from './collections.ts';
import { encodingFunctions } from './encoding.ts';
import { fileFunctions } from './files.ts';
import { networkFunctions } from './network.ts';
import { numberFunctions } from './numbers.ts';
import { stringFunctions } from './strings.ts';
import { typeFunctions } from './types.ts';

/** What a run decides, and no reading can: the clock, chance, keys. */
const undecided = [
  'timestamp',
  'plantimestamp',
  'formatdate',
  'timeadd',
  'timecmp',
  'uuid',
  'uuidv5',
  'bcrypt',
  'rsadecrypt',
  'base64gzip',
  'filebase64',
  'filemd5',
  'filesha1',
  'filesha256',
  'filesha512',
  'filebase64sha256',
  'filebase64sha512',
  'textdecodebase64',
  'templatestring',
  'map',
  'type',
];

/** Every function that is evaluated, by name. `try` and `can` are part of the evaluator. */
export const functionTable: Readonly<Record<string, TerraformFunction>> = {
  ...Object.fromEntries(
    undecided.map((name) => [name, () => new Unknown(`the result of \`${name}\` is known only after deployment`)]),
  ),
  ...stringFunctions,
  ...collectionFunctions,
  ...numberFunctions,
  ...encodingFunctions,
  ...networkFunctions,
  ...fileFunctions,
  ...typeFunctions,
};

import { createHash } from 'node:crypto';
import { limits } from '../../../../../base/limits.ts';
import {
  Interpolated,
  isList,
  isMarker,
  isProperties,
  newProperties,
  Unknown,
  type Value,
} from '../../../../../model/value.ts';
import { parseJson } from '../../../../documents/json.ts';
import { type DocNode, toValue } from '../../../../documents/node.ts';
import { parseYaml } from '../../../../documents/yaml.ts';
import type { CallContext, TerraformFunction } from '../evaluator.ts';
import { Failure } from '../failure.ts';
import { onTexts } from './arguments.ts';
import { scalarJson } from './format.ts';

/** Encodings (https://developer.hashicorp.com/terraform/language/functions). */
export const encodingFunctions: Readonly<Record<string, TerraformFunction>> = {
  jsonencode: ([value = null], call) => structure(value, call),
  yamlencode: ([value = null], call) => structure(value, call),
  jsondecode: decode((text) => {
    const { root, gaps } = parseJson(text, '');
    return gaps.length === 0 ? root : undefined;
  }),
  yamldecode: decode((text) => {
    const { documents, gaps } = parseYaml(text, '');
    return gaps.length === 0
      ? (documents[0] ?? { kind: 'scalar', value: null, line: 1, column: 1, tag: undefined })
      : undefined;
  }),
  base64encode: onTexts(([text = '']) => Buffer.from(text, 'utf8').toString('base64')),
  base64decode: onTexts(([text = '']) => Buffer.from(text, 'base64').toString('utf8')),
  urlencode: onTexts(([text = '']) => {
    try {
      return encodeURIComponent(text)
        .replace(/%20/g, '+')
        .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
    } catch {
      return new Failure('not a valid text');
    }
  }),
  urldecode: onTexts(([text = '']) => {
    try {
      return decodeURIComponent(text.replaceAll('+', ' '));
    } catch {
      return new Failure('not an encoded text');
    }
  }),
  csvdecode: onTexts(([text = ''], call) => csv(text, call)),
  md5: hash('md5', 'hex'),
  sha1: hash('sha1', 'hex'),
  sha256: hash('sha256', 'hex'),
  sha512: hash('sha512', 'hex'),
  base64sha256: hash('sha256', 'base64'),
  base64sha512: hash('sha512', 'base64'),
};

/** A structure stays one, because that is what policies and documents are read as; scalars become their JSON text. */
function structure(value: Value, call: CallContext): Value {
  return isMarker(value) || isList(value) || isProperties(value) ? value : scalarJson(value, call);
}

function decode(parse: (text: string) => DocNode | undefined): TerraformFunction {
  return ([value = null], call) => {
    // What `jsonencode` kept as a structure is decoded already.
    if (isList(value) || isProperties(value) || value instanceof Unknown) return value;
    if (value instanceof Interpolated || isMarker(value))
      return new Unknown('a document of which parts are known only after deployment');
    if (value === null) return new Failure('a text is expected');
    const text = String(value);
    call.charge(1 + (text.length >> 3));
    const node = parse(text);
    return node === undefined
      ? new Failure('not a valid document')
      : toValue(node, {}, '', { nodes: limits.expandedNodesMax });
  };
}

function hash(algorithm: string, encoding: 'hex' | 'base64'): TerraformFunction {
  return onTexts(([text = '']) => createHash(algorithm).update(text).digest(encoding));
}

/** Rows as objects by the names in the first line (RFC 4180). */
function csv(text: string, call: CallContext): Value {
  call.charge(text.length);
  const [names = [], ...rows] = csvRows(text);
  return rows
    .filter((row) => row.length === names.length)
    .map((row) => {
      const result = newProperties();
      for (const [at, name] of names.entries()) result[name] = row[at] ?? '';
      return result;
    });
}

function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  for (let at = 0; at <= text.length; at++) {
    const c = text.charAt(at);
    if (quoted && c === '"' && text.charAt(at + 1) === '"') {
      field += '"';
      at++;
    } else if (c === '"') quoted = !quoted;
    else if (quoted && at < text.length) field += c;
    else if (c === ',') {
      row.push(field);
      field = '';
    } else if (c === '\n' || at === text.length) {
      if (field !== '' || row.length > 0) rows.push([...row, field]);
      row = [];
      field = '';
    } else if (c !== '\r') field += c;
  }
  return rows;
}

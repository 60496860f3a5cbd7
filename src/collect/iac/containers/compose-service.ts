import {
  Interpolated,
  isList,
  isMarker,
  isProperties,
  type MutableProperties,
  newProperties,
  type Properties,
  Unknown,
  type Value,
} from '../../../model/value.ts';
import { splitCommand } from '../../documents/command-line.ts';
import type { PositionSink } from '../../documents/node.ts';

/**
 * Brings the short and long forms of a Compose service to one: `environment` a map, `ports` and `volumes` lists of
 * objects, `command` and `entrypoint` lists of words, `networks`, `env_file` and `depends_on` lists of names.
 * What has one form only stays as it is. https://docs.docker.com/reference/compose-file/services/
 *
 * @param positions read under the keys as written, written for those that move
 */
export function normaliseService(service: Properties, positions: PositionSink): MutableProperties {
  const result = newProperties();
  for (const key of Object.keys(service)) {
    const value = service[key] ?? null;
    const normalise = Object.hasOwn(forms, key) ? forms[key] : undefined;
    result[key] = normalise === undefined || value instanceof Unknown ? value : normalise(value, positions);
  }
  return result;
}

const forms: Readonly<Record<string, (value: Value, positions: PositionSink) => Value>> = {
  environment: (value, positions) => assignments(value, 'environment', positions),
  labels: (value, positions) => assignments(value, 'labels', positions),
  ports: (value) => (isList(value) ? value.map(portOf) : value),
  volumes: (value) => (isList(value) ? value.map(volumeOf) : value),
  command: words,
  entrypoint: words,
  networks: names,
  depends_on: names,
  env_file: (value) =>
    (isList(value) ? value : [value]).map((item) => (isProperties(item) ? (item['path'] ?? null) : item)),
  build: (value) => (isProperties(value) ? value : bag({ context: value })),
  privileged: flag,
  read_only: flag,
};

/** `[A=b, C]` or `{A: b, C: null}` as a map of texts; a name without a value is passed through from the shell. */
function assignments(value: Value, path: string, positions: PositionSink): Value {
  const result = newProperties();
  const passed = (name: string): Unknown => new Unknown(`\`${name}\` is passed through from the shell`);
  if (isProperties(value)) {
    for (const key of Object.keys(value)) {
      const item = value[key] ?? null;
      result[key] =
        item === null
          ? path === 'environment'
            ? passed(key)
            : ''
          : isMarker(item) || typeof item === 'object'
            ? item
            : String(item);
    }
    return result;
  }
  if (!isList(value)) return value;
  value.forEach((item, index) => {
    const first = item instanceof Interpolated ? item.parts[0] : item;
    if (typeof first !== 'string') return;
    const cut = first.indexOf('=');
    const name = cut === -1 ? first : first.slice(0, cut);
    if (name === '') return;
    const rest = cut === -1 ? '' : first.slice(cut + 1);
    if (item instanceof Interpolated) {
      const parts = [...(rest === '' ? [] : [rest]), ...item.parts.slice(1)];
      const [only] = parts;
      result[name] =
        cut === -1
          ? new Unknown('a variable stands in the name')
          : parts.length === 1 && only !== undefined
            ? only
            : new Interpolated(parts);
    } else result[name] = cut === -1 ? (path === 'environment' ? passed(name) : '') : rest;
    const found = positions[`${path}[${index}]`];
    if (found !== undefined) positions[`${path}.${name}`] = found;
  });
  return result;
}

/** `[host_ip:][published:]target[/protocol]`, a number, or the long form. */
function portOf(value: Value): Value {
  if (isProperties(value)) {
    const result = Object.assign(newProperties(), value);
    for (const key of ['published', 'target']) if (result[key] !== undefined) result[key] = portNumber(result[key]);
    return result;
  }
  if (typeof value === 'number') return bag({ target: value });
  if (typeof value !== 'string') return partlyKnownPort(value);
  const [text = '', protocol] = value.split('/');
  const parts = splitPort(text);
  const target = parts.at(-1) ?? '';
  const published = parts.at(-2);
  const host = parts.length > 2 ? parts.slice(0, -2).join(':') : undefined;
  const result = bag({ target: portNumber(target) });
  if (published !== undefined && published !== '') result['published'] = portNumber(published);
  if (host !== undefined && host !== '') result['host_ip'] = host.replace(/^\[|\]$/g, '');
  if (protocol !== undefined) result['protocol'] = protocol;
  return result;
}

/** Of a port with a variable in it the address is kept where it stands first: `127.0.0.1:${PORT}:80`. */
function partlyKnownPort(value: Value): Value {
  const unknown = new Unknown('the port is known only when it is started');
  const result = bag({ target: unknown, published: unknown });
  const first = value instanceof Interpolated ? value.parts[0] : undefined;
  const host =
    typeof first === 'string'
      ? /^(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:]{2,45}\]|localhost):/i.exec(first)?.[1]
      : undefined;
  if (host !== undefined) result['host_ip'] = host.replace(/^\[|\]$/g, '');
  // `${PORT:-x}` alone first may be an address or a port: `${HOST}:80:80` has three parts, `${PORT}:80` two.
  else if (value instanceof Interpolated && typeof first !== 'string' && countColons(value) > 1)
    result['host_ip'] = unknown;
  else if (!(value instanceof Interpolated)) result['host_ip'] = unknown;
  return result;
}

function countColons(value: Interpolated): number {
  return value.parts.reduce((sum, part) => sum + (typeof part === 'string' ? part.split(':').length - 1 : 0), 0);
}

function splitPort(text: string): string[] {
  const ipv6 = /^(\[[0-9a-fA-F:.%]{2,60}\]):(.*)$/.exec(text);
  return ipv6 === null ? text.split(':') : [ipv6[1] ?? '', ...(ipv6[2] ?? '').split(':')];
}

function portNumber(value: Value): Value {
  return typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
}

/** `[source:]target[:mode]` or the long form, as `{type, source, target, read_only}`. */
function volumeOf(value: Value): Value {
  if (isProperties(value)) return Object.assign(newProperties(), { read_only: false }, value);
  if (value instanceof Interpolated) return partlyKnownVolume(value);
  if (typeof value !== 'string') return value;
  const parts = splitVolume(value);
  const [first = '', second, mode = ''] = parts;
  if (second === undefined) return bag({ type: 'volume', target: first, read_only: false });
  return bag({ type: isPath(first) ? 'bind' : 'volume', source: first, target: second, read_only: isReadOnly(mode) });
}

function partlyKnownVolume(value: Interpolated): Value {
  const unknown = new Unknown('a part of the mount is known only when it is started');
  const text = value.parts.map((part) => (typeof part === 'string' ? part : '\u0000')).join('');
  const parts = splitVolume(text);
  const [first = '', second, mode = ''] = parts;
  if (second === undefined) return bag({ type: 'volume', target: unknown, read_only: false });
  const known = (part: string): Value => (part.includes('\u0000') ? unknown : part);
  return bag({
    type: first.startsWith('\u0000') ? unknown : isPath(first) ? 'bind' : 'volume',
    source: known(first),
    target: known(second),
    read_only: mode.includes('\u0000') ? unknown : isReadOnly(mode),
  });
}

function splitVolume(text: string): string[] {
  const windows = /^([A-Za-z]:[\\/][^:]{0,4000}):(.*)$/.exec(text);
  return windows === null ? text.split(':') : [windows[1] ?? '', ...(windows[2] ?? '').split(':')];
}

function isPath(source: string): boolean {
  return /^[./~\\]|^[A-Za-z]:[\\/]/.test(source);
}

function isReadOnly(mode: string): boolean {
  return mode.split(',').includes('ro');
}

function words(value: Value): Value {
  if (typeof value === 'string') return splitCommand(value, 'blank');
  if (value instanceof Interpolated)
    return value.parts.flatMap((part): Value[] => (typeof part === 'string' ? splitCommand(part, 'blank') : [part]));
  return value;
}

function names(value: Value): Value {
  return isProperties(value) ? Object.keys(value) : value;
}

function flag(value: Value): Value {
  return typeof value === 'string' && /^(?:true|yes|on)$/i.test(value)
    ? true
    : typeof value === 'string' && /^(?:false|no|off)$/i.test(value)
      ? false
      : value;
}

function bag(values: Readonly<Record<string, Value>>): MutableProperties {
  return Object.assign(newProperties(), values);
}

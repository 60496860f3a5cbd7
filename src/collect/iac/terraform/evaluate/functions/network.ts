import { isList, Unknown, type Value } from '../../../../../model/value.ts';
import type { TerraformFunction } from '../evaluator.ts';
import { Failure } from '../failure.ts';
import { toNumber } from '../operators.ts';
import { toText } from './arguments.ts';

/** Address functions, for IPv4; other addresses stay unknown. */
export const networkFunctions: Readonly<Record<string, TerraformFunction>> = {
  cidrsubnet: withPrefix((network, [newBits = 0, index = 0]) => subnet(network, newBits, index)),
  cidrhost: withPrefix((network, [host = 0]) => {
    const size = 2 ** (32 - network.length);
    return Math.abs(host) >= size
      ? new Failure('a host outside of its network')
      : toAddress(network.base + (host < 0 ? size + host : host));
  }),
  cidrnetmask: withPrefix((network) => toAddress(2 ** 32 - 2 ** (32 - network.length))),
  cidrsubnets: withPrefix((network, bits) => {
    const result: Value[] = [];
    let base = network.base;
    for (const newBits of bits) {
      const length = network.length + newBits;
      const size = 2 ** (32 - length);
      base = Math.ceil(base / size) * size;
      if (length > 32 || base + size > network.base + 2 ** (32 - network.length))
        return new Failure('a subnet outside of its network');
      result.push(`${toAddress(base)}/${length}`);
      base += size;
    }
    return result;
  }),
};

interface Network {
  readonly base: number;
  readonly length: number;
}

function withPrefix(run: (network: Network, numbers: readonly number[]) => Value): TerraformFunction {
  return ([prefix, ...rest], call) => {
    const text = toText(prefix, call);
    if (typeof text !== 'string')
      return text instanceof Unknown ? text : new Unknown('a network that is known only after deployment');
    const numbers: number[] = [];
    for (const arg of rest.flatMap((item) => (isList(item) ? item : [item]))) {
      const number = toNumber(arg);
      if (number instanceof Unknown) return number;
      numbers.push(Math.trunc(number));
    }
    const network = parse(text);
    return network instanceof Unknown ? network : run(network, numbers);
  };
}

function parse(text: string): Network | Unknown {
  if (text.includes(':')) return new Unknown('an IPv6 network is not computed');
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  const parts = match?.slice(1).map(Number) ?? [];
  const length = parts[4] ?? 33;
  if (length > 32 || parts.slice(0, 4).some((part) => part > 255)) return new Failure('not a network');
  const address = parts.slice(0, 4).reduce((sum, part) => sum * 256 + part, 0);
  const size = 2 ** (32 - length);
  return { base: Math.floor(address / size) * size, length };
}

function subnet(network: Network, newBits: number, index: number): Value {
  const length = network.length + newBits;
  if (newBits < 0 || length > 32 || index < 0 || index >= 2 ** newBits)
    return new Failure('a subnet outside of its network');
  return `${toAddress(network.base + index * 2 ** (32 - length))}/${length}`;
}

function toAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

import { describe, expect, it } from 'vitest';
import type { Resource } from '../../model/resource.ts';
import { Interpolated, newProperties, Ref, Secret, Unknown, type Value } from '../../model/value.ts';
import { parseExpression } from './parse.ts';
import { compileProgram } from './program.ts';
import { Scope, type Surroundings } from './scope.ts';

const nowhere: Surroundings = {
  linked: () => [],
  peers: () => [],
  target: () => new Unknown('not read'),
  reach: () => [],
  hasTrait: () => false,
};

function resourceWith(properties: Record<string, Value>): Resource {
  return {
    id: 'a#b',
    type: 'T',
    name: 'b',
    dialect: 'test',
    address: 'b',
    scope: 'a',
    confidence: 'active',
    location: { file: 'a', line: 1, column: 1 },
    positions: {},
    properties: Object.assign(newProperties(), properties),
  };
}

function run(expression: string, properties: Record<string, Value> = {}): Value {
  return compileProgram(parseExpression(expression)).run(new Scope(resourceWith(properties), nowhere));
}

const unknown = new Unknown('var.x has no value');

describe('the rule language', () => {
  it.each<[string, Record<string, Value>, Value]>([
    ['r.A == "x"', { A: 'x' }, true],
    ['r.A.B.C == null', {}, true],
    ['has(r.A.B)', { A: Object.assign(newProperties(), { B: 1 }) }, true],
    ['has(r.A)', {}, false],
    ['r.L.exists(x, x > 3)', { L: [1, 5] }, true],
    ['r.L.all(x, x > 3)', {}, true],
    ['r.L.exists_one(x, x == 1)', { L: [1, 1] }, false],
    ['r.L.filter(x, x > 1).size() == 1', { L: [1, 2] }, true],
    ['r.L.map(x, x * 2) == [2, 4]', { L: [1, 2] }, true],
    ['size(r.A) == 0', {}, true],
    ['r.A in ["a", "b"]', { A: 'b' }, true],
    ['"k" in r.M', { M: Object.assign(newProperties(), { k: 1 }) }, true],
    ['r.A ? 1 : 2', { A: false }, 2],
    ['r.N > "3"', { N: 30 }, true],
    ['r.A.matches("^a+$")', { A: 'aaa' }, true],
    ['r.A.matches("(?i)^AB$")', { A: 'ab' }, true],
    ['r["A"].startsWith("x")', {}, false],
    ['r.A.split(",")[1] == "b"', { A: 'a,b' }, true],
    [
      'allows(r.P, "bedrock:InvokeModel")',
      { P: '{"Statement":{"Effect":"Allow","Action":"bedrock:*","Resource":"*"}}' },
      true,
    ],
    [
      'allows(r.P, "bedrock:*", "*")',
      { P: '{"Statement":{"Effect":"Allow","Action":"bedrock:Invoke*","Resource":"*"}}' },
      false,
    ],
    [
      'statements(r.P).exists(s, "*" in s.Principal)',
      { P: '{"Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:*"}]}' },
      true,
    ],
    ['isOpenCidr("0.0.0.0/0") && !isOpenCidr("10.0.0.0/8")', {}, true],
    ['{"a": 1}.a == 1', {}, true],
    ['-r.N < 0', { N: 3 }, true],
  ])('%s', (expression, properties, expected) => {
    expect(run(expression, properties)).toEqual(expected);
  });

  it.each<[string, Value]>([
    ['false && r.U', false],
    ['r.U && false', false],
    ['true || r.U', true],
    ['r.U || true', true],
    ['r.U && true', unknown],
    ['!r.U', unknown],
    ['r.U == null', unknown],
    ['has(r.U)', unknown],
    ['r.U.deep.path == 1', unknown],
    ['[1, 2].exists(x, x == 1 || r.U)', true],
    ['[1, 2].all(x, x == 3 && r.U)', false],
    ['[1, 2].all(x, r.U)', unknown],
    ['r.U ? 1 : 1', 1],
    ['r.U ? 1 : 2', unknown],
    ['1 in [r.U, 1]', true],
    ['allows(r.U, "a:b")', unknown],
  ])('an unknown operand decides only where the rest does: %s', (expression, expected) => {
    expect(run(expression, { U: unknown })).toEqual(expected);
  });

  it('sees that a value names a resource, wherever the reference stands in it', () => {
    const bucket = Object.assign(resourceWith({ Name: 'x' }), { id: 'a#bucket' });
    const around: Surroundings = { ...nowhere, linked: () => [bucket] };
    const names = (value: Value): Value =>
      compileProgram(parseExpression('linked("B").exists(b, names(r.V, b))')).run(
        new Scope(resourceWith({ V: value }), around),
      );
    expect(names(new Ref('a#bucket', 'Arn'))).toBe(true);
    expect(names([new Interpolated([new Ref('a#bucket', 'Arn'), '/*'])])).toBe(true);
    expect(names(new Ref('a#other', 'Arn'))).toBe(false);
    expect(names('x')).toBe(false);
    expect(names(unknown)).toBe(false);
    expect(run('names(r.V, r)', { V: new Ref('a#b') })).toBe(true);
  });

  it('knows of a reference that it is set, and not what it says', () => {
    const properties = { R: new Ref('a#key', 'Arn') };
    expect(run('has(r.R)', properties)).toBe(true);
    expect(run('r.R == "alias/aws/s3"', properties)).toBeInstanceOf(Unknown);
  });

  it('decides on the known part of a text', () => {
    const properties = { A: new Interpolated(['arn:aws:s3:::', unknown, '/*']) };
    expect(run('r.A.startsWith("arn:aws:s3")', properties)).toBe(true);
    expect(run('r.A.endsWith("/*")', properties)).toBe(true);
    expect(run('r.A == "*"', properties)).toBe(false);
    expect(run('r.A.startsWith("arn:aws:s3:::prod")', properties)).toBeInstanceOf(Unknown);
    expect(run('r.A.contains("nothing")', properties)).toBeInstanceOf(Unknown);
  });

  it('sees a sealed secret without its text', () => {
    const properties = {
      S: new Secret('token', '0123456789ab'),
      U: new Interpolated(['postgres://u:', new Secret('url-password', 'x'), '@h']),
    };
    expect(run('isSecret(r.S) && isSecret(r.U) && anySecret([r.S]) && has(r.S)', properties)).toBe(true);
    expect(run('r.S == "hunter2"', properties)).toBeInstanceOf(Unknown);
  });

  it('answers unknown, never false, for a comparison with what is absent', () => {
    expect(run('r.N > 3')).toBeInstanceOf(Unknown);
  });

  it('records each property it read, with the path inside lists', () => {
    const resource = resourceWith({ L: [Object.assign(newProperties(), { Name: 'a' })], B: true });
    const read: string[] = [];
    compileProgram(parseExpression('r.B && r.L.exists(x, x.Name == "a")')).run(
      new Scope(resource, nowhere, ({ path }, value) => read.push(`${path}=${JSON.stringify(value)}`)),
    );
    expect(read).toEqual(['B=true', 'L=[{"Name":"a"}]', 'L[0].Name="a"']);
  });

  it('refuses a function that does not exist', () => {
    expect(() => parseExpression('nope(r)')).toThrow(/`nope`, which does not exist/);
    expect(() => parseExpression('r.A ==')).toThrow(/does not parse/);
  });
});

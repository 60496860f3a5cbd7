import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DemarcError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import { Run } from './fixtures/run.ts';
import { preprocess } from './preprocess.ts';

const read = 'Demarc::Action::"files/read"::response{}';
const permit = (condition: string, head = '@id("p")'): string =>
  `${head} permit (principal, action, resource)\nwhen temporal { ${condition} };`;

function refusal(text: string): DemarcError {
  try {
    preprocess('a.cedar', text);
  } catch (error) {
    if (error instanceof DemarcError) return error;
    throw error;
  }
  throw new Error(`was not refused: ${text}`);
}

describe('what is left for Cedar', () => {
  it('is the text itself where there is no temporal block', () => {
    const text =
      'permit (principal, action, resource) when { context.intent == "when temporal { x }" }; // when temporal { x }';
    expect(preprocess('a', text)).toEqual({ cedar: text, conditions: [] });
  });

  it('has every line, and what is behind a block every column, where it was', () => {
    const text = [
      '// when temporal { nothing }',
      'def temporal once(?w, ?e) {',
      '  formerly within ?w ?e',
      '};',
      '@id("a.b-1") @ask("x")',
      'forbid (principal, action in [Demarc::Action::"a/x", Demarc::Action::"a/y"], resource)',
      'when { context.tainted } when /* no comment */ temporal {'.replace('/* no comment */ ', ''),
      `  once(1h, ${read}) // } in a comment`,
      '    && formerly within 1h Demarc::Action::"}"::request{ args.x: "}\\"" } } unless { context.readPrivate };',
      `permit (principal, action, resource) unless temporal { formerly within 1h ${read} } when { true };`,
    ].join('\n');
    const { cedar, conditions } = preprocess('set/x.cedar', text);
    expect(conditions.map(({ name, line, policy, actions }) => ({ name, line, policy, actions }))).toEqual([
      { name: 'a_b_1', line: 7, policy: 'a.b-1', actions: ['a/x', 'a/y'] },
      { name: 'set_x_cedar_2', line: 10, policy: undefined, actions: undefined },
    ]);
    const lines = cedar.split('\n');
    expect(lines.length).toBe(text.split('\n').length);
    expect(lines.slice(1, 4).join('').trim()).toBe('');
    expect(lines[6]).toBe('when { context.tainted } when { context.temporal.a_b_1');
    expect(lines[7]).toBe('');
    for (const behind of ['unless { context.readPrivate };', 'when { true };'])
      expect(lines.map((line) => line.indexOf(behind))).toEqual(text.split('\n').map((line) => line.indexOf(behind)));
    expect(lines[9]).toMatch(/unless \{ context\.temporal\.set_x_cedar_2 +\} when/);
  });

  it.each([
    ['action', undefined],
    ['action == Demarc::Action::"a/x"', ['a/x']],
    ['action in Demarc::Action::"read"', ['read']],
    ['action in [Demarc::Action::"a/]", Demarc::Action::"a/,"]', ['a/]', 'a/,']],
  ])('knows what a policy is about: %s', (action, actions) => {
    const scope = `principal == Demarc::Agent::"action", ${action}, resource == Demarc::Tool::"b/y"`;
    const text = `permit (${scope}) when temporal { formerly within 1h ${read} };`;
    expect(preprocess('a', text).conditions[0]?.actions).toEqual(actions);
  });

  it('names a second condition of a policy after the first', () => {
    const twice = permit(`formerly within 1h ${read}`).replace(';', ` unless temporal { previous within 1s ${read} };`);
    expect(preprocess('a', twice).conditions.map(({ name }) => name)).toEqual(['p', 'p_2']);
  });

  it('gives a name that Cedar takes', () => {
    const named = (id: string) =>
      preprocess('a', permit(`formerly within 1h ${read}`, `@id("${id}")`)).conditions[0]?.name;
    expect([named('1st'), named('in'), named('ü'), named('')]).toEqual(['policy_1st', 'policy_in', '_', 'policy_']);
  });
});

describe('what fails closed', () => {
  it.each([
    ['permit', 'when', false],
    ['permit', 'unless', true],
    ['forbid', 'when', true],
    ['forbid', 'unless', false],
  ] as const)('%s %s counts as %s when it cannot be told', (effect, clause, unknownAs) => {
    const text = `${effect} (principal, action, resource) ${clause} temporal { formerly within 1h ${read} };`;
    expect(preprocess('a', text).conditions[0]?.unknownAs).toBe(unknownAs);
  });
});

describe('the language', () => {
  it.each([
    ['no condition', '', 'empty'],
    ['alternatives', `formerly within 1h ${read} || formerly within 1h ${read}`, '`||` is not part'],
    ['no window', `formerly ${read}`, 'has no window'],
    ['an empty window', `formerly within 0s ${read}`, 'window is empty'],
    ['a window of weeks', `formerly within 1w ${read}`, 'no whole number of seconds'],
    ['a negative window', `formerly within -1h ${read}`, 'no whole number of seconds'],
    ['an operator below an operator', `formerly within 1h previous within 1h ${read}`, 'applies to `previous`'],
    ['a negation below an operator', `formerly within 1h !${read}`, 'applies to `!`'],
    ['a future operator', `eventually within 1h ${read}`, 'expected `&&`, `since` or `}`'],
    ['another kind of event', 'formerly within 1h Demarc::Action::"a/x"::attempt{}', 'no kind of event'],
    ['no kind of event', 'formerly within 1h Demarc::Action::"a/x"', 'a value stands where a condition'],
    ['another namespace', 'formerly within 1h Drupe::Action::"a"::request{}', 'no type of actions'],
    [
      'a field that no event has',
      'formerly within 1h Demarc::Action::"a/x"::request{ taintd: true }',
      'no field `taintd`',
    ],
    ['an output of a request', 'formerly within 1h Demarc::Action::"a/x"::request{ output.x: 1 }', 'has no `output.x`'],
    [
      'a fact that no request has',
      'Demarc::Action::"a/x"::request{ args.x: context.system.now }',
      'has no `context.system.now`',
    ],
    ['arithmetic', 'exists (a: Long). (Demarc::Action::"a/x"::request{ args.n: a } && a + 1 > 2)', 'no `+`'],
    ['`like`', 'exists (a: String). (Demarc::Action::"a/x"::request{ args.n: a } && a like "x*")', 'no `like`'],
    ['`=`', 'exists (a: Long). (Demarc::Action::"a/x"::request{ args.n: a } && a = 1)', 'compares nothing'],
    ['a bare number with a point', 'Demarc::Action::"a/x"::request{ args.n: 1.5 }', 'has a point'],
    ['a number of 65 bits', 'Demarc::Action::"a/x"::request{ args.n: 9223372036854775808 }', '64 bits'],
    ['a decimal that is none', 'Demarc::Action::"a/x"::request{ args.n: decimal("1,5") }', 'no decimal'],
    ['a string that does not end', 'Demarc::Action::"a/x"::request{ args.n: "x }', 'does not end'],
    ['an escape that is none', 'Demarc::Action::"a/x"::request{ args.n: "\\q" }', 'no escape'],
    [
      'a variable that nothing binds',
      'formerly within 1h Demarc::Action::"a/x"::request{ args.n: a }',
      'nothing binds `a`',
    ],
    ['a word as a variable', `exists (count: Long). ${read}`, 'is a word of the language'],
    [
      'a type that does not exist',
      'exists (a: Text). Demarc::Action::"a/x"::request{ args.n: a }',
      '`Text`, the type of `a`',
    ],
    ['values of two types', 'exists (a: Long). Demarc::Action::"a/x"::request{ labels.effect: a }', 'of type String'],
    [
      'an order of texts',
      'exists (a: String). (Demarc::Action::"a/x"::request{ args.n: a } && a > "b")',
      'of type String',
    ],
    ['a wildcard that is compared', 'Demarc::Action::"a/x"::request{} && context.tainted == _', 'tells nothing'],
    ['a variable that no event names', `exists (a: Long). ${read}`, '`a` gets its values from no event'],
    ['a variable without a source', `exists (a: Long). (${read} && a > 1)`, 'gives a value'],
    [
      'a filter before its source',
      'exists (a: Long). (a > 1 && Demarc::Action::"a/x"::request{ args.n: a })',
      'a comparison uses a variable',
    ],
    [
      'a source below a negation',
      'exists (a: Long). !Demarc::Action::"a/x"::request{ args.n: a }',
      'a negation uses a variable',
    ],
    ['a condition without history', 'context.tainted == true', 'looks at no event'],
    ['an operator without history', 'formerly within 1h (context.tainted == true)', 'looks at no event'],
    [
      'a fact that no event names, compared',
      `formerly within 1h (${read} && context.args.n > 1)`,
      'uses `context.args.n`',
    ],
    [
      'a fact only on the left of `since`',
      `Demarc::Action::"a/x"::request{ args.n: context.args.n } since within 1h ${read}`,
      'left side of `since`',
    ],
    [
      'a fact that no event names, compared below a negation',
      `!formerly within 1h (${read} && context.args.n > 1)`,
      'uses `context.args.n`',
    ],
    [
      'a fact that no event names, compared below a `since`',
      `(${read} && formerly within 1h (${read} && context.args.n > 1)) since within 1h Demarc::Action::"a/x"::request{ args.n: context.args.n }`,
      'uses `context.args.n`',
    ],
    [
      'a name without history',
      `formerly within 1h (${read} && exists (a: Long). a == 1)`,
      'the body of `exists (a: …)`',
    ],
    [
      'a left side without history',
      `(context.tainted == true) since within 1h ${read}`,
      'the left side of `since` looks',
    ],
    [
      'a right side without history',
      `${read} since within 1h (context.tainted == true)`,
      'the right side of `since` looks',
    ],
    [
      'a variable on the left of `since` before its source',
      `exists (a: Long). (!Demarc::Action::"a/x"::request{ args.n: a } since within 1h ${read} && Demarc::Action::"a/x"::request{ args.n: a })`,
      'the left side of `since` uses a variable',
    ],
    [
      'two variables before their source',
      'exists (a: Long). exists (b: Long). (a == b && Demarc::Action::"a/x"::request{ args.n: a, args.m: b })',
      'a comparison uses a variable',
    ],
    [
      'a count without history',
      `formerly within 1h (${read} && 0 < count for (a: Long). where a == 1)`,
      'the body of a count or sum looks',
    ],
    [
      'a count before the source of its variable',
      `exists (a: Long). (1 < count for (t: Timepoint). where (Demarc::Action::"a/x"::request{ args.n: a } && tp(t)) && Demarc::Action::"a/x"::request{ args.n: a })`,
      'a count or sum uses a variable',
    ],
    [
      'a sum of texts',
      `1 < sum s for (s: String). where (formerly within 1h Demarc::Action::"a/x"::request{ args.n: s })`,
      'of type String',
    ],
    [
      'a count of what has no type',
      `1 < count for (s: Text). where (formerly within 1h Demarc::Action::"a/x"::request{ args.n: s })`,
      '`Text`, the type of `s`',
    ],
    [
      'texts and numbers that are compared',
      'exists (a: String). (Demarc::Action::"a/x"::request{ args.n: a } && a == 1)',
      'of type String',
    ],
    [
      'texts and numbers that differ anyway',
      'exists (a: String). (Demarc::Action::"a/x"::request{ args.n: a } && a != 1)',
      'of type String',
    ],
    ['a person as a text', 'exists (p: Demarc::Person). Demarc::Action::"a/x"::request{ intent: p }', 'of type String'],
    ['all arguments as one', 'Demarc::Action::"a/x"::request{ args: 1 }', 'no field `args`'],
    ['a count as a condition', `count for (t: Timepoint). where (${read} && tp(t))`, 'a value stands'],
    [
      'a count as the value of a field',
      'Demarc::Action::"a/x"::request{ args.n: count for (t: Timepoint). where tp(t) }',
      'value of a field',
    ],
    [
      'a sum of what is not listed',
      `exists (a: Long). (Demarc::Action::"a/x"::request{ args.n: a } && (sum a for (t: Timepoint). where (${read} && tp(t))) > 1)`,
      'not in the list',
    ],
    [
      'an unused name of a count',
      `1 < count for (t: Timepoint), (u: String). where (${read} && tp(t))`,
      '`u` gets its values',
    ],
    ['a macro that does not exist', 'often(1h)', 'no macro `often`'],
    ['too few arguments', 'count_within(1h) > 1', 'takes 2 arguments, not 1'],
    ['a window where an event belongs', 'count_within(1h, 1h) > 1', 'a time stands'],
    ['a window where a value belongs', 'bind(n, 1h, n > 1)', 'a time stands where a value belongs'],
    ['an event where a value belongs', `bind(n, ${read}, n > 1)`, 'a condition stands where a value belongs'],
    ['an event where a window belongs', `count_within(${read}, ${read}) > 1`, 'else than a time'],
    ['a value where a name belongs', `sum_within(1, 1h, ${read}) > 1`, 'no plain name'],
    ['a parameter outside of a macro', `formerly within ?w ${read}`, 'outside of a macro'],
    ['a binder outside of a macro', `exists ($t: Timepoint). (${read} && tp($t))`, 'outside of a macro'],
    ['fields for a condition', `bind(n, count_within(1h, ${read}), n > 1){ args.x: 1 }`, 'else than one event'],
    ['a list of variables', 'Demarc::Action::"a/x"::request{ args.n: [context.args.n] }', 'a list holds'],
  ])('refuses %s', (_what, condition, message) => {
    const error = refusal(`// first\n${permit(condition)}`);
    expect(error.code).toBe('DMC_TEMPORAL');
    expect(error.message).toContain(message);
    expect(error.message).toMatch(/^a\.cedar:3: /);
  });

  it.each([
    [
      'a block inside of an expression',
      'permit (principal, action, resource) when { true && temporal { x } };',
      'inside of an expression',
    ],
    ['a block of no policy', 'when temporal { x };', 'neither a `permit` nor a `forbid`'],
    [
      'a block behind something else',
      'permit (principal, action, resource) if temporal { x };',
      'inside of an expression',
    ],
    ['guardrails', 'permit (principal, action, resource) when guardrails { A::B(context.x) };', 'is not supported'],
    ['macros of Cedar', 'def cedar x() { true };', '`def cedar` is not supported'],
    ['a macro with a name of the language', `def temporal count() { ${read} };`, 'cannot be the name'],
    ['a macro that is there twice', `def temporal x() { ${read} }; def temporal x() { ${read} };`, 'defined twice'],
    ['a macro with a parameter twice', `def temporal x(?a, ?a) { ${read} };`, 'cannot be a parameter'],
    ['a macro without an end', `def temporal x() { ${read} }`, 'expected `;`'],
    ['a block without an end', `permit (principal, action, resource) when temporal { ${read}`, 'expected `&&`'],
    [
      'a macro that calls one',
      `def temporal x() { count_within(1h, ${read}) > 1 };\n${permit('x()')}`,
      'calls a macro',
    ],
    [
      'a parameter that is not declared',
      `def temporal x() { formerly within ?w ${read} };\n${permit('x()')}`,
      'no parameter of the macro',
    ],
  ])('refuses %s', (_what, text, message) => {
    expect(refusal(text).message).toContain(message);
  });

  // Of another policy it would count as what keeps that one from happening: as false for a forbid that names a permit's.
  it.each([
    'context.temporal.p',
    'context.temporal["p"]',
    'context["temporal"].p',
    'context["tempor\\u{61}l"]["p"]',
    '((context)).temporal.p',
    '(context)["temporal"].p',
    '(context.temporal).p',
    'context.temporal == {p: true}',
  ])('refuses a condition that is named by hand: %s', (named) => {
    const forbid = `forbid (principal, action, resource) when { ${named} };`;
    expect(refusal(`${permit(`formerly within 1h ${read}`)} ${forbid}`).message).toContain('named by hand');
    expect(refusal(forbid).message).toContain('named by hand');
  });

  it('leaves arguments that only sound the same', () => {
    const sound = 'context.args.temporal.p && context["args"]["temporal"].p && ["temporal"].contains("p")';
    const forbid = `forbid (principal, action, resource) when { ${sound} };`;
    expect(preprocess('a', forbid)).toEqual({ cedar: forbid, conditions: [] });
  });

  it('knows the names of a macro from those of its arguments', () => {
    const twice = `def temporal twice(?w, ?e) {
      1 < count for ($t: Timepoint), (n: Long). where (formerly within ?w (?e{ args.n: n } && tp($t))) && formerly within 1h Demarc::Action::"a/x"::request{ args.n: n }
    };`;
    const condition =
      'exists (n: String). (formerly within 1h Demarc::Action::"a/y"::request{ args.u: n } && twice(1h, Demarc::Action::"a/x"::request{ args.u: n }))';
    const run = new Run(`${twice}\n${permit(condition)}`);
    run.record('request', 'a/y', { args: { u: 'p' } });
    run.record('request', 'a/x', { args: { u: 'p', n: 1 } });
    expect(run.holds('p', 'b/z')).toBe(false);
    run.record('request', 'a/x', { args: { u: 'q', n: 2 } });
    expect(run.holds('p', 'b/z')).toBe(false);
    run.record('request', 'a/x', { args: { u: 'p', n: 2 } });
    expect(run.holds('p', 'b/z')).toBe(true);
  });

  it('lets a policy define a macro of the standard library anew', () => {
    const mine = `def temporal count_within(?w, ?e) { count for ($t: Timepoint). where (?e && tp($t)) };`;
    const run = new Run(`${mine}\n${permit(`count_within(1h, Demarc::Action::"a/x"::request{}) >= 1`)}`);
    run.record('request', 'a/x');
    expect([run.holds('p', 'a/x'), run.holds('p', 'a/y')]).toEqual([true, false]);
  });

  it('takes any value of a field for `_`, and a person for one', () => {
    const any = 'exists (p: Demarc::Person). Demarc::Action::"a/x"::request{ args.n: _, callerPerson: p }';
    const run = new Run(permit(any));
    expect([run.holds('p', 'a/x', { args: { n: 1 } }), run.holds('p', 'a/y')]).toEqual([true, false]);
  });

  it('reads `args` and `input` alike, decimals, escapes and lists', () => {
    const run = new Run(
      permit(
        'formerly within 1h Demarc::Action::"a/x"::request{ input.n: decimal("1.50"), args.s: "\\u{e9}\\n\\"", args.l: [1, "b", true], args.u: context.input.u }',
      ),
    );
    run.record('request', 'a/x', { args: { n: 1.5, s: 'é\n"', l: [1, 'b', true], u: { b: 1, a: [null] } } });
    expect(run.holds('p', 'a/y', { args: { u: { a: [null], b: 1 } } })).toBe(true);
    for (const u of [
      { a: [null], b: 2 },
      { a: { 0: null }, b: 1 },
      { a: [], b: 1 },
    ])
      expect(run.holds('p', 'a/y', { args: { u } })).toBe(false);
  });
});

describe('whatever a file holds', () => {
  const words =
    'permit forbid ( principal , action resource ) when unless temporal { } ; @ id "x" def ?a $t formerly within 1 h && ! since exists : . count for where tp sum == < Demarc :: Action "a/x" request {} context args // \n " \\ 🦊 *';

  it('it is read or refused with a line, and no line moves', () => {
    const soup = fc.array(fc.constantFrom(...words.split(' '))).map((parts) => parts.join(' '));
    const block = soup.map((inner) => `permit (principal, action, resource) when temporal { ${read} ${inner}`);
    fc.assert(
      fc.property(fc.oneof(soup, block), (text) => {
        try {
          expect(preprocess('a', text).cedar.split('\n').length).toBe(text.split('\n').length);
        } catch (error) {
          expect(error).toBeInstanceOf(DemarcError);
          expect((error as DemarcError).message).toMatch(/^a:\d+: /);
        }
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('limits', () => {
  it.each([0, 1])('a window: limit + %i', (more) => {
    const seconds = (limits.temporalWindowMsMax + more * 1_000) / 1_000;
    const load = (): unknown => preprocess('a', permit(`formerly within ${seconds}s ${read}`)).conditions;
    if (more === 0) expect(load()).toHaveLength(1);
    else expect(load).toThrow('longer than 24h');
  });

  it.each([0, 1])('parts of a condition: limit + %i', (more) => {
    const events = Array.from({ length: limits.temporalNodesMax - 1 + more }, () => read);
    expect(events.length + 1).toBe(limits.temporalNodesMax + more);
    const load = (): unknown => preprocess('a', permit(events.join(' && '))).conditions;
    if (more === 0) expect(load()).toHaveLength(1);
    else expect(load).toThrow('parts once its macros are expanded');
  });

  it.each([0, 1])('temporal operators inside of one another: limit + %i', (more) => {
    const nested = Array.from({ length: limits.temporalNestingMax + more }).reduce<string>(
      (inner) => `(!(${inner}) since within 1m ${read})`,
      read,
    );
    const load = (): unknown => preprocess('a', permit(nested)).conditions;
    if (more === 0) expect(load()).toHaveLength(1);
    else expect(load).toThrow(`nested deeper than ${limits.temporalNestingMax}`);
  });

  it('arguments that double at each call do not grow without end', () => {
    const twice = `def temporal twice(?e) { (?e && ?e) };`;
    const nested = Array.from({ length: 60 }).reduce<string>((inner) => `twice(${inner})`, read);
    expect(() => preprocess('a', `${twice}\n${permit(nested)}`)).toThrow('parts once its macros are expanded');
  });

  it('what is nested too deeply is refused', () => {
    for (const nested of [
      `${'('.repeat(100_000)}${read}`,
      `1 == ${'('.repeat(100_000)}1`,
      `1 == ${'['.repeat(100_000)}`,
    ])
      expect(refusal(permit(nested)).message).toContain(`deeper than ${limits.nestingDepthMax}`);
  });
});

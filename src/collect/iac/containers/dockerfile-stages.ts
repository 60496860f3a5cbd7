import { Interpolated, type MutableProperties, newProperties, Unknown, type Value } from '../../../model/value.ts';
import { imageProperties } from '../../documents/container-image.ts';
import { splitCommand } from '../../documents/command-line.ts';
import type { Instruction } from './dockerfile-syntax.ts';
import { substitute } from './substitution.ts';

/** One build stage as it stands, with what it takes over from the stage it starts from. */
export interface Stage {
  readonly name: string;
  readonly line: number;
  readonly from: Value;
  /** The stage `from` names, when it names one. */
  readonly base: Stage | undefined;
  user: Value | undefined;
  workdir: Value | undefined;
  entrypoint: Value | undefined;
  cmd: Value | undefined;
  healthcheck: Value | undefined;
  readonly env: MutableProperties;
  readonly labels: MutableProperties;
  readonly args: MutableProperties;
  readonly expose: Value[];
  readonly volumes: Value[];
  readonly run: Value[];
  readonly copy: Value[];
  readonly add: Value[];
  /** Property path → line, for what the stage sets itself. */
  readonly lines: Map<string, number>;
}

/** Build arguments that the builder sets (https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope). */
const automatic = /^(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)$|^(?:HTTPS?|FTP|NO|ALL)_PROXY$/i;

/** The stages of a Dockerfile, in order. Arguments count with their defaults; one without a default is unknown. */
export function stagesOf(
  instructions: readonly Instruction[],
  escape: '\\' | '`',
): { stages: Stage[]; globals: MutableProperties } {
  const globals = newProperties();
  const stages: Stage[] = [];
  for (const instruction of instructions) {
    const stage = stages.at(-1);
    if (instruction.name === 'FROM') stages.push(startStage(instruction, stages, globals, escape));
    else if (stage === undefined) {
      if (instruction.name === 'ARG')
        declareArguments(instruction, globals, undefined, new Expander(undefined, globals, escape));
    } else applyInstruction(instruction, stage, new Expander(stage, globals, escape), globals);
  }
  return { stages, globals };
}

class Expander {
  readonly #stage: Stage | undefined;
  readonly #globals: MutableProperties;
  readonly #escape: '\\' | '`';
  constructor(stage: Stage | undefined, globals: MutableProperties, escape: '\\' | '`') {
    this.#stage = stage;
    this.#globals = globals;
    this.#escape = escape;
  }

  text(text: string): Value {
    return substitute(text, {
      escape: this.#escape,
      lookup: (name) => this.#lookup(name),
      unset: (name) => this.#unset(name),
    });
  }

  #lookup(name: string): Value | undefined {
    if (this.#stage === undefined)
      return (
        this.#globals[name] ?? (automatic.test(name) ? new Unknown(`\`${name}\` is set by the builder`) : undefined)
      );
    return this.#stage.env[name] ?? this.#stage.args[name];
  }

  /** Outside a stage an unset variable is empty; inside, the base image may have set it. */
  #unset(name: string): Value {
    return this.#stage === undefined ? '' : new Unknown(`\`${name}\` is not set in this file`);
  }
}

function startStage(
  instruction: Instruction,
  stages: readonly Stage[],
  globals: MutableProperties,
  escape: '\\' | '`',
): Stage {
  const [image = '', as, alias] = instruction.text.split(/\s+/);
  const from = new Expander(undefined, globals, escape).text(image);
  const base =
    typeof from === 'string'
      ? stages.find((stage) => stage.name !== '' && stage.name === from.toLowerCase())
      : undefined;
  return {
    name: as?.toLowerCase() === 'as' && alias !== undefined ? alias.toLowerCase() : '',
    line: instruction.line,
    from,
    base,
    user: base?.user,
    workdir: base?.workdir,
    entrypoint: base?.entrypoint,
    cmd: base?.cmd,
    healthcheck: base?.healthcheck,
    env: Object.assign(newProperties(), base?.env),
    labels: Object.assign(newProperties(), base?.labels),
    args: newProperties(),
    expose: [...(base?.expose ?? [])],
    volumes: [...(base?.volumes ?? [])],
    run: [],
    copy: [],
    add: [],
    lines: new Map(base?.lines),
  };
}

function applyInstruction(
  instruction: Instruction,
  stage: Stage,
  expander: Expander,
  globals: MutableProperties,
): void {
  const { name, text, line } = instruction;
  switch (name) {
    case 'ARG':
      return declareArguments(instruction, stage.args, globals, expander);
    case 'ENV':
      return assign(instruction, stage.env, 'env', stage, expander);
    case 'LABEL':
      return assign(instruction, stage.labels, 'labels', stage, expander);
    case 'USER':
      stage.user = expander.text(text);
      stage.lines.set('user', line);
      return;
    case 'WORKDIR':
      stage.workdir = expander.text(text);
      return;
    case 'EXPOSE':
      for (const port of text.split(/\s+/)) if (port !== '') stage.expose.push(exposed(expander.text(port)));
      stage.lines.set('expose', line);
      return;
    case 'VOLUME':
      stage.volumes.push(...(execForm(text) ?? text.split(/\s+/)).map((path) => expander.text(path)));
      return;
    case 'ENTRYPOINT':
      stage.entrypoint = commandOf(text);
      // A new entrypoint drops the command taken over from the base.
      if (stage.cmd === stage.base?.cmd) stage.cmd = undefined;
      stage.lines.set('entrypoint', line);
      return;
    case 'CMD':
      stage.cmd = commandOf(text);
      stage.lines.set('cmd', line);
      return;
    case 'HEALTHCHECK':
      stage.healthcheck = /^none$/i.test(text) ? 'NONE' : commandOf(text.replace(/^cmd\s+/i, ''));
      return;
    case 'RUN':
      stage.run.push(
        bag({
          command: runText(instruction),
          stage: stage.name,
          line,
          mounts: [...(instruction.flags.get('mount') ?? [])],
        }),
      );
      return;
    case 'COPY':
    case 'ADD':
      (name === 'COPY' ? stage.copy : stage.add).push(transfer(instruction, stage, expander));
      return;
    default:
  }
}

function runText({ text, heredocs }: Instruction): string {
  const command = (execForm(text)?.join(' ') ?? text).replace(/\s+/g, ' ');
  return heredocs.length === 0 ? command : [command, ...heredocs.map(({ content }) => content)].join('\n');
}

/** Shell form runs under `/bin/sh -c`, as the builder records it. */
function commandOf(text: string): Value {
  return execForm(text) ?? ['/bin/sh', '-c', text];
}

function execForm(text: string): string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) && parsed.every((item) => typeof item === 'string') ? parsed : undefined;
  } catch {
    // Docker takes what is not JSON as shell form.
    return undefined;
  }
}

/** `ARG NAME[=default] …`; inside a stage a bare name takes the global default. */
function declareArguments(
  instruction: Instruction,
  into: MutableProperties,
  globals: MutableProperties | undefined,
  expander: Expander,
): void {
  for (const word of splitCommand(instruction.text)) {
    const cut = word.indexOf('=');
    const name = cut === -1 ? word : word.slice(0, cut);
    if (!/^[A-Za-z_]\w*$/.test(name)) continue;
    into[name] =
      cut === -1
        ? (globals?.[name] ?? new Unknown(`build argument \`${name}\` has no default`))
        : expander.text(word.slice(cut + 1));
  }
}

/** `KEY=value KEY2="a b"`, or the old `KEY value`. */
function assign(
  { text, line }: Instruction,
  into: MutableProperties,
  path: string,
  stage: Stage,
  expander: Expander,
): void {
  const old = /^([\w.-]{1,200})\s+([\s\S]*)$/.exec(text);
  const pairs: (readonly [string, string])[] = old !== null ? [[old[1] ?? '', old[2] ?? '']] : splitAssignments(text);
  for (const [name, value] of pairs) {
    into[name] = expander.text(value);
    stage.lines.set(`${path}.${name}`, line);
  }
}

function splitAssignments(text: string): (readonly [string, string])[] {
  return splitCommand(text.replace(/\\\$/g, '\\\\$')).flatMap((word) => {
    const cut = word.indexOf('=');
    return cut <= 0 ? [] : [[word.slice(0, cut), word.slice(cut + 1)] as const];
  });
}

function exposed(port: Value): Value {
  if (typeof port !== 'string') return bag({ port });
  const [number = '', protocol = 'tcp'] = port.split('/');
  return bag({ port: /^\d{1,5}$/.test(number) ? Number(number) : number, protocol: protocol.toLowerCase() });
}

function transfer(instruction: Instruction, stage: Stage, expander: Expander): Value {
  const { flags, text, line, heredocs } = instruction;
  const words = execForm(text) ?? splitCommand(text.replace(/<<-?\s{0,8}["']?[\w.-]{1,100}["']?/g, ''));
  const destination = words.at(-1) ?? '';
  const sources = words.slice(0, -1).map((word) => expander.text(word));
  const result = bag({ sources, destination: expander.text(destination), stage: stage.name, line });
  for (const flag of ['from', 'chown', 'chmod', 'checksum']) {
    const value = flags.get(flag)?.[0];
    if (value !== undefined) result[flag] = expander.text(value);
  }
  result['remote'] = sources.some(isRemote);
  if (heredocs.length > 0) result['heredoc'] = true;
  return result;
}

function isRemote(source: Value): boolean {
  const first = source instanceof Interpolated ? source.parts[0] : source;
  return typeof first === 'string' && /^(?:https?:\/\/|git@|ssh:\/\/|git:\/\/)/i.test(first);
}

/** A stage as listed under `stages`. */
export function stageProperties(stage: Stage): MutableProperties {
  return bag({ name: stage.name, from: fromProperties(stage), line: stage.line });
}

/** What a stage starts from: `{image, repository, tag, digest}`, or `{stage}`. */
export function fromProperties(stage: Stage): MutableProperties {
  if (stage.base !== undefined) return bag({ stage: stage.base.name });
  const { reference = null, ...rest } = imageProperties(stage.from) ?? {};
  return bag({ image: reference, ...rest });
}

function bag(values: Readonly<Record<string, Value>>): MutableProperties {
  return Object.assign(newProperties(), values);
}

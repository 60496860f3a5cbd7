import { messageOf } from '../../../../base/errors.ts';
import type { Gap } from '../../../../model/gap.ts';
import { parseJson } from '../../../documents/json.ts';
import type { DocNode, MapNode } from '../../../documents/node.ts';
import { type Block, Body, type Expression } from './ast.ts';
import { parseTemplate } from './parse-hcl.ts';
import { SyntaxFailure } from './scanner.ts';

/** Block types of the first level and how many labels they take. */
const labelsOf: Readonly<Record<string, number>> = {
  resource: 2,
  data: 2,
  ephemeral: 2,
  variable: 1,
  output: 1,
  module: 1,
  provider: 1,
  locals: 0,
  terraform: 0,
};

/**
 * Parses Terraform's JSON syntax (https://developer.hashicorp.com/terraform/language/syntax/json) into the same tree as
 * the native one. Strings are templates. Without the provider's schema a nested block cannot be told from an object:
 * it stays an attribute; `dynamic` is a block.
 */
export function parseJsonBody(text: string, file: string): { body: Body; gaps: Gap[] } {
  const { root, gaps } = parseJson(text, file);
  const body = new Body();
  const reader = new JsonReader(file, gaps);
  for (const map of mapsOf(root)) {
    for (const [key, { node }] of map.entries) {
      const labels = Object.hasOwn(labelsOf, key) ? labelsOf[key] : undefined;
      if (labels !== undefined) reader.blocks(key, labels, node, [], body, node);
    }
  }
  return { body, gaps };
}

/** Parses a JSON variables file: every key is an attribute with a plain value. */
export function parseJsonVariables(text: string, file: string): { body: Body; gaps: Gap[] } {
  const { root, gaps } = parseJson(text, file);
  const body = new Body();
  const reader = new JsonReader(file, gaps, false);
  for (const map of mapsOf(root)) reader.attributes(map, body);
  return { body, gaps };
}

function mapsOf(node: DocNode | undefined): MapNode[] {
  if (node?.kind === 'map') return [node];
  return node?.kind === 'list' ? node.items.filter((item): item is MapNode => item.kind === 'map') : [];
}

class JsonReader {
  readonly #file: string;
  readonly #gaps: Gap[];
  readonly #templates: boolean;

  constructor(file: string, gaps: Gap[], templates = true) {
    this.#file = file;
    this.#gaps = gaps;
    this.#templates = templates;
  }

  /** Reads blocks whose labels are the keys of nested objects. */
  blocks(
    type: string,
    missing: number,
    node: DocNode,
    labels: readonly string[],
    body: Body,
    place: { line: number; column: number },
  ): void {
    for (const map of mapsOf(node)) {
      if (missing > 0) {
        for (const [key, entry] of map.entries)
          this.blocks(type, missing - 1, entry.node, [...labels, key], body, entry);
        continue;
      }
      const block: Block = { type, labels, body: new Body(), line: place.line, column: place.column };
      this.attributes(map, block.body, type);
      body.blocks.push(block);
    }
  }

  attributes(map: MapNode, body: Body, type = ''): void {
    for (const [name, entry] of map.entries) {
      if (name === '//') continue;
      if (name === 'dynamic' && this.#templates) this.#dynamic(entry.node, body);
      else if (name === 'lifecycle' || name === 'provisioner' || name === 'connection') continue;
      else
        body.add({
          name,
          expression: this.#expression(entry.node, type === 'variable' && name === 'default'),
          line: entry.line,
          column: entry.column,
        });
    }
  }

  #dynamic(node: DocNode, body: Body): void {
    for (const map of mapsOf(node)) {
      for (const [label, entry] of map.entries) {
        for (const definition of mapsOf(entry.node)) {
          const block: Block = {
            type: 'dynamic',
            labels: [label],
            body: new Body(),
            line: entry.line,
            column: entry.column,
          };
          for (const [name, part] of definition.entries) {
            if (name === 'content') this.blocks('content', 0, part.node, [], block.body, part);
            else if (name === 'iterator') this.#iterator(part.node, block.body);
            else
              block.body.add({
                name,
                expression: this.#expression(part.node, false),
                line: part.line,
                column: part.column,
              });
          }
          body.blocks.push(block);
        }
      }
    }
  }

  #iterator(node: DocNode, body: Body): void {
    if (node.kind !== 'scalar' || typeof node.value !== 'string') return;
    const { line, column } = node;
    body.add({
      name: 'iterator',
      expression: { kind: 'traversal', root: node.value, steps: [], line, column },
      line,
      column,
    });
  }

  #expression(node: DocNode, plain: boolean): Expression {
    const { line, column } = node;
    switch (node.kind) {
      case 'list':
        return { kind: 'tuple', items: node.items.map((item) => this.#expression(item, plain)), line, column };
      case 'map': {
        const entries = [...node.entries]
          .filter(([key]) => key !== '//')
          .map(([key, entry]) => ({
            key: this.#text(key, entry.line, entry.column, plain),
            value: this.#expression(entry.node, plain),
          }));
        return { kind: 'object', entries, line, column };
      }
      case 'scalar':
        return typeof node.value === 'string'
          ? this.#text(node.value, line, column, plain)
          : { kind: 'literal', value: node.value, line, column };
    }
  }

  #text(text: string, line: number, column: number, plain: boolean): Expression {
    if (plain || !this.#templates || !/[$%]\{/.test(text)) return { kind: 'literal', value: text, line, column };
    try {
      return parseTemplate(text, { line, column: column + 1 });
    } catch (thrown) {
      const kind = thrown instanceof SyntaxFailure ? thrown.kind : 'too-large';
      this.#gaps.push({
        kind,
        reason: `not a valid template: ${messageOf(thrown)}`,
        location: { file: this.#file, line, column },
      });
      return { kind: 'call', name: 'unparsed', args: [], spread: false, line, column };
    }
  }
}

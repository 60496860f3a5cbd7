import type { Location, Positions } from '../../model/location.ts';
import type { Confidence, Resource } from '../../model/resource.ts';
import { type MutableProperties, newProperties, Ref, type Value } from '../../model/value.ts';
import type { At } from './ir.ts';

/** The resource types of application code; shapes in shapes.ts. */
export type CodeType =
  | 'code.application'
  | 'code.model-client'
  | 'code.agent'
  | 'code.tool'
  | 'code.data-store'
  | 'code.sink'
  | 'code.prompt'
  | 'code.mcp-server'
  | 'code.server'
  | 'code.secret'
  | 'code.model-file'
  | 'code.workflow';

/** A resource while it is put together. */
export class Draft {
  readonly type: CodeType;
  readonly file: string;
  readonly at: At;
  name: string;
  readonly properties: MutableProperties = newProperties();
  readonly positions: Record<string, readonly [number, number] | readonly [number, number, string]> = Object.create(
    null,
  ) as Record<string, never>;
  /** Ids of what it contains: edges of kind `contains`. */
  readonly links: string[] = [];
  /** Ids of what it uses: tools, models, stores. */
  readonly uses: string[] = [];

  constructor(type: CodeType, file: string, at: At, name: string) {
    this.type = type;
    this.file = file;
    this.at = at;
    this.name = name;
  }

  /** `<file>#<kind>:<line>:<column>`: one construct, one id. */
  get id(): string {
    return `${this.file}#${this.type.slice('code.'.length)}:${this.at.line}:${this.at.column}`;
  }

  /** Sets a top-level property and where it stands; undefined leaves it out. */
  set(path: string, value: Value | undefined, at?: At): this {
    if (value === undefined) return this;
    this.properties[path] = value;
    if (at !== undefined) this.positions[path] = [at.line, at.column];
    return this;
  }

  /** Where a nested property stands; `file` when it is another than the resource's. */
  place(path: string, at: At, file = this.file): void {
    this.positions[path] = file === this.file ? [at.line, at.column] : [at.line, at.column, file];
  }

  /** An edge from this resource to one it uses. */
  use(id: string): void {
    if (id !== this.id && !this.uses.includes(id)) this.uses.push(id);
  }

  finish(dialect: string, scope: string, confidence: Confidence): Resource {
    const location: Location = { file: this.file, ...this.at };
    if (this.links.length > 0) this.properties['$links'] = this.links.map((id) => new Ref(id));
    if (this.uses.length > 0) this.properties['uses'] = this.uses.map((id) => new Ref(id));
    return {
      id: this.id,
      type: this.type,
      name: this.name,
      dialect,
      address: this.id.slice(this.id.indexOf('#') + 1),
      scope,
      location,
      properties: this.properties,
      positions: this.positions satisfies Positions,
      confidence,
    };
  }
}

import type { Choices } from '../choices.ts';

/** What a draft reads of an entry of `tools/list` (MCP 2025-11-25, Tool); the rest of it is of no matter. */
export interface ToolDefinition {
  readonly name: string;
  readonly description?: string | undefined;
  readonly arguments: readonly ToolArgument[];
  /** What its schema allows for arguments. */
  readonly choices?: Choices | undefined;
  readonly hints: {
    readonly readOnly?: boolean | undefined;
    readonly destructive?: boolean | undefined;
    readonly openWorld?: boolean | undefined;
  };
}

export interface ToolArgument {
  readonly name: string;
  /** JSON Schema `format`, where there is one. */
  readonly format?: string | undefined;
}

/** A definition as far as a call that was seen tells it. */
export function definitionOfCall(name: string, args: unknown): ToolDefinition {
  const names = typeof args === 'object' && args !== null && !Array.isArray(args) ? Object.keys(args) : [];
  return { name, arguments: names.map((argument) => ({ name: argument })), hints: {} };
}

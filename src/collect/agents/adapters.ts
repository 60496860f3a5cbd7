import type { Adapter } from './adapter.ts';
import { claudeCode } from './claude-code/claude-code.ts';
import { codex } from './codex/codex.ts';
import { cursor } from './cursor/cursor.ts';
import { genericMcp } from './generic-mcp/generic-mcp.ts';
import { vscode } from './vscode/vscode.ts';

/** Every client Demarc reads; one folder each. Order matters only for the report. */
export const adapters: readonly Adapter[] = [claudeCode, codex, cursor, vscode, genericMcp];

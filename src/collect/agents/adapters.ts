import type { Adapter } from './adapter.ts';
import { amazonQ } from './amazon-q/amazon-q.ts';
import { antigravity } from './antigravity/antigravity.ts';
import { browsers } from './browsers/browsers.ts';
import { claudeCode } from './claude-code/claude-code.ts';
import { claudeDesktop } from './claude-desktop/claude-desktop.ts';
import { cline } from './cline/cline.ts';
import { codex } from './codex/codex.ts';
import { continueDev } from './continue/continue.ts';
import { copilotCli } from './copilot-cli/copilot-cli.ts';
import { cursor } from './cursor/cursor.ts';
import { devcontainer } from './devcontainer/devcontainer.ts';
import { geminiCli } from './gemini-cli/gemini-cli.ts';
import { genericMcp } from './generic-mcp/generic-mcp.ts';
import { githubActions } from './github-actions/github-actions.ts';
import { goose } from './goose/goose.ts';
import { junie } from './junie/junie.ts';
import { kiro } from './kiro/kiro.ts';
import { mcpb } from './mcpb/mcpb.ts';
import { openclaw } from './openclaw/openclaw.ts';
import { opencode } from './opencode/opencode.ts';
import { roo } from './roo/roo.ts';
import { vscode } from './vscode/vscode.ts';
import { windsurf } from './windsurf/windsurf.ts';
import { zed } from './zed/zed.ts';

/** Every client Demarc reads; one folder each. The order is that of the report. */
export const adapters: readonly Adapter[] = [
  claudeCode,
  claudeDesktop,
  vscode,
  copilotCli,
  codex,
  geminiCli,
  cursor,
  windsurf,
  kiro,
  amazonQ,
  cline,
  roo,
  continueDev,
  goose,
  zed,
  opencode,
  antigravity,
  junie,
  openclaw,
  mcpb,
  devcontainer,
  githubActions,
  ...browsers,
  genericMcp,
];

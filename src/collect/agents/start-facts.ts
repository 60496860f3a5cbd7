import type { Value } from '../../model/value.ts';
import { inspectCommand } from './inspect-command.ts';

/** Agents started without anyone to ask: the client's program with the flag that skips every prompt. Sources: the clients' `--help`. */
const unattended =
  /\b(?:claude|codex|gemini|copilot|cursor-agent|agent|goose|opencode|qwen|q|kiro-cli|amp|aider|droid|agy)\b[^\n;&|]{0,200}(?:--dangerously-skip-permissions|--dangerously-bypass-approvals-and-sandbox|--yolo\b|--allow-all-tools|--allow-all\b|--full-auto\b|--permission-mode[= ](?:bypassPermissions|auto)|--approval-mode[= ](?:yolo|never)|--ask-for-approval[= ]never|--trust-all-tools|--force\b|--yes-always|--skip-permissions-unsafe)|\bgemini\b[^\n;&|]{0,120}\s-y\b|\bcodex\b[^\n;&|]{0,200}danger-full-access/i;
const agent = /(?:^|[\s;&|"'/])(?:claude|codex|gemini|copilot|cursor-agent|goose|opencode|aider|amp)(?=\s|$)/i;

/** What a command does that starts by itself: whether it starts an agent, and one that asks nobody. */
export function startFacts(command: string): Record<string, Value> {
  const { downloadsAndExecutes = false, sendsOut = false } = inspectCommand(command);
  return { startsAgent: agent.test(command), unattended: unattended.test(command), downloadsAndExecutes, sendsOut };
}

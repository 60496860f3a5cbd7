import { azureOpenaiDiagnostics } from './azure-openai-diagnostics/azure-openai-diagnostics.ts';
import { bedrockInvocation } from './bedrock-invocation/bedrock-invocation.ts';
import { claudeCodeOtel } from './claude-code-otel/claude-code-otel.ts';
import { claudeCompliance } from './claude-compliance/claude-compliance.ts';
import { cloudtrail } from './cloudtrail/cloudtrail.ts';
import { githubCopilotAudit } from './github-copilot-audit/github-copilot-audit.ts';
import type { LogFormat } from './log-format.ts';
import { m365Copilot } from './m365-copilot/m365-copilot.ts';
import { openaiCompliance } from './openai-compliance/openai-compliance.ts';
import { vertexRequestResponse } from './vertex-request-response/vertex-request-response.ts';

/** Every audit source that can be imported, one a folder. */
export const logFormats: readonly LogFormat[] = [
  azureOpenaiDiagnostics,
  bedrockInvocation,
  claudeCodeOtel,
  claudeCompliance,
  cloudtrail,
  githubCopilotAudit,
  m365Copilot,
  openaiCompliance,
  vertexRequestResponse,
];

import { child } from '../../documents/node.ts';
import { type Adapter, everywhere, type FileForm } from '../adapter.ts';
import { readAgentFile } from '../agent-file.ts';
import { instructionForms } from '../read-instructions.ts';
import { readServers } from '../read-servers.ts';

const servers = (at: string, scope: FileForm['scope']): FileForm => ({
  at,
  scope,
  format: 'json',
  read: (file, sink) => readServers(child(file.root, 'mcpServers'), file, sink),
});
const agents = (at: string, scope: FileForm['scope']): FileForm => ({ at, scope, format: 'json', read: readAgentFile });

/** Amazon Q Developer CLI and IDE (docs.aws.amazon.com/amazonq/latest/qdeveloper-ug, aws/amazon-q-developer-cli). */
export const amazonQ: Adapter = {
  id: 'amazon-q',
  name: 'Amazon Q Developer',
  policy: undefined,
  forms: [
    servers('.amazonq/mcp.json', 'project'),
    servers('.amazonq/default.json', 'project'),
    servers('.aws/amazonq/mcp.json', 'user'),
    agents('.amazonq/cli-agents/*.json', 'project'),
    agents('.aws/amazonq/cli-agents/*.json', 'user'),
    ...instructionForms('rules', '.amazonq/rules/**/*.md'),
  ],
  machine: everywhere('~/.aws/amazonq'),
};

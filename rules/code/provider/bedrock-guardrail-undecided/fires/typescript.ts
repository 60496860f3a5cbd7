import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';

const client = new BedrockRuntimeClient({ region: 'eu-west-1' });
export const answer = await client.send(new ConverseCommand({ modelId: 'anthropic.claude-sonnet-4-5-v1:0', messages: [] }));

import boto3

client = boto3.client("bedrock-runtime", region_name="eu-west-1")
answer = client.converse(modelId="anthropic.claude-sonnet-4-5-v1:0", messages=[], inferenceConfig={"maxTokens": 500})

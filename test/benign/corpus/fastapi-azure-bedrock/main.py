import os

import boto3
from fastapi import APIRouter, Depends, FastAPI, Security
from openai import AsyncAzureOpenAI
from azure.identity.aio import DefaultAzureCredential, get_bearer_token_provider
from .auth import verify_token, current_user

app = FastAPI(dependencies=[Depends(verify_token)])
router = APIRouter(prefix="/v1", dependencies=[Security(current_user, scopes=["chat"])])
provider = get_bearer_token_provider(DefaultAzureCredential(), "https://cognitiveservices.azure.com/.default")
client = AsyncAzureOpenAI(azure_endpoint=os.environ["AZURE_OPENAI_ENDPOINT"], azure_ad_token_provider=provider, api_version="2025-04-01-preview")
bedrock = boto3.client("bedrock-runtime", region_name="eu-central-1")


@router.post("/chat")
async def chat(body: dict):
    reply = await client.chat.completions.create(
        model="chat", max_tokens=400, messages=[{"role": "system", "content": "Be brief."}, {"role": "user", "content": body["text"]}]
    )
    return reply.choices[0].message.content


@app.post("/converse")
async def converse(body: dict):
    reply = bedrock.converse(
        modelId="eu.anthropic.claude-sonnet-4-20250514-v1:0",
        guardrailConfig={"guardrailIdentifier": os.environ["GUARDRAIL_ID"], "guardrailVersion": "3"},
        inferenceConfig={"maxTokens": 300},
        messages=[{"role": "user", "content": [{"text": body["text"]}]}],
    )
    return reply["output"]["message"]["content"][0]["text"]


app.include_router(router)

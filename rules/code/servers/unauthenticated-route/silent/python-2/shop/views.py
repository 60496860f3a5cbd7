from anthropic import Anthropic
from django.http import JsonResponse

client = Anthropic()


def ask(request):
    message = client.messages.create(
        model="claude-sonnet-4-5", max_tokens=500, messages=[{"role": "user", "content": request.POST["text"]}]
    )
    return JsonResponse({"text": message.content[0].text})

from anthropic import Anthropic
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import JsonResponse
from django.views import View

client = Anthropic()


@login_required
def rewrite(request):
    message = client.messages.create(
        model="claude-sonnet-4-5",
        max_tokens=500,
        system="Rewrite the text in plain language.",
        messages=[{"role": "user", "content": request.POST["text"][:4000]}],
    )
    return JsonResponse({"text": message.content[0].text})


class Translate(LoginRequiredMixin, View):
    def post(self, request):
        message = client.messages.create(
            model="claude-sonnet-4-5", max_tokens=500, messages=[{"role": "user", "content": request.POST["text"]}]
        )
        return JsonResponse({"text": message.content[0].text})

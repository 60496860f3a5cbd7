import { describe, expect, it } from 'vitest';
import { Unknown, type Value } from '../../model/value.ts';
import { collectTree } from './fixtures/collect-tree.ts';

interface Server {
  readonly framework: Value | undefined;
  readonly route: Value | undefined;
  readonly auth: Value | undefined;
  readonly uses: number;
}

/** The servers of a tree, with `unknown` for an authentication that is not known. */
async function servers(files: Readonly<Record<string, string>>): Promise<Server[]> {
  const { resources } = await collectTree(files);
  return resources
    .filter(({ type }) => type === 'code.server')
    .map(({ properties }) => ({
      framework: properties['framework'],
      route: properties['route'],
      auth: properties['auth'] instanceof Unknown ? 'unknown' : properties['auth'],
      uses: (properties['uses'] as readonly unknown[]).length,
    }));
}

const views = `
from anthropic import Anthropic
from django.contrib.auth.decorators import login_required
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.views import APIView
client = Anthropic()

def ask(request):
    return client.messages.create(model="m", messages=[{"role": "user", "content": request.POST["text"]}])

@login_required
def mine(request):
    return ask(request)

def about(request):
    return None

class Chat(APIView):
    permission_classes = [IsAuthenticated]
    def post(self, request):
        return client.messages.create(model="m", messages=[])

class Open(APIView):
    permission_classes = [AllowAny]
    def post(self, request):
        return client.messages.create(model="m", messages=[])
`;
const urls = `
from django.urls import path, re_path
from django.contrib.auth.decorators import login_required
from . import views
from .views import ask
urlpatterns = [
    path("ask/", views.ask),
    path("wrapped/", login_required(ask)),
    path("mine/", views.mine),
    path("about/", views.about),
    re_path(r"^chat/$", views.Chat.as_view()),
    path("open/", views.Open.as_view(), name="open"),
]
`;
const settings = (...more: readonly string[]): string =>
  `MIDDLEWARE = [\n${['django.contrib.sessions.middleware.SessionMiddleware', 'django.contrib.auth.middleware.AuthenticationMiddleware', ...more].map((name) => `    "${name}",\n`).join('')}]\n`;

describe('routes of Django', () => {
  const found = (more: Readonly<Record<string, string>>) =>
    servers({ 'shop/assistant/views.py': views, 'shop/assistant/urls.py': urls, ...more });

  it('lead to views of another file; without the settings nobody knows who is let in', async () => {
    expect(await found({})).toEqual([
      { framework: 'django', route: '/ask/', auth: 'unknown', uses: 1 },
      { framework: 'django', route: '/wrapped/', auth: 'present', uses: 1 },
      { framework: 'django', route: '/mine/', auth: 'present', uses: 1 },
      { framework: 'django', route: '/chat/', auth: 'present', uses: 1 },
      { framework: 'django', route: '/open/', auth: 'absent', uses: 1 },
    ]);
  });

  it.each([
    [settings(), 'absent'],
    [settings('django.contrib.auth.middleware.LoginRequiredMiddleware'), 'unknown'],
    [settings('shop.middleware.OnlyStaff'), 'unknown'],
    [`${settings()}MIDDLEWARE.append("shop.middleware.OnlyStaff")\n`, 'unknown'],
    [`${settings()}REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["x"]}\n`, 'unknown'],
  ])('are open only where every middleware is known to let everyone through', async (text, auth) => {
    const [ask] = await found({ 'shop/settings.py': text });
    expect(ask).toMatchObject({ route: '/ask/', auth });
  });
});

describe('routes of Nest', () => {
  const service = `
import { GoogleGenAI } from '@google/genai';
export class ChatService {
  private readonly ai = new GoogleGenAI({});
  ask(text: string) { return this.ai.models.generateContent({ model: 'gemini-2.5-flash', contents: text }); }
}
`;
  const controller = (guard: string, onMethod = ''): string => `
import { Body, Controller, Get, Post, UseGuards } from '@nestjs/common';
import { ThrottlerGuard } from '@nestjs/throttler';
import { JwtAuthGuard } from './jwt.guard';
import { ChatService } from './chat.service';
${guard}
@Controller('chat')
export class ChatController {
  constructor(private readonly chat: ChatService) {}
  ${onMethod}
  @Post('ask')
  ask(@Body() body: string) { return this.chat.ask(body); }
  @Get()
  health() { return 'ok'; }
}
`;

  it.each([
    ['', '', 'unknown'],
    ['@UseGuards(JwtAuthGuard)', '', 'present'],
    ['', '@UseGuards(JwtAuthGuard)', 'present'],
    ['@UseGuards(ThrottlerGuard)', '', 'unknown'],
  ])('of a controller with %j and a method with %j', async (guard, onMethod, auth) => {
    const found = await servers({
      'src/chat.service.ts': service,
      'src/chat.controller.ts': controller(guard, onMethod),
    });
    expect(found).toEqual([{ framework: 'nest', route: '/chat/ask', auth, uses: 1 }]);
  });
});

describe('routes of net/http in Go', () => {
  const handler = `package main
import (
	"context"
	"net/http"
	"github.com/openai/openai-go/v3"
)
var client = openai.NewClient()
func ask(w http.ResponseWriter, r *http.Request) {
	client.Chat.Completions.New(context.Background(), openai.ChatCompletionNewParams{Model: "m"})
}
func health(w http.ResponseWriter, r *http.Request) {}
`;
  const main = (body: string): string => `package main
import "net/http"
func main() {
${body}
}
`;

  it.each([
    ['http.HandleFunc("/ask", ask)\nhttp.ListenAndServe(":80", nil)', '/ask', 'absent'],
    ['mux := http.NewServeMux()\nmux.HandleFunc("POST /ask", ask)\nhttp.ListenAndServe(":80", mux)', '/ask', 'absent'],
    ['mux := http.NewServeMux()\nmux.HandleFunc("POST api.example.com/ask/{id}", ask)', '/ask/{id}', 'unknown'],
    [
      'mux := http.NewServeMux()\nmux.Handle("POST /ask", http.HandlerFunc(ask))\nhttp.ListenAndServe(":80", requireAuth(mux))',
      '/ask',
      'present',
    ],
    [
      'mux := http.NewServeMux()\nmux.Handle("/ask", requireUser(http.HandlerFunc(ask)))\nhttp.ListenAndServe(":80", mux)',
      '/ask',
      'present',
    ],
  ])('%j', async (body, route, auth) => {
    const expected = [{ framework: 'go', route, auth, uses: 1 }];
    expect(await servers({ 'handler.go': handler, 'main.go': main(body) })).toEqual(expected);
    expect(await servers({ 'main.go': `${handler}func main() {\n${body}\n}\n` })).toEqual(expected);
  });

  it('that reach no model are none', async () => {
    expect(await servers({ 'handler.go': handler, 'main.go': main('http.HandleFunc("/health", health)') })).toEqual([]);
  });
});

describe('routes of other frameworks', () => {
  it('lead to functions they import', async () => {
    const files = {
      'app/llm.py':
        'import openai\nclient = openai.OpenAI()\ndef complete(text):\n    return client.responses.create(model="m", input=text)\n',
      'app/main.py':
        '# openai\nfrom fastapi import FastAPI\nfrom app.llm import complete\napp = FastAPI()\n@app.post("/ask")\ndef ask(text: str):\n    return complete(text)\n',
    };
    expect(await servers(files)).toEqual([{ framework: 'fastapi', route: '/ask', auth: 'absent', uses: 1 }]);
  });
});

import { Body, Controller, Post, UseGuards } from '@nestjs/common';
import { GoogleGenAI } from '@google/genai';
import { JwtAuthGuard } from './jwt-auth.guard';

const ai = new GoogleGenAI({ vertexai: true, project: process.env.PROJECT, location: 'europe-west4' });

@Controller('chat')
@UseGuards(JwtAuthGuard)
export class ChatController {
  @Post()
  async chat(@Body('text') text: string) {
    const response = await ai.models.generateContent({
      model: 'gemini-2.5-flash',
      contents: text,
      config: { maxOutputTokens: 500, systemInstruction: 'Answer in one paragraph.' },
    });
    return { text: response.text };
  }
}

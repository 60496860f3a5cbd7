import type { Module } from '../ir.ts';
import type { Syntax } from '../syntax/syntax.ts';

export function lowerGo(_root: Syntax, _text: string, file: string): Module {
  return { language: 'go', file, imports: [], steps: [], clientSide: false };
}

import type { Module } from '../ir.ts';
import type { Syntax } from '../syntax/syntax.ts';

export function lowerCsharp(_root: Syntax, _text: string, file: string): Module {
  return { language: 'csharp', file, imports: [], steps: [], clientSide: false };
}

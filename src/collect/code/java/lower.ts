import type { Module } from '../ir.ts';
import type { Syntax } from '../syntax/syntax.ts';

export function lowerJava(_root: Syntax, _text: string, file: string): Module {
  return { language: 'java', file, imports: [], steps: [], clientSide: false };
}

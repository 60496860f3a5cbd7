import { child, newBudget, stringOf, toValue } from '../../documents/node.ts';
import type { OpenFile, Sink } from '../adapter.ts';
import { bagOf, textsOf } from '../lookup.ts';
import { startFacts } from '../start-facts.ts';

/** Tasks of `.vscode/tasks.json` that run when the folder is opened (code.visualstudio.com/docs/debugtest/tasks). Others are started by a person. */
export function readTasks(file: OpenFile, sink: Sink): void {
  const tasks = child(file.root, 'tasks');
  if (tasks?.kind !== 'list') return;
  for (const [index, task] of tasks.items.entries()) {
    if (stringOf(child(child(task, 'runOptions'), 'runOn')) !== 'folderOpen') continue;
    const args = child(task, 'args');
    const words = args === undefined ? [] : textsOf(toValue(args, {}, '', newBudget()));
    const command = [
      stringOf(child(task, 'command')) ?? stringOf(child(child(task, 'command'), 'value')) ?? '',
      ...words,
    ]
      .join(' ')
      .trim();
    const name = stringOf(child(task, 'label')) ?? `task ${index + 1}`;
    const place = child(task, 'command') ?? task;
    const properties = bagOf({
      name,
      client: file.client,
      scope: file.scope,
      trigger: 'folderOpen',
      command,
      ...startFacts(command),
    });
    const positions = Object.fromEntries(
      Object.keys(properties).map((key) => [key, [place.line, place.column] as const]),
    );
    sink.add(file, {
      type: 'editor.task',
      name,
      address: `task:${name}`,
      line: task.line,
      column: task.column,
      properties,
      positions,
    });
  }
}

import { mockIPC } from '@tauri-apps/api/mocks';
import { EngineError, type Engine } from '../src/lib/engine.js';

type Command = (...asked: unknown[]) => Promise<unknown>;

const answers: Record<string, Command | undefined> = {};

/**
 * Answers commands of the window in the place of the Rust side, below the door through which screens ask: for tests
 * and development pages. What is given later goes over what was given before.
 */
export function standIn(more: Partial<Engine>): void {
  Object.assign(answers, more);
  mockIPC(answer, { shouldMockEvents: true });
}

async function answer(command: string, asked?: unknown): Promise<unknown> {
  const name = command.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  try {
    const found = answers[name];
    if (!found) throw new EngineError('no_engine');
    // the bindings name what is asked in the order of the command's own
    return await found(...Object.values(asked ?? {}));
  } catch (error) {
    // a problem crosses as what it is, not as an error of this side
    throw error instanceof EngineError ? { ...error.details, code: error.code } : error;
  }
}

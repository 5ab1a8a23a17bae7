import { commands, events, operationKinds, slipKinds, type Changed } from './bindings.js';
import { EngineError } from './engine-error.js';

export type * from './bindings.js';
export { EngineError };
/** What is taken at most; the engine checks all of it again. */
export { limits } from './bindings.js';

/** What a clerk can have done, as {@link OpView} names it; a later build may name more. */
export type OperationKind = (typeof operationKinds)[number];
/** Those of which the customer gets a slip. */
export const kindsWithSlips: readonly string[] = slipKinds;

type Commands = typeof commands;

/** What is asked may leave a field to its default; what is answered has every one. */
type Whole<T> = T extends readonly unknown[] ? T : T extends object ? Required<T> : T;

/** What a command answers where it succeeds. */
type Answered<Command extends keyof Commands> = Whole<
  Extract<Awaited<ReturnType<Commands[Command]>>, { status: 'ok' }>['data']
>;

/** Every command of the engine under its own name; where one fails, an {@link EngineError} is thrown. */
export type Engine = {
  readonly [Command in keyof Commands]: (
    ...asked: Parameters<Commands[Command]>
  ) => Promise<Answered<Command>>;
};

type Answer = Awaited<ReturnType<Commands[keyof Commands]>>;

/** The one door to the Rust side: the generated commands. Screens import this and nothing below it. */
export const engine = Object.fromEntries(
  Object.entries(commands).map(([name, command]) => [
    name,
    async (...asked: unknown[]) => {
      // a page in a browser has no engine behind it
      if (!('__TAURI_INTERNALS__' in globalThis)) throw new EngineError('no_engine');
      const answer = await (command as (...asked: unknown[]) => Promise<Answer>)(...asked);
      if (answer.status === 'ok') return answer.data;
      throw new EngineError(answer.error.code, answer.error);
    },
  ]),
) as unknown as Engine;

/** Hears of everything that changed on the counter. Answers how to stop listening. */
export function onChange(listener: (changed: Changed) => void): () => void {
  const stop = events.engineChanged.listen((event) => listener(event.payload));
  return () => void stop.then((end) => end());
}

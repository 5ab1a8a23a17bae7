import type { commands } from './bindings.js';
import { EngineError } from './engine-error.js';
import type { Answered } from './engine-types.js';

export type SlipView = Answered<'slipShow'>;
export type SlipPart = SlipView['parts'][number];
export type Printed = Answered<'slipPrint'>;
export type Saved = Answered<'slipSave'>;
export type PrinterSettings = Answered<'printerShow'>;
export type PrinterTarget = PrinterSettings['target'];
export type SlipFormat = Parameters<(typeof commands)['slipSave']>[1];
export type SlipLanguage = Parameters<(typeof commands)['slipShow']>[1];

/** The customer's receipt: shown, printed, saved; and the printer. */
export interface SlipEngine {
  /** `which`: the id of an operation of this counter, or a till's receipt number. */
  show(which: string, language: SlipLanguage): Promise<SlipView>;
  print(which: string): Promise<Printed>;
  /** Only where the settings say so, and only once. */
  printByItself(which: string): Promise<Printed>;
  save(which: string, format: SlipFormat, language: SlipLanguage): Promise<Saved>;
  printer(): Promise<PrinterSettings>;
  setPrinter(settings: PrinterSettings): Promise<PrinterSettings>;
  testPrinter(settings: PrinterSettings): Promise<void>;
}

let current: SlipEngine | null = null;

/** The door to the Rust side. */
export const slips = new Proxy({} as SlipEngine, {
  get(_, name: string) {
    return (...args: unknown[]) => {
      const door = current as unknown as Record<string, (...args: unknown[]) => unknown> | null;
      return door ? door[name]!(...args) : Promise.reject(new EngineError('no_engine'));
    };
  },
});

/** Tests and the development fixture stand in for the Rust side. */
export function standInSlips(other: SlipEngine): void {
  current = other;
}

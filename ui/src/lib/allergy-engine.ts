import { EngineError } from './engine-error.js';
import type { Answered } from './engine-types.js';

export type AllergyOption = Answered<'allergiesFind'>[number];
export type AllergyView = Answered<'allergiesRead'>[number];

/** Words to note, and names of those on record that she took back. */
export interface AllergyChange {
  add: string[];
  remove: string[];
}

export interface AllergyEngine {
  /** Ingredients that may be meant, by any name, CAS number, pinyin or initials. */
  find(typed: string, limit: number): Promise<AllergyOption[]>;
  /** What words mean, each allergy once, and how many products have each. */
  read(said: string[]): Promise<AllergyView[]>;
}

const none = () => Promise.reject(new EngineError('no_engine'));

let current: AllergyEngine = { find: none, read: none };

/** The door to the table of ingredients. */
export const allergyTable: AllergyEngine = {
  find: (typed, limit) => current.find(typed, limit),
  read: (said) => current.read(said),
};

/** Tests and the development fixture stand in for the Rust side. */
export function standInAllergies(other: AllergyEngine): void {
  current = other;
}

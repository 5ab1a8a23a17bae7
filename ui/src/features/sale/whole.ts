import { isRetailCode } from './scan.js';

/**
 * Whether a text has the form of a whole code that is scanned: a product's with its check digit, or a member's. It
 * tells a slow scanner from a quick hand; what the code means, the engine says.
 */
export function isWhole(code: string): Promise<boolean> {
  return Promise.resolve(isRetailCode(code) || /^CPM:/i.test(code));
}

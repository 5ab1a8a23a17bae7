import { engine } from '$lib/engine.js';
import { isRetailCode } from './scan.js';

/**
 * Whether a text is a whole code of a kind that is scanned: a product's, or a member's. What else it may be, the engine
 * says of a scan that is taken.
 */
export async function isWhole(code: string): Promise<boolean> {
  // eight digits may be the end of a phone number that was typed: a tenth of them have the right check digit
  if (code.length > 8 && isRetailCode(code)) return true;
  const is = await engine.scanned(code).catch(() => null);
  switch (is?.is) {
    case 'product':
    case 'products':
      return true;
    case 'unknown':
    case 'member':
    case 'members':
      // a member's code can be no receipt; a bare number may have been typed
      return is.receipt === null;
    default:
      return false;
  }
}

import { engine, type MemberHit } from '$lib/engine.js';
import { isPhone } from '../sale/scan.js';

/**
 * The member whose code, card number or phone number was scanned, whole; null where nobody has it, or several. A
 * number that only begins like hers is not hers.
 */
export async function scannedMember(code: string): Promise<MemberHit | null> {
  const found = await engine.find(code, 2).catch(() => []);
  const hers = found.filter((hit) => /^CPM:/i.test(code) || isPhone(code) || hit.no === code);
  return hers.length === 1 ? hers[0]! : null;
}

/**
 * The form of a retail bar code, by its check digit: EAN-13, EAN-8 or UPC-A. Numbers that begin with 2 are a shop's own
 * (GS1 leaves them free), dates among them. What a code is, the engine says: it knows what is sold.
 */
export function isRetailCode(code: string): boolean {
  if (!/^(\d{8}|\d{12}|\d{13})$/.test(code) || /^(2\d{7}|02\d{10}|2\d{12})$/.test(code))
    return false;
  const digits = [...code].map(Number);
  const check = digits.pop()!;
  const sum = digits.toReversed().reduce((all, digit, i) => all + digit * (i % 2 === 0 ? 3 : 1), 0);
  return (10 - (sum % 10)) % 10 === check;
}

/** A decimal without zeros at its end. */
export function plain(text: string): string {
  return text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
}

/** 88 % of the price is 8.8 折; what is left, not what goes. */
export function fold(percent: string): string {
  const [whole = '0', rest = ''] = percent.split('.');
  const scale = 10 ** rest.length;
  const left = 100 * scale - Number(whole + rest);
  return plain((left / scale / 10).toFixed(rest.length + 1));
}

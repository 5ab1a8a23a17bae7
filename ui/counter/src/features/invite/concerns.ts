import { m } from '$kit/m.js';

/** The words that the sign-up page on a phone asks for, too. */
export const CONCERNS = ['保湿', '修护', '舒缓', '美白', '抗衰', '控油'] as const;

const words: Record<(typeof CONCERNS)[number], () => string> = {
  保湿: m.phone_concern_moisture,
  修护: m.phone_concern_repair,
  舒缓: m.phone_concern_soothe,
  美白: m.phone_concern_bright,
  抗衰: m.phone_concern_age,
  控油: m.phone_concern_oil,
};

/** What she wants to improve, in the screen's language. */
export function concernWord(word: string): string {
  const known = CONCERNS.find((one) => one === word);
  return known ? words[known]() : word;
}

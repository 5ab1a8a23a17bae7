import { m } from '$kit/m.js';

const words: Record<string, () => string> = {
  former_phone: m.pair_why_former_phone,
  new_phone: m.pair_why_new_phone,
  card: m.pair_why_card,
  name_and_birthday: m.pair_why_name_and_birthday,
};

/** What two members have in common, in words. */
export function whyWord(why: string): string {
  return (words[why] ?? m.pair_why_other)();
}

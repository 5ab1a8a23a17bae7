import type { AllergyCheck, Engine, AllergyView, Words } from '../src/lib/engine.js';

/** A few words of the table, enough to look at the screens. */
const table: Record<string, { en: string; also: string[]; products: number }> = {
  香精: { en: 'Fragrance', also: ['香料', 'Parfum'], products: 7 },
  水杨酸: { en: 'Salicylic Acid', also: ['BHA'], products: 3 },
  酒精: { en: 'Alcohol', also: ['变性乙醇', 'Alcohol Denat.'], products: 9 },
  苯甲醇: { en: 'Benzyl Alcohol', also: ['苄醇'], products: 2 },
  羊毛脂: { en: 'Lanolin', also: ['无水羊毛脂'], products: 2 },
};

export function named(word: string): Words {
  return { zh: word, en: table[word]?.en ?? word };
}

export function views(words: string[]): AllergyView[] {
  return words.map((word) => ({
    name: named(word),
    said: [word],
    known: word in table,
    products: table[word]?.products ?? 0,
  }));
}

/** Of a list of the fixture; an empty one is a product whose ingredients nobody entered. */
export function checked(list: string[], hers: string[] | undefined): AllergyCheck {
  const met = list.filter((one) => hers?.includes(one));
  return {
    alerts: met.map((one) => ({ allergy: named(one), found: [], certain: true })),
    unlisted: list.length === 0 && !!hers?.length,
  };
}

export const allergyFixture = {
  allergiesFind: (typed, limit) =>
    Promise.resolve(
      Object.entries(table)
        .filter(([zh, one]) =>
          [zh, one.en, ...one.also].some((name) =>
            name.toLowerCase().includes(typed.toLowerCase()),
          ),
        )
        .slice(0, limit)
        .map(([zh, one]) => ({
          name: { zh, en: one.en },
          also: one.also,
          group: null,
          is_group: zh === '香精',
          products: one.products,
        })),
    ),
  allergiesRead: (said) => Promise.resolve(views(said)),
} satisfies Partial<Engine>;

export default () => allergyFixture;

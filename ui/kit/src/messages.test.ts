import { describe, expect, it } from 'vitest';
import { i18n } from './i18n.svelte.js';
import { m } from './m.js';

const files = import.meta.glob<Record<string, string>>('../../messages/*.json', {
  eager: true,
  import: 'default',
});
const load = (file: string) => files[file]!;
const chinese = Object.keys(files).filter((file) => file.endsWith('zh-CN.json'));
const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((hit) => hit[1]).sort();

describe.each(chinese)('%s', (file) => {
  const zh = load(file);
  const en = load(file.replace('zh-CN', 'en'));

  it('says everything in both languages, with the same inserts', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
    for (const [key, text] of Object.entries(zh))
      expect([key, names(en[key]!)]).toEqual([key, names(text)]);
  });
  it('never uses the words of the machine room', () => {
    const all = Object.values({ ...zh, ...en }).join('\n');
    expect(all).not.toMatch(/\b(escrow|lease|outbox|conflict)\b|冲突|租约|托管/i);
  });
  it('calls nobody she or he: who stands there is not known', () => {
    expect(
      Object.entries(zh).filter(([, text]) => /[她他]/.test(text.replace(/其他|他人/g, ''))),
    ).toEqual([]);
    expect(
      Object.entries(en).filter(([, text]) => /\b(she|hers?|he|him|his)\b/i.test(text)),
    ).toEqual([]);
  });
  it('keeps a space between Han and Latin, and the minus true', () => {
    for (const [key, text] of Object.entries(zh)) {
      if (key === '$schema' || key === 'menu_language') continue;
      expect([key, /\p{Script=Han}[A-Za-z]|[A-Za-z]\p{Script=Han}/u.test(text)]).toEqual([
        key,
        false,
      ]);
    }
  });
});

it('has each message in one file', () => {
  const keys = chinese
    .flatMap((file) => Object.keys(load(file)))
    .filter((key) => key !== '$schema');
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});

it('follows a switch of language at once', () => {
  expect(m.nav_find()).toBe('找会员');
  i18n.set('en');
  expect(m.nav_find()).toBe('Find');
  expect(document.documentElement.lang).toBe('en');
  i18n.set('zh-CN');
  expect(m.nav_find()).toBe('找会员');
});

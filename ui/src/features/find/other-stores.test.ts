import { expect, it } from 'vitest';
import { fixture } from '../../../dev/fixture.js';
import { standIn } from '$lib/engine.js';
import { visitorWords } from '$lib/visitor.js';
import { OtherStores, whole } from './other-stores.svelte.js';

it('asks other stores only for a whole number', () => {
  expect(whole('13900008888')).toBe('phone');
  expect(whole(' 20460173 ')).toBe('code');
  expect(whole('CPM:20460173:ab')).toBe('code');
  for (const part of ['', '1390000', '8888', 'zy', '曾雨', '1390000888'])
    expect([part, whole(part)]).toEqual([part, null]);
});

it('finds her, or says that nobody has the number, until another is typed', async () => {
  standIn(fixture({ sync: 'in_step', standing: null, staffed: true, quiet: false }));
  const others = new OtherStores();
  expect(await others.look('13900008888')).toBe('m7');
  expect(await others.look('13900007777')).toBeNull();
  expect(others.none).toBe(true);
  others.forget('13900007777');
  expect(others.none).toBe(true);
  others.forget('1390000777');
  expect(others.none).toBe(false);
  expect(await others.look('13900001111')).toBeNull();
  expect(others.trouble?.code).toBe('C-312');
});

it('marks a visitor, and nobody of this store', () => {
  const here = { id: 's1', name: '江汇广场店' };
  expect(visitorWords({ id: 's2', name: '云洲天地店' }, here)).toBe('来自 云洲天地店·今日有效');
  expect(visitorWords(here, here)).toBe('');
  expect(visitorWords(here, null)).toBe('');
});

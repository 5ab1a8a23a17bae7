import { expect, it } from 'vitest';
import { fixture } from '../../../dev/fixture.js';
import { standIn } from '../../../dev/stand-in.js';
import { visitorWords } from '$lib/visitor.js';
import { OtherStores, WholeNumber } from './other-stores.svelte.js';

it('asks the engine what a text is, and answers about the last one only', async () => {
  standIn(fixture({ sync: 'in_step', standing: null, staffed: true, quiet: false }));
  const number = new WholeNumber();
  void number.of('20460173');
  await number.of('13900008888');
  expect([number.typed, number.by]).toEqual(['13900008888', 'phone']);
  await number.of('1390000');
  expect(number.by).toBeNull();
});

it('asks which member is meant where a number is a card and a phone', async () => {
  standIn(fixture({ sync: 'in_step', standing: null, staffed: true, quiet: false }));
  const others = new OtherStores();
  expect(await others.look('13900000001')).toBeNull();
  expect(others.choices.map((choice) => choice.by)).toEqual(['card', 'phone']);
  expect(others.trouble).toBeNull();
  expect(await others.choose(others.choices[1]!)).toBeNull();
  expect([others.none, others.choices.length]).toEqual([true, 0]);
  await others.look('13900000001');
  others.forget('139');
  expect(others.choices).toEqual([]);
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

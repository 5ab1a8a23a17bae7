import { beforeEach, expect, it } from 'vitest';
import { standInWork, type Joined, type WorkEngine } from '$lib/work-engine.js';
import { Invitation } from './invitation.svelte.js';

let made = 0;
let joined: Record<string, Joined> = {};
const her: Joined = { member_id: 'm1', masked_name: '张*', masked_phone: '139****0216' };

beforeEach(() => {
  made = 0;
  joined = {};
  standInWork({
    joinCode: () => {
      made += 1;
      const issued = made * 1000;
      return Promise.resolve({
        id: `c${made}`,
        url: '',
        svg: '',
        issued,
        valid_until: issued + 100,
        welcome_gift: '',
        welcome_gift_en: '',
      });
    },
    joined: (id: string) => Promise.resolve(joined[id] ?? null),
  } as unknown as WorkEngine);
});

it('keeps its code while it may be used, and replaces it when it has run out', async () => {
  const one = new Invitation();
  await one.show(1000);
  await one.show(1050);
  await one.keepFresh(1099);
  expect(one.code?.id).toBe('c1');
  await one.keepFresh(1100);
  expect(one.code?.id).toBe('c2');
});

it('sees her who joined by the code before, and tells of each once', async () => {
  const one = new Invitation();
  await one.show(1000);
  await one.renew();
  joined['c1'] = her;
  await one.look();
  expect(one.joined).toEqual(her);
  await one.keepFresh(999_999);
  expect(one.code?.id).toBe('c2');
  await one.renew();
  await one.look();
  expect(one.joined).toBeNull();
});

it('begins anew for the next guest when it is opened again', async () => {
  const one = new Invitation();
  await one.show(1000);
  joined['c1'] = her;
  await one.look();
  expect(one.joined).toEqual(her);
  await one.show(1050);
  expect(one.joined).toBeNull();
  expect(one.code?.id).toBe('c2');
  await one.look();
  expect(one.joined).toBeNull();
});

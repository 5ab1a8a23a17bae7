import { beforeEach, expect, it, vi } from 'vitest';
import type { InvitedView, Joined } from '$lib/engine.js';
import { standIn } from '../../../dev/stand-in.js';
import { Invitation } from './invitation.svelte.js';

let made = 0;
let joined: Record<string, Joined> = {};
const invited = vi.fn((_: string[]) => Promise.resolve<InvitedView[] | null>([]));
const her: Joined = { member_id: 'm1', masked_name: '张*', masked_phone: '139****0216' };

beforeEach(() => {
  made = 0;
  joined = {};
  invited.mockClear();
  standIn({
    joinCode: () => {
      made += 1;
      const issued = made * 1000;
      return Promise.resolve({
        id: `c${made}`,
        code: `signed${made}`,
        url: '',
        svg: '',
        issued,
        valid_until: issued + 100,
        welcome_gift: '',
        welcome_gift_en: '',
      });
    },
    joined: (id: string) => Promise.resolve(joined[id] ?? null),
    invited,
  } as never);
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
  one.left();
  expect([one.joined, one.code]).toEqual([null, null]);
  await one.show(1050);
  expect(one.joined).toBeNull();
  expect(one.code?.id).toBe('c2');
  await one.look();
  expect(one.joined).toBeNull();
});

it('shows how far a guest is by the code on show, and says nothing where that is not told', async () => {
  const one = new Invitation();
  await one.follow();
  expect(invited).not.toHaveBeenCalled();
  await one.show(1000);
  const seen = { id: 'c1', opened: 5, sent: 6, proven: null, joined: null };
  invited.mockResolvedValueOnce([seen]);
  await one.follow();
  expect([one.live, one.steps]).toEqual([true, seen]);
  // quietly nothing where it fails
  invited.mockRejectedValueOnce(new Error('away'));
  await one.follow();
  expect([one.live, one.trouble]).toEqual([false, null]);
  // a new code begins anew
  await one.renew();
  expect(one.steps).toBeNull();
  // a centre that does not know the question is not asked again
  invited.mockResolvedValueOnce(null);
  await one.follow();
  await one.follow();
  expect([one.live, invited.mock.calls.length]).toEqual([false, 3]);
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { baseOf, isOwn } from './api.js';
import { day, grouped, isChild, money } from './format.js';
import { OwnPage } from './own.svelte.js';

const answer = (status: number, body: unknown) =>
  status === 204 ? new Response(null, { status }) : new Response(JSON.stringify(body), { status });
const agreed = (given: boolean) => ({
  joined: '2026-03-01',
  consents: [
    { purpose: 'terms', given: true, version: '2026-01', at: '2026-03-01T02:00:00Z' },
    { purpose: 'skin', given, version: '2026-01', at: '2026-03-01T02:00:00Z' },
  ],
});
const view = (asOf = new Date().toISOString()) => ({
  called: '林女士',
  phone: '138****5678',
  member_no: '8000000001',
  points: 1_250,
  waiting: 0,
  lots: [],
  coupons: [],
  purchases: [],
  messages: [],
  held: agreed(true),
  as_of: asOf,
});
const code = { svg: '<svg/>', number: '12345678', member_no: '8', renew_after_seconds: 60 };

it('is known by its address, wherever the centre lies', () => {
  expect(isOwn('/me')).toBe(true);
  expect(isOwn('/shop/me/')).toBe(true);
  expect(isOwn('/j/me')).toBe(false);
  expect(isOwn('/j/abc')).toBe(false);
  expect(baseOf('/shop/me')).toBe('/shop');
  expect(baseOf('/me')).toBe('');
});

it('writes figures as a shop does', () => {
  expect([grouped(1_234_567), grouped(-12), grouped(0)]).toEqual(['1,234,567', '−12', '0']);
  expect([money('1138'), money('0.5')]).toEqual(['¥1,138.00', '¥0.50']);
  expect(day('2027-06-01')).toBe('2027年6月1日');
});

it('knows a child by the birthday', () => {
  vi.useFakeTimers({ now: new Date(2026, 10, 30) });
  expect(['2012-11-30', '2012-12-01', '2026-12-01', '', 'x'].map(isChild)).toEqual([
    false,
    true,
    false,
    false,
    false,
  ]);
  vi.useRealTimers();
});

describe("a member's own page", () => {
  beforeEach(() => localStorage.clear());
  afterEach(() => vi.unstubAllGlobals());

  function stub(said: (step: string) => Response | Error) {
    const asked: string[] = [];
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
      const step = url.split('/phone/v1/').pop()!;
      asked.push(step);
      const own = said(step);
      if (own instanceof Error) return Promise.reject(own);
      void init;
      return Promise.resolve(own);
    });
    return asked;
  }

  const usual = (step: string): Response => {
    switch (step) {
      case 'me':
        return answer(200, { brand: '汀禾', demo: false });
      case 'me/verify':
        return answer(200, { resend_after_seconds: 60 });
      case 'me/open':
        return answer(200, { ...agreed(true), session: 'a session' });
      case 'me/page':
        return answer(200, view());
      case 'me/code':
        return answer(200, code);
      case 'me/withdraw':
        return answer(200, agreed(false));
      default:
        return answer(204, null);
    }
  };

  async function opened(said: (step: string) => Response | Error = usual) {
    const asked = stub(said);
    const page = new OwnPage();
    await page.load();
    page.setPhone('13800005678');
    await page.next();
    page.setVerification('407218');
    await page.next();
    return { page, asked };
  }

  it('asks before it withdraws, and once however often it is tapped', async () => {
    const { page, asked } = await opened();
    expect(page.view?.held.consents[1]?.given).toBe(true);
    page.askAbout('skin');
    expect(page.doubted).toBe('skin');
    expect(asked).not.toContain('me/withdraw');
    await Promise.all([page.withdraw('skin'), page.withdraw('skin')]);
    expect(asked.filter((step) => step === 'me/withdraw')).toHaveLength(1);
    expect(page.view?.held.consents[1]?.given).toBe(false);
    expect([page.doubted, page.withdrawn]).toEqual(['', 'skin']);
    page.stop();
  });

  it('is remembered, and shows for a day what it showed last where there is no network', async () => {
    const { page } = await opened();
    page.stop();
    stub(() => new TypeError('no network'));
    const again = new OwnPage();
    await again.load();
    await vi.waitFor(() => expect(again.view?.called).toBe('林女士'));
    expect([again.offline, again.code?.number]).toEqual([true, '12345678']);
    again.stop();
    // what is older than a day says nothing of today
    const kept = JSON.parse(localStorage.getItem('own-page')!) as { view: { as_of: string } };
    kept.view.as_of = new Date(Date.now() - 25 * 3_600_000).toISOString();
    localStorage.setItem('own-page', JSON.stringify(kept));
    const late = new OwnPage();
    await late.load();
    await vi.waitFor(() => expect(late.error).not.toBe(''));
    expect(late.view).toBeNull();
  });

  it('goes back to the number where the session is over', async () => {
    const { page } = await opened();
    page.stop();
    stub((step) => (step === 'me/page' ? answer(401, { code: 'not_authenticated' }) : usual(step)));
    await page.refresh();
    expect(page.view).toBeNull();
    expect(localStorage.getItem('own-page')).toBeNull();
  });

  it('leaves only with a code, and forgets her then', async () => {
    const { page, asked } = await opened();
    // a minute has to pass between two messages
    page.wait = 0;
    await page.toLeave();
    expect([page.leaving, page.verification]).toEqual([true, '']);
    await page.leave();
    expect(asked).not.toContain('me/leave');
    page.setVerification('407219');
    await page.leave();
    expect(asked).toContain('me/leave');
    expect([page.gone, page.view, localStorage.getItem('own-page')]).toEqual([true, null, null]);
  });
});

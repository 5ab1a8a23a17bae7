import { afterEach, describe, expect, it, vi } from 'vitest';
import { baseOf, isOwn } from './api.js';
import { OwnPage } from './own.svelte.js';

const answer = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });
const agreed = (given: boolean) => ({
  joined: '2026-03-01',
  consents: [
    { purpose: 'terms', given: true, version: '2026-01', at: '2026-03-01T02:00:00Z' },
    { purpose: 'skin', given, version: '2026-01', at: '2026-03-01T02:00:00Z' },
  ],
});

it('is known by its address, wherever the centre lies', () => {
  expect(isOwn('/me')).toBe(true);
  expect(isOwn('/shop/me/')).toBe(true);
  expect(isOwn('/j/me')).toBe(false);
  expect(isOwn('/j/abc')).toBe(false);
  expect(baseOf('/shop/me')).toBe('/shop');
  expect(baseOf('/me')).toBe('');
});

describe("a member's own page", () => {
  afterEach(() => vi.unstubAllGlobals());

  async function opened(later: (step: string) => Response) {
    const asked: string[] = [];
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
      const step = url.split('/me').pop()!;
      asked.push(step);
      if (init.method === 'GET')
        return Promise.resolve(answer(200, { brand: '汀禾', demo: false }));
      if (step === '/verify') return Promise.resolve(answer(200, { resend_after_seconds: 60 }));
      return Promise.resolve(later(step));
    });
    const page = new OwnPage();
    await page.load();
    page.setPhone('13800005678');
    await page.next();
    page.setVerification('407218');
    await page.next();
    return { page, asked };
  }

  it('asks before it withdraws, and once however often it is tapped', async () => {
    const { page, asked } = await opened((step) => answer(200, agreed(step !== '/withdraw')));
    expect(page.held?.consents[1]?.given).toBe(true);
    page.askAbout('skin');
    expect(page.doubted).toBe('skin');
    expect(asked).not.toContain('/withdraw');
    await Promise.all([page.withdraw('skin'), page.withdraw('skin')]);
    expect(asked.filter((step) => step === '/withdraw')).toHaveLength(1);
    expect(page.held?.consents[1]?.given).toBe(false);
    expect([page.doubted, page.withdrawn]).toEqual(['', 'skin']);
  });

  it('goes back to the number where its code is over, and says so', async () => {
    const { page } = await opened((step) =>
      step === '/withdraw'
        ? answer(403, { code: 'verification_invalid' })
        : answer(200, agreed(true)),
    );
    await page.withdraw('skin');
    expect(page.held).toBeNull();
    expect(page.error).not.toBe('');
    expect(page.withdrawn).toBe('');
  });

  it('keeps what it shows where the network is away', async () => {
    const { page } = await opened((step) =>
      step === '/withdraw' ? answer(503, { code: 'unavailable' }) : answer(200, agreed(true)),
    );
    await page.withdraw('skin');
    expect(page.held?.consents[1]?.given).toBe(true);
    expect(page.error).not.toBe('');
  });
});

import { afterEach, describe, expect, it, vi } from 'vitest';
import { baseOf, codeOf } from './api.js';
import { SignUp } from './form.svelte.js';
import { readAloud, isPhone, masked, phoneDigits, phoneGroups } from './format.js';

describe('a phone number', () => {
  it('is taken as people write it', () => {
    expect(phoneDigits('+86 138 0000 5678')).toBe('13800005678');
    expect(phoneDigits('0086-13800005678')).toBe('13800005678');
    expect(phoneDigits('138000056789')).toBe('13800005678');
    expect(isPhone('13800005678')).toBe(true);
    expect(isPhone('12800005678')).toBe(false);
  });
  it('is shown in groups, and masked', () => {
    expect(phoneGroups('1380000')).toBe('138 0000');
    expect(masked('13800005678')).toBe('138****5678');
    expect(readAloud('20460173')).toBe('2046 0173');
    expect(readAloud('8000000001')).toBe('8000 000 001');
  });
});

it('reads the sign-up code from the address', () => {
  expect(codeOf('/j/AbC-_1')).toBe('AbC-_1');
  expect(codeOf('/j/AbC/x')).toBe('');
  expect(codeOf('/counterpart/j/AbC/')).toBe('AbC');
  expect(baseOf('/j/AbC')).toBe('');
  expect(baseOf('/shop/counterpart/j/AbC')).toBe('/shop/counterpart');
});

describe('signing up', () => {
  afterEach(() => vi.unstubAllGlobals());

  const begin = {
    brand: '汀禾',
    consents: ['terms', 'skin', 'marketing'].map((purpose) => ({ purpose, version: '2026-01' })),
  };
  const answer = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });

  it('starts unticked, needs the terms alone, and sends what was ticked and no more', async () => {
    const sent: { url: string; body: string }[] = [];
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
      if (init.method === 'GET') return Promise.resolve(answer(200, begin));
      sent.push({ url, body: init.body as string });
      if (url.endsWith('/verify'))
        return Promise.resolve(answer(200, { resend_after_seconds: 60 }));
      return Promise.resolve(answer(200, { status: 'joined' }));
    });
    const form = new SignUp('abc');
    await form.load();
    form.setPhone('13800005678');
    await form.next();
    expect(form.sent).toBe(true);
    form.setVerification('407218');
    await form.next();
    await form.next();
    expect(form.step).toBe('skin');
    form.moisture = '';
    await form.next();
    await form.next();
    expect(form.joined).toBeNull();
    expect(form.error).not.toBe('');
    form.toggle('terms');
    await form.next();
    expect(form.joined?.status).toBe('joined');
    const body = JSON.parse(sent.at(-1)!.body) as { consents: { given: boolean }[] };
    expect(body.consents.map((one) => one.given)).toEqual([true, false, false]);
  });

  it('looks at the code where it is typed, once, and says there that it is wrong', async () => {
    const asked: string[] = [];
    const tickets = new Set<string>();
    let right = '407218';
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
      if (init.method === 'GET') return Promise.resolve(answer(200, begin));
      asked.push(url.slice(url.lastIndexOf('/')));
      const body = JSON.parse(init.body as string) as { verification?: string; ticket: string };
      tickets.add(body.ticket);
      if (url.endsWith('/verify'))
        return Promise.resolve(answer(200, { resend_after_seconds: 60 }));
      return Promise.resolve(
        body.verification === right
          ? answer(200, { status: 'verified' })
          : answer(400, { code: 'verification_invalid' }),
      );
    });
    const form = new SignUp('abc');
    await form.load();
    form.setPhone('13800005678');
    await form.next();
    form.setVerification('123456');
    await form.next();
    expect(form.step).toBe('phone');
    expect(form.error).not.toBe('');
    form.setVerification('407218');
    expect(form.error).toBe('');
    // a second tap while the first is under way asks nothing
    await Promise.all([form.next(), form.next()]);
    expect(form.step).toBe('skin');
    expect(asked).toEqual(['/verify', '/check', '/check']);
    // the page is the same at each step
    expect([...tickets]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)]);
    // what is typed while the answer travels was not looked at
    form.back();
    const looked = form.next();
    form.setVerification('000000');
    await looked;
    expect(form.step).toBe('phone');
    right = '';
    await form.next();
    expect(form.error).not.toBe('');
  });

  it('goes back to the code where it was wrong, and closes where the invitation is over', async () => {
    let code = 'verification_invalid';
    vi.stubGlobal('fetch', (_: string, init: RequestInit) =>
      Promise.resolve(init.method === 'GET' ? answer(200, begin) : answer(400, { code })),
    );
    const form = new SignUp('abc');
    await form.load();
    form.step = 'consent';
    form.toggle('terms');
    await form.next();
    expect([form.step, form.closed]).toEqual(['phone', '']);
    code = 'sign_up_code_invalid';
    form.step = 'consent';
    await form.next();
    expect(form.closed).toBe('code');
  });

  it('takes the number that a provider told, needs no code, and asks whether to know her again', async () => {
    const sent: Record<string, unknown>[] = [];
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
      if (init.method === 'GET')
        return Promise.resolve(answer(200, { ...begin, providers: ['wechat'] }));
      sent.push(JSON.parse(init.body as string) as Record<string, unknown>);
      return Promise.resolve(
        url.endsWith('/authorised')
          ? answer(200, { phone: '13800005678', verification: 'proof' })
          : answer(200, { status: 'joined' }),
      );
    });
    location.hash = '#by=abc123';
    const form = new SignUp('abc');
    await form.load();
    // the address does not keep it
    expect(location.hash).toBe('');
    expect([form.step, form.phone]).toEqual(['skin', '13800005678']);
    form.back();
    await form.next();
    expect(form.step).toBe('skin');
    form.moisture = 'dry';
    await form.next();
    form.toggle('terms');
    await form.next();
    expect(form.joined?.status).toBe('joined');
    expect(sent.at(-1)).toMatchObject({ verification: 'proof', authorised: 'abc123' });
    // another number is proven by a code, as any
    form.untold();
    expect([form.told, form.phone]).toEqual(['', '']);
  });

  it('takes what a provider told too late for nothing told, and no fault of hers', async () => {
    vi.stubGlobal('fetch', (url: string) =>
      Promise.resolve(
        url.endsWith('/authorised')
          ? answer(400, { code: 'verification_invalid', message: '' })
          : answer(200, { ...begin, providers: ['wechat'] }),
      ),
    );
    location.hash = '#by=abc123';
    const form = new SignUp('abc');
    await form.load();
    expect([form.refused, form.error, form.step, form.closed]).toEqual([true, '', 'phone', '']);
  });

  it('goes on by a code where a provider told nothing', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(answer(200, begin)));
    location.hash = '#by=none';
    const form = new SignUp('abc');
    await form.load();
    expect([form.step, form.refused]).toEqual(['phone', true]);
  });

  it('joins anew where the number was somebody else’s, by the same code', async () => {
    const sent: Record<string, unknown>[] = [];
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
      if (init.method === 'GET') return Promise.resolve(answer(200, { ...begin, friend: '苏*' }));
      if (!url.endsWith('/join')) return Promise.resolve(answer(200, { resend_after_seconds: 60 }));
      const body = JSON.parse(init.body as string) as Record<string, unknown>;
      sent.push(body);
      if (body['not_me'] && sent.length === 2)
        return Promise.resolve(answer(409, { code: 'phone_taken' }));
      const status = body['not_me'] ? 'joined' : 'member_already';
      return Promise.resolve(answer(200, { status }));
    });
    const form = new SignUp('abc');
    await form.load();
    form.step = 'consent';
    form.toggle('terms');
    await form.next();
    expect(form.joined?.status).toBe('member_already');
    // who was seen of late is not put aside by a word
    await form.joinAnew();
    expect(form.joined?.status).toBe('member_already');
    expect(form.error).not.toBe('');
    await form.joinAnew();
    expect(form.joined?.status).toBe('joined');
    const browsers = new Set(sent.map((one) => one['browser']));
    expect(browsers.size).toBe(1);
  });
});

import { cleanup, render, waitFor } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import { fixture } from '../dev/fixture.js';
import App from './App.svelte';
import { standIn } from '../dev/stand-in.js';
import { router } from './lib/router.svelte.js';
import { session } from './lib/session.svelte.js';

afterEach(async () => {
  await session.signOut();
  router.go({ view: 'find' });
  cleanup();
});

async function open(sync: string) {
  standIn(fixture({ sync, standing: null, staffed: true, quiet: false }));
  const app = render(App);
  const see = (id: string) => waitFor(() => app.getByTestId(id));
  (await see('clerk-c1')).click();
  await waitFor(() => expect(app.getByTestId('pin-prompt').textContent).toContain('林悦'));
  return { app, see };
}

async function pin(see: (id: string) => Promise<HTMLElement>, digits: string) {
  for (const digit of digits) (await see(`pin-${digit}`)).click();
}

it('lets a clerk in, finds by what is typed and opens with Enter', async () => {
  const { see } = await open('offline');
  await pin(see, '123456');
  const field = (await see('find-field')) as HTMLInputElement;
  expect((await see('sync-pill')).textContent).toContain('断网·3 笔待送');

  field.value = 'zy';
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await waitFor(() => expect(field.getAttribute('aria-expanded')).toBe('true'));
  field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));

  expect((await see('member-name')).textContent).toBe('曾*');
  expect((await see('points-confirmed')).textContent).toBe('3,860');
  expect((await see('points-pending')).textContent).toBe('−800 +188');
  expect((await see('points-offline')).textContent).toBe('400');
  expect((await see('points-kept')).textContent).toBe('总部留给本柜 1,200，已用 800');
  expect((await see('allergy')).textContent).toContain('水杨酸、香精');

  (await see('act-sale')).click();
  await see('work-sale');
  expect(router.route).toEqual({ view: 'sale', memberId: 'm1' });
});

it('covers her name again', async () => {
  const { see } = await open('in_step');
  await pin(see, '123456');
  router.go({ view: 'member', memberId: 'm1' });
  expect((await see('member-name')).textContent).toBe('曾*');
  (await see('reveal')).click();
  await waitFor(async () => expect((await see('member-name')).textContent).toBe('曾雨桐'));
  // Her page is read again meanwhile, because the look was logged.
  await new Promise((done) => setTimeout(done, 60));
  expect((await see('member-name')).textContent).toBe('曾雨桐');
  router.go({ view: 'member', memberId: 'm2' });
  await waitFor(async () => expect((await see('member-name')).textContent).toBe('张*怡'));
});

it('says how many tries are left, then until when it is locked', async () => {
  const { see } = await open('in_step');
  await pin(see, '000000');
  await waitFor(async () =>
    expect((await see('pin-error')).textContent).toContain('密码不对，还能试 4 次'),
  );
  for (let tries = 0; tries < 4; tries += 1) {
    await pin(see, '000000');
    await waitFor(async () => expect((await see('pin-dots')).dataset['filled']).toBe('0'));
  }
  await waitFor(async () => expect((await see('pin-error')).textContent).toContain('锁到'));
});

it('asks to invite her where there is no such member', async () => {
  const { see } = await open('in_step');
  await pin(see, '123456');
  const field = (await see('find-field')) as HTMLInputElement;
  field.value = '9999';
  field.dispatchEvent(new Event('input', { bubbles: true }));
  expect((await see('find-none')).textContent).toContain('没有这位会员。邀客人入会？');
});

import { beforeEach, expect, it, vi } from 'vitest';
import { EngineError, type FillIn, type NumberTold } from '$lib/engine.js';
import { standIn } from '../../../dev/stand-in.js';
import { views } from '../../../dev/allergy-fixture.js';
import { FillInForm } from './fill-in.svelte.js';

const PHONE = '18622107719';
const NOW = 1_000_000;

const sent: NumberTold = {
  state: 'sent',
  code: 'signed',
  id: 'nonce',
  resend_after_seconds: 60,
  demo_code: null,
};
const number = vi.fn((_: string, __: string | null) => Promise.resolve<NumberTold>(sent));
const prove = vi.fn((_: string, __: string, ___: string) => Promise.resolve());
const asks = vi.fn((_: FillIn) =>
  Promise.resolve({ called: '陆女士', under_14: false, consents: [] }),
);
const join = vi.fn((_: FillIn) =>
  Promise.resolve({
    already: false,
    who: { member_id: 'm1', masked_name: '陆', masked_phone: '186****7719' },
    masked_phone: '186****7719',
  }),
);

beforeEach(() => {
  for (const one of [number, prove, asks, join]) one.mockClear();
  standIn({
    allergiesFind: () => Promise.resolve([]),
    allergiesRead: (said) => Promise.resolve(views(said)),
  });
  standIn({
    fillInNumber: number,
    fillInProve: prove,
    fillInAsks: asks,
    fillInJoin: join,
  } as never);
});

const type = (form: FillInForm, digits: string) => {
  for (const digit of digits) form.key(digit);
};

/** As far as the second step. */
async function proved(): Promise<FillInForm> {
  const form = new FillInForm();
  type(form, PHONE);
  await form.next(NOW);
  type(form, '407218');
  await form.next(NOW);
  return form;
}

it('asks a number, its code, the rest, and what the guest agrees to', async () => {
  const form = new FillInForm();
  type(form, `${PHONE}5`);
  expect([form.phone, form.sent]).toEqual([PHONE, false]);
  expect(await form.next(NOW)).toBeNull();
  expect([form.sent, form.resendAt]).toEqual([true, NOW + 60_000]);
  expect(form.ready).toBe(false);
  type(form, '407218');
  await form.next(NOW);
  expect(form.step).toBe('told');
  form.name = '陆';
  form.title = 'ms';
  form.setSkin('moisture', 'dry');
  form.month = '5';
  expect(form.ready).toBe(false);
  form.day = '6';
  await form.next(NOW);
  expect(form.step).toBe('consent');
  // unticked, and nothing without the terms
  expect([form.ticked, form.ready]).toEqual([[], false]);
  await form.next(NOW);
  expect(join).not.toHaveBeenCalled();
  form.toggle('ticked', 'terms');
  await form.next(NOW);
  expect(join.mock.calls[0]![0]).toMatchObject({
    code: 'signed',
    phone: PHONE,
    verification: '407218',
    name: '陆',
    title: 'ms',
    birthday: '05-06',
    ticked: ['terms'],
  });
  // who has joined is shown, and nothing else of hers is left
  expect(form.done?.who?.member_id).toBe('m1');
  expect([form.phone, form.name, form.verification, form.open]).toEqual(['', '', '', true]);
});

it('does nothing twice', async () => {
  const form = new FillInForm();
  type(form, PHONE);
  await Promise.all([form.next(NOW), form.next(NOW)]);
  expect(number).toHaveBeenCalledOnce();
  type(form, '407218');
  await Promise.all([form.next(NOW), form.next(NOW)]);
  expect([prove.mock.calls.length, asks.mock.calls.length, form.step]).toEqual([1, 0, 'told']);
});

it('keeps what was answered on the way back, but no tick', async () => {
  const form = await proved();
  form.name = '陆';
  await form.readAllergies();
  form.setAllergies({ add: ['酒精'], remove: [] });
  await form.next(NOW);
  form.toggle('ticked', 'terms');
  form.back();
  expect([form.step, form.name, form.allergies, form.ticked]).toEqual(['told', '陆', ['酒精'], []]);
  form.back();
  expect([form.step, form.phone, form.verification]).toEqual(['phone', PHONE, '407218']);
  // what was proved is not asked again
  await form.next(NOW);
  expect([form.step, prove.mock.calls.length]).toEqual(['told', 1]);
  // what she takes back is gone
  await form.readAllergies();
  form.setAllergies({ add: [], remove: ['酒精'] });
  expect(form.allergies).toEqual([]);
});

it('opens the member who has the number already', async () => {
  number.mockResolvedValueOnce({ state: 'member', member_id: 'm7' });
  const form = new FillInForm();
  type(form, PHONE);
  expect(await form.next(NOW)).toBe('m7');
  expect(form.sent).toBe(false);
});

it('says what went wrong where it can be mended', async () => {
  const form = new FillInForm();
  type(form, PHONE);
  number.mockRejectedValueOnce(new EngineError('offline', { number: 'C-301' }));
  await form.next(NOW);
  expect([form.offline, form.trouble?.code, form.phone]).toEqual([true, 'C-301', PHONE]);
  await form.next(NOW);
  expect([form.offline, form.trouble]).toEqual([false, null]);
  type(form, '000000');
  prove.mockRejectedValueOnce(new EngineError('sms_code_wrong', { number: 'C-164' }));
  await form.next(NOW);
  expect([form.step, form.sent, form.verification]).toEqual(['phone', true, '']);
  type(form, '407218');
  await form.next(NOW);
  form.name = '陆';
  await form.next(NOW);
  form.toggle('ticked', 'terms');
  join.mockRejectedValueOnce(new EngineError('sign_up_code_over', { number: 'C-166' }));
  await form.next(NOW);
  expect([form.step, form.sent, form.name, form.ticked]).toEqual(['phone', false, '陆', []]);
  // by a new code then
  await form.next(NOW);
  expect(number).toHaveBeenLastCalledWith(PHONE, null);
});

it('forgets everything, also what is still under way', async () => {
  const form = await proved();
  form.name = '陆';
  const asked = form.next(NOW);
  form.clear();
  await asked;
  expect([form.step, form.phone, form.name, form.busy, form.asks]).toEqual([
    'phone',
    '',
    '',
    false,
    null,
  ]);
});

it('goes on without the network where the guest wants to join all the same', async () => {
  const offline = vi.fn(() =>
    Promise.resolve({
      already: false,
      provisional: true,
      who: { member_id: 'm9', masked_name: '陆', masked_phone: '186****7719' },
      masked_phone: '186****7719',
    }),
  );
  standIn({ fillInOffline: offline } as never);
  number.mockRejectedValueOnce(new EngineError('offline'));
  const form = new FillInForm();
  type(form, PHONE);
  await form.next(NOW);
  expect([form.offline, form.step]).toEqual([true, 'phone']);
  await form.goOffline();
  expect([form.offline, form.unproven, form.step]).toEqual([false, true, 'told']);
  await form.next(NOW);
  form.toggle('ticked', 'terms');
  form.readOut = true;
  await form.next(NOW);
  expect(offline).toHaveBeenCalledWith(expect.objectContaining({ phone: PHONE }), true);
  expect(join).not.toHaveBeenCalled();
  expect(form.done?.provisional).toBe(true);
  // the next guest is asked for a code again
  form.clear();
  expect([form.unproven, form.readOut]).toEqual([false, false]);
});

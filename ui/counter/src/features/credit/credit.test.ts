import { beforeEach, describe, expect, it } from 'vitest';
import type { CreditForm } from '$lib/engine.js';
import { memberFixture } from '../../../dev/member-fixture.js';
import { standIn } from '../../../dev/stand-in.js';
import { CreditDesk } from './credit.svelte.js';

const person = (id: string) => ({
  clerk: { id, name: id.toUpperCase(), role: 'advisor', here: true },
  signed_in: id === 'lin',
  advisor: false,
  helped: null,
  helped_at: null,
});

const form: CreditForm = {
  seller: person('lin').clerk,
  second: person('su').clerk,
  people: [person('lin'), person('su'), person('chen')],
  days: 30,
};

const her = { by: 'member', id: 'm1' } as const;

describe('who gets the credit', () => {
  let desk: CreditDesk;

  beforeEach(async () => {
    standIn({ ...memberFixture(), saleCredit: () => Promise.resolve(form) } as never);
    desk = new CreditDesk();
    await desk.load(her, true);
  });

  it('is as the rule has it until the clerk says otherwise', () => {
    expect([desk.seller, desk.second]).toEqual(['lin', 'su']);
    expect(desk.request()).toBeNull();
    expect(desk.missing).toBe(false);
  });

  it('needs a reason where it is changed, and forgets it where it is as before', async () => {
    await desk.give('chen', 'main');
    expect([desk.seller, desk.second, desk.missing]).toEqual(['chen', 'su', true]);
    desk.reason = 'served';
    expect(desk.request()).toEqual({ seller: 'chen', second: 'su', reason: 'served' });
    await desk.give('lin', 'main');
    expect([desk.changed, desk.reason, desk.request()]).toEqual([false, '', null]);
  });

  it('never gives both parts to one, nor a share in what is nobody’s', async () => {
    await desk.give('su', 'main');
    expect([desk.seller, desk.second]).toEqual(['su', null]);
    await desk.give('su', 'none');
    expect([desk.seller, desk.second]).toEqual([null, null]);
    expect(desk.reason).toBe('own_purchase');
    await desk.give('chen', 'assist');
    expect([desk.seller, desk.second]).toEqual(['chen', null]);
  });

  it('begins anew with another customer', async () => {
    await desk.give('chen', 'main');
    await desk.load({ by: 'phone', phone: '13800000000' }, true);
    expect(desk.request()).toBeNull();
  });

  it('stays as it was chosen where a basket is taken up, by whichever clerk', async () => {
    await desk.give('chen', 'main');
    desk.reason = 'served';
    const chosen = desk.byHand();
    desk.restore();
    expect(desk.byHand()).toBeNull();
    // the row is still another customer's, or another clerk's: the rule would begin anew
    desk.takeUp(her, chosen);
    await desk.load(her, true);
    expect(desk.request()).toEqual({ seller: 'chen', second: 'su', reason: 'served' });
    await desk.load(her, true);
    expect(desk.request()).toBeNull();
  });

  it('is nobody else’s: a basket without a choice has the rule', async () => {
    await desk.give('chen', 'main');
    desk.takeUp(her, null);
    await desk.load(her, false);
    expect(desk.request()).toBeNull();
  });
});

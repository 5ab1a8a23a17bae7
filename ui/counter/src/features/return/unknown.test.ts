import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EngineError, type ProductHit } from '$lib/engine.js';
import { standIn } from '../../../dev/stand-in.js';
import { UnknownReturn } from './unknown.svelte.js';

const product = (sku: string): ProductHit => ({
  sku,
  barcode: null,
  name: sku,
  name_en: '',
  size: '',
  price: '100.00',
  swatch: '',
  allergens: [],
  allergy: { alerts: [], unlisted: false },
});

const returnRecord = vi.fn();
const here = { id: 'S1', name: '静安店' };
const there = { id: 'S2', name: '徐汇店' };
const nobody = { by_clerk: 0, in_all: 0 };

beforeEach(() => {
  const stores = () => Promise.resolve([here, there]);
  standIn({ returnRecord, stores } as never);
  standIn({ approvedReturns: () => Promise.resolve(nobody) } as never);
});
afterEach(() => returnRecord.mockReset());

function filled(): UnknownReturn {
  const draft = new UnknownReturn();
  draft.begin('T9');
  draft.add(product('P1'));
  draft.refundText = '99.5';
  draft.reason = 'damaged';
  return draft;
}

describe('a receipt that this counter does not know', () => {
  it('asks the manager only once all of it is there', async () => {
    const draft = new UnknownReturn();
    draft.begin('T9');
    await draft.ask();
    expect([draft.asking, draft.wanted]).toEqual([false, true]);
    draft.add(product('P1'));
    draft.add(product('P1'));
    expect(draft.pieces).toBe(2);
    draft.count(0, 0);
    expect(draft.lines).toEqual([]);
    const whole = filled();
    await whole.ask();
    expect(whole.asking).toBe(true);
  });

  it('hands over what was typed, with her PIN, and keeps nothing of it after', async () => {
    returnRecord.mockResolvedValue({ op_id: 'o', receipt: 'T9', refund: '99.50' });
    const draft = filled();
    await draft.ask();
    await draft.approve({ manager: 'c5', pin: '123456' });
    expect(returnRecord).toHaveBeenCalledExactlyOnceWith({
      receipt: 'T9',
      lines: [{ sku: 'P1', qty: 1 }],
      reason: 'damaged',
      refund: '99.50',
      store: null,
      date: null,
      reaction: null,
      approver: { manager: 'c5', pin: '123456' },
    });
    expect(draft.asking).toBe(false);
    expect(draft.done?.op_id).toBe('o');
    await draft.approve({ manager: 'c5', pin: '123456' });
    expect(returnRecord).toHaveBeenCalledTimes(1);
    expect(JSON.stringify(Object.values(draft))).not.toContain('123456');
  });

  it('says which store and day the paper is of, and asks for all of the day or none', async () => {
    returnRecord.mockResolvedValue({ op_id: 'o', receipt: 'T9', refund: '99.50' });
    const draft = filled();
    await vi.waitFor(() => expect(draft.storeName).toBe('静安店'));
    draft.store = 'S2';
    draft.month = '6';
    await draft.ask();
    expect([draft.asking, draft.dateHalf, draft.storeName]).toEqual([false, true, '徐汇店']);
    draft.day = '5';
    draft.year = '2026';
    await draft.ask();
    await draft.approve({ manager: 'c5', pin: '123456' });
    expect(returnRecord.mock.calls[0]![0]).toMatchObject({ store: 'S2', date: '2026-06-05' });
    draft.clear();
    expect([draft.store, draft.date, draft.dateHalf]).toEqual(['', null, false]);
  });

  it('carries what she told of a reaction, where that is why', async () => {
    returnRecord.mockResolvedValue({ op_id: 'o', receipt: 'T9', refund: '99.50' });
    const draft = filled();
    draft.because('reaction');
    expect(draft.reaction.asking).toBe(true);
    draft.reaction.sign('rash');
    await draft.ask();
    await draft.approve({ manager: 'c5', pin: '123456' });
    expect(returnRecord.mock.calls[0]![0].reaction).toMatchObject({ signs: ['rash'] });
  });

  it('stays open on a wrong PIN and says so', async () => {
    returnRecord.mockRejectedValue(new EngineError('pin_wrong', { tries_left: 4 }));
    const draft = filled();
    await draft.ask();
    await draft.approve({ manager: 'c5', pin: '000000' });
    expect(draft.asking).toBe(true);
    expect(draft.trouble?.title).toContain('4');
  });
});

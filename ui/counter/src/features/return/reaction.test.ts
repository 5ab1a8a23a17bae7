import { beforeEach, describe, expect, it, vi } from 'vitest';
import { standIn } from '../../../dev/stand-in.js';
import { ReturnDraft } from './form.svelte.js';
import { ReactionTold } from './reaction.svelte.js';

describe('what she tells of a reaction', () => {
  it('says nothing until a sign is chosen, and nothing again once it is left out', () => {
    const told = new ReactionTold();
    told.place('face');
    told.note = 'x';
    expect(told.told).toBeNull();
    told.sign('rash');
    told.sign('redness');
    told.onset = 'day';
    told.note = ' 第二天 ';
    expect(told.told).toEqual({
      signs: ['rash', 'redness'],
      places: ['face'],
      onset: 'day',
      course: 'untold',
      doctor: 'untold',
      note: '第二天',
    });
    expect(told.signWords).toEqual(['红肿', '起疹']);
    told.sign('rash');
    expect(told.told?.signs).toEqual(['redness']);
    told.asking = true;
    told.leaveOut();
    expect([told.told, told.asking, told.note]).toEqual([null, false, '']);
  });
});

describe('a return because of one', () => {
  const returnRecord = vi.fn();

  beforeEach(() => {
    returnRecord.mockReset();
    returnRecord.mockResolvedValue({ op_id: 'o', receipt: 'T1', refund: '1.00' });
    const returnOpen = () =>
      Promise.resolve({
        receipt: { id: 'op', no: 'T1', lines: [{ sku: 'A', qty: 1, returned: 0 }] },
        member: null,
        sold_by: null,
      });
    const returnQuote = () => Promise.resolve({ refund: '1.00' });
    standIn({ returnOpen, returnQuote, returnRecord } as never);
  });

  async function picked(): Promise<ReturnDraft> {
    const draft = new ReturnDraft();
    await draft.open('T1');
    draft.pick(0, 1);
    return draft;
  }

  it('is asked about once, and is recorded with or without an answer', async () => {
    const draft = await picked();
    draft.because('shade');
    expect(draft.reaction.asking).toBe(false);
    draft.because('reaction');
    expect(draft.reaction.asking).toBe(true);
    draft.reaction.leaveOut();
    draft.because('reaction');
    expect(draft.reaction.asking).toBe(false);
    await draft.record();
    expect(returnRecord.mock.calls[0]![0]).toMatchObject({ reason: 'reaction', reaction: null });
  });

  it('carries what was told, and not where the reason is another one after all', async () => {
    const draft = await picked();
    draft.because('reaction');
    draft.reaction.sign('itching');
    await draft.record();
    expect(returnRecord.mock.calls[0]![0].reaction).toMatchObject({ signs: ['itching'] });
    const other = await picked();
    other.because('reaction');
    other.reaction.sign('itching');
    other.because('surplus');
    await other.record();
    expect(returnRecord.mock.calls[1]![0]).toMatchObject({ reason: 'surplus', reaction: null });
    other.clear();
    expect(other.reaction.told).toBeNull();
  });
});

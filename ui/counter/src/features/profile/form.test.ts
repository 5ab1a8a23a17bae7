import { beforeEach, describe, expect, it } from 'vitest';
import {
  EngineError,
  type ProfileDone,
  type ProfileForm,
  type ProfileRequest,
} from '$lib/engine.js';
import { standIn } from '../../../dev/stand-in.js';
import { ProfileDraft } from './form.svelte.js';

const consent = (purpose: string, given: boolean) => ({
  purpose,
  given,
  version: '2026-01',
  at: 0,
  source: 'phone',
  pending: false,
});

const form: ProfileForm = {
  member_id: 'm1',
  revision: 7,
  name: '曾静',
  called: '曾女士',
  phone: '13812345678',
  birthday: { year: 1990, month: 5, day: 6 },
  under_14: false,
  advisor: 'c1',
  advisors: [{ id: 'c1', name: '林悦', role: 'advisor', here: true }],
  skin: { moisture: 'dry', sensitivity: '', pigmentation: '', ageing: '' },
  concerns: ['修护'],
  concern_words: ['修护', '抗衰'],
  allergies: ['酒精'],
  notes: [],
  consents: [consent('terms', true), consent('skin', true), consent('marketing', false)],
  consent_version: '2026-01',
  pending: false,
  online: true,
};

let sent: ProfileRequest[] = [];
let answer: () => Promise<ProfileDone>;

beforeEach(() => {
  sent = [];
  answer = () =>
    Promise.resolve({
      op_id: 'o',
      allergies: [],
      warns_of_nothing: [],
      meanwhile: null,
      phone_waits: false,
    });
  standIn({
    profileForm: () => Promise.resolve(form),
    profileChange: (request: ProfileRequest) => {
      sent.push(request);
      return answer();
    },
  } as never);
});

async function opened(): Promise<ProfileDraft> {
  const draft = new ProfileDraft();
  await draft.open('m1');
  return draft;
}

describe('a profile that is edited', () => {
  it('changes nothing until something is changed, and saves only that', async () => {
    const draft = await opened();
    expect(draft.changes).toEqual([]);
    await draft.save();
    expect(sent).toEqual([]);
    draft.called = ' 曾姐 ';
    draft.setAllergies({ add: ['桃胶'], remove: ['酒精'] });
    draft.consents.marketing = true;
    expect(draft.changes.map((one) => one.key)).toEqual([
      'called',
      'allergy+桃胶',
      'allergy-酒精',
      'consent-marketing',
    ]);
    await draft.save();
    await draft.save();
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      seen: 7,
      name: null,
      called: ' 曾姐 ',
      phone: null,
      birthday: null,
      skin: null,
      concerns: null,
      allergies_add: ['桃胶'],
      allergies_remove: ['酒精'],
      consent_skin: null,
      consent_marketing: true,
      note: null,
    });
  });

  it('takes back what is put back', async () => {
    const draft = await opened();
    draft.setSkin('moisture', 'oily');
    draft.toggleConcern('抗衰');
    draft.name = '曾静静';
    expect(draft.changes).toHaveLength(3);
    draft.setSkin('moisture', 'dry');
    draft.toggleConcern('抗衰');
    draft.name = '曾静';
    expect(draft.changes).toEqual([]);
  });

  it('knows half a birthday, and one without its year', async () => {
    const draft = await opened();
    draft.day = '';
    expect([draft.birthdayHalf, draft.birthday]).toEqual([true, '']);
    await draft.save();
    expect(sent).toEqual([]);
    draft.day = '7';
    draft.year = '';
    expect([draft.birthdayHalf, draft.birthday]).toEqual([false, '05-07']);
    draft.year = '1988';
    expect(draft.birthday).toBe('1988-05-07');
  });

  it('asks for the guardian where the engine says that she is a child', async () => {
    answer = () => Promise.reject(new EngineError('guardian_first', { number: 'C-162' }));
    const draft = await opened();
    draft.year = '2020';
    draft.setSkin('moisture', 'oily');
    expect(draft.mayKeep).toBe(true);
    await draft.save();
    expect(draft.trouble?.code).toBe('C-162');
    expect([draft.guarded, draft.mayKeep, draft.done]).toEqual([true, false, null]);
    draft.consents.guardian = true;
    expect(draft.mayKeep).toBe(true);
  });

  it('says what a colleague made of it meanwhile', async () => {
    answer = () =>
      Promise.resolve({
        op_id: 'o',
        allergies: [],
        warns_of_nothing: [],
        meanwhile: { clerk: '苏晓', at: 0, name: null, called: '曾老师' },
        phone_waits: false,
      });
    const draft = await opened();
    draft.called = '曾姐';
    await draft.save();
    expect(draft.meanwhile).toContain('苏晓');
    expect(draft.meanwhile).toContain('曾老师');
  });
});

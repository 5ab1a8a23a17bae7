import {
  engine,
  EngineError,
  type AllergyView,
  type BirthdayView,
  type ProfileDone,
  type ProfileForm,
  type ProfileRequest,
  type SkinView,
} from '$lib/engine.js';
import { worded } from '$lib/allergy-words.js';
import { dayHalf, dayText, type DayParts } from '$kit/day-parts.js';
import { wordsFor, type Words } from '$lib/errors.js';
import { m } from '$kit/m.js';
import { skinWord } from '$lib/skin.js';
import type { AllergyChange } from '../allergy/AllergyPicker.svelte';

export type Purpose = 'skin' | 'marketing' | 'guardian';
export type Axis = keyof SkinView;

const NO_DAY: DayParts = { year: '', month: '', day: '' };
const parts = ({ year, month, day }: BirthdayView): DayParts => ({
  year: year ? String(year) : '',
  month: String(month),
  day: String(day),
});
const NO_CHANGE: AllergyChange = { add: [], remove: [] };
/** A word as she said it, where the table cannot be asked. */
const asSaid = (word: string): AllergyView => ({
  name: { zh: word, en: word },
  said: [word],
  known: true,
  products: 1,
});
const NO_SKIN: SkinView = { moisture: '', sensitivity: '', pigmentation: '', ageing: '' };

/** One thing that will be saved: what it is, and from what to what. */
export interface Change {
  key: string;
  label: string;
  words: string;
}

const same = (a: string[], b: string[]) =>
  a.length === b.length && a.every((one) => b.includes(one));

/** A profile while it is edited. Nothing of it is kept anywhere before `save`. */
export class ProfileDraft {
  form = $state.raw<ProfileForm | null>(null);
  name = $state('');
  called = $state('');
  phone = $state('');
  month = $state('');
  day = $state('');
  year = $state('');
  advisor = $state('');
  note = $state('');
  skin = $state<SkinView>({ ...NO_SKIN });
  concerns = $state.raw<string[]>([]);
  /** What the words on record mean; those alone that she told, where the table cannot be read. */
  told = $state.raw<AllergyView[]>([]);
  allergies = $state.raw<AllergyChange>(NO_CHANGE);
  /** What the words that she told now mean. */
  #added = $state.raw<AllergyView[]>([]);
  consents = $state<Record<Purpose, boolean>>({ skin: false, marketing: false, guardian: false });
  /** She turned out to be under 14: the engine said so. */
  guarded = $state(false);
  trouble = $state.raw<Words | null>(null);
  busy = $state(false);
  done = $state.raw<ProfileDone | null>(null);

  async open(memberId: string): Promise<void> {
    this.trouble = null;
    try {
      const form = await engine.profileForm(memberId);
      this.told = await engine
        .allergiesRead(form.allergies)
        .catch(() => form.allergies.map(asSaid));
      this.#show(form);
    } catch (error) {
      this.trouble = wordsFor(error);
    }
  }

  #show(form: ProfileForm): void {
    this.form = form;
    this.name = form.name;
    this.called = form.called;
    this.phone = form.phone;
    Object.assign(this, form.birthday ? parts(form.birthday) : NO_DAY);
    this.advisor = form.advisor ?? '';
    this.skin = { ...(form.skin ?? NO_SKIN) };
    this.concerns = form.concerns;
    this.allergies = NO_CHANGE;
    this.guarded = form.under_14;
    const given = (purpose: Purpose) =>
      form.consents.some((one) => one.purpose === purpose && one.given);
    this.consents = {
      skin: given('skin'),
      marketing: given('marketing'),
      guardian: given('guardian'),
    };
  }

  given(purpose: Purpose): boolean {
    return this.form?.consents.some((one) => one.purpose === purpose && one.given) ?? false;
  }

  /** Skin and allergies may be told: she agrees, and a child's guardian does. The engine has the last word. */
  get mayKeep(): boolean {
    return this.consents.skin && (!this.guarded || this.consents.guardian);
  }

  /** MM-DD or YYYY-MM-DD; empty where nothing or half of it is chosen. */
  get birthday(): string {
    return dayText(this);
  }

  get #birthdayBefore(): string {
    const before = this.form?.birthday;
    return before ? dayText(parts(before)) : '';
  }

  /** A month without a day, or a year alone. */
  get birthdayHalf(): boolean {
    return dayHalf(this);
  }

  setAllergies(change: AllergyChange): void {
    this.allergies = change;
    void engine.allergiesRead(change.add).then(
      (views) => (this.#added = views),
      () => (this.#added = []),
    );
  }

  /** An allergy in the language of the screen; a word that means nothing known stays as it is. */
  #allergyName(word: string): string {
    const found = [...this.told, ...this.#added].find(
      (one) => one.name.zh === word || one.said.includes(word),
    );
    return found?.name.zh === word ? worded(found.name) : word;
  }

  toggleConcern(word: string): void {
    const now = this.concerns;
    this.concerns = now.includes(word) ? now.filter((one) => one !== word) : [...now, word];
  }

  setSkin(axis: Axis, word: string): void {
    this.skin = { ...this.skin, [axis]: this.skin[axis] === word ? '' : word };
  }

  get changes(): Change[] {
    const form = this.form;
    if (!form) return [];
    const all: Change[] = [];
    const text = (key: string, label: string, before: string, now: string) => {
      const to = now.trim();
      if (to && to !== before)
        all.push({ key, label, words: before ? m.profile_from_to({ from: before, to }) : to });
    };
    text('name', m.profile_name(), form.name, this.name);
    text('called', m.profile_called_label(), form.called, this.called);
    text('phone', m.profile_phone(), form.phone, this.phone);
    text('birthday', m.profile_birthday(), this.#birthdayBefore, this.birthday);
    if (this.advisor !== (form.advisor ?? '')) {
      const who = form.advisors.find((one) => one.id === this.advisor)?.name;
      all.push({
        key: 'advisor',
        label: m.profile_advisor(),
        words: who ?? m.profile_advisor_none(),
      });
    }
    const before = form.skin ?? NO_SKIN;
    const axes = (Object.keys(NO_SKIN) as Axis[]).filter(
      (axis) => this.skin[axis] !== before[axis],
    );
    if (axes.length)
      all.push({
        key: 'skin',
        label: m.profile_skin(),
        words: axes
          .map((axis) => (this.skin[axis] ? skinWord(this.skin[axis]) : m.profile_skin_unknown()))
          .join(' '),
      });
    if (!same(this.concerns, form.concerns))
      all.push({ key: 'concerns', label: m.profile_concerns(), words: this.concerns.join(' ') });
    for (const word of this.allergies.add)
      all.push({
        key: `allergy+${word}`,
        label: m.profile_allergies(),
        words: m.profile_change_add({ word: this.#allergyName(word) }),
      });
    for (const word of this.allergies.remove)
      all.push({
        key: `allergy-${word}`,
        label: m.profile_allergies(),
        words: m.profile_change_take({ word: this.#allergyName(word) }),
      });
    const labels = {
      skin: m.profile_consent_skin,
      marketing: m.profile_consent_marketing,
      guardian: m.profile_consent_guardian,
    };
    for (const purpose of ['skin', 'marketing', 'guardian'] as const)
      if (this.consents[purpose] !== this.given(purpose))
        all.push({
          key: `consent-${purpose}`,
          label: labels[purpose](),
          words: this.consents[purpose] ? m.profile_consent_give() : m.profile_consent_withdraw(),
        });
    text('note', m.profile_note(), '', this.note);
    return all;
  }

  #request(form: ProfileForm): ProfileRequest {
    const changed = new Set(this.changes.map((one) => one.key));
    const consent = (purpose: Purpose) =>
      changed.has(`consent-${purpose}`) ? this.consents[purpose] : null;
    return {
      member_id: form.member_id,
      seen: form.revision,
      name: changed.has('name') ? this.name : null,
      called: changed.has('called') ? this.called : null,
      phone: changed.has('phone') ? this.phone : null,
      birthday: changed.has('birthday') ? this.birthday : null,
      advisor: changed.has('advisor') ? this.advisor : null,
      skin: changed.has('skin') ? { ...this.skin } : null,
      concerns: changed.has('concerns') ? this.concerns : null,
      allergies_add: this.allergies.add,
      allergies_remove: this.allergies.remove,
      consent_skin: consent('skin'),
      consent_marketing: consent('marketing'),
      consent_guardian: consent('guardian'),
      consent_version: form.consent_version,
      note: changed.has('note') ? this.note : null,
    };
  }

  async save(): Promise<void> {
    const form = this.form;
    if (!form || this.busy || this.done || this.birthdayHalf || this.changes.length === 0) return;
    this.busy = true;
    this.trouble = null;
    try {
      this.done = await engine.profileChange(this.#request(form));
    } catch (error) {
      this.trouble = wordsFor(error);
      if (error instanceof EngineError && error.code === 'guardian_first') this.guarded = true;
    } finally {
      this.busy = false;
    }
  }

  /** What a colleague made of it meanwhile, in words; none where nobody did. */
  get meanwhile(): string | null {
    const { form, done } = this;
    const meanwhile = done?.meanwhile;
    if (!form || !meanwhile) return null;
    const clerk = meanwhile.clerk ?? m.profile_meanwhile_somebody();
    const to = (now: string | null, before: string) => (now && now !== before ? now : null);
    const value = to(meanwhile.called, form.called) ?? to(meanwhile.name, form.name);
    return value ? m.profile_meanwhile({ clerk, value }) : m.profile_meanwhile_other({ clerk });
  }
}

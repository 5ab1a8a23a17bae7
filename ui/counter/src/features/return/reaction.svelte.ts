import type { Course, Doctor, Onset, Place, Reaction, Sign } from '$lib/engine.js';
import { m } from '$kit/m.js';

/** The words of each choice, in the order in which they are offered; what was not said has none. */
export const SIGNS: Record<Sign, () => string> = {
  redness: m.reaction_sign_redness,
  stinging: m.reaction_sign_stinging,
  itching: m.reaction_sign_itching,
  peeling: m.reaction_sign_peeling,
  rash: m.reaction_sign_rash,
  blisters: m.reaction_sign_blisters,
  lasting: m.reaction_sign_lasting,
  whole_body: m.reaction_sign_whole_body,
  other: m.reaction_sign_other,
};
export const PLACES: Record<Place, () => string> = {
  face: m.reaction_place_face,
  eyes: m.reaction_place_eyes,
  lips: m.reaction_place_lips,
  scalp: m.reaction_place_scalp,
  body: m.reaction_place_body,
  other: m.reaction_place_other,
};
export const ONSETS: Record<Exclude<Onset, 'untold'>, () => string> = {
  at_once: m.reaction_onset_at_once,
  day: m.reaction_onset_day,
  week: m.reaction_onset_week,
  later: m.reaction_onset_later,
};
export const COURSES: Record<Exclude<Course, 'untold'>, () => string> = {
  still: m.reaction_course_still,
  gone: m.reaction_course_gone,
};
export const DOCTORS: Record<Exclude<Doctor, 'untold'>, () => string> = {
  no: m.reaction_doctor_no,
  seen: m.reaction_doctor_seen,
  hospital: m.reaction_doctor_hospital,
};

/** The keys of a list of words, in its order. */
export const keysOf = <T extends string>(words: Record<T, () => string>) =>
  Object.keys(words) as T[];

const flipped = <T>(list: T[], one: T) =>
  list.includes(one) ? list.filter((other) => other !== one) : [...list, one];

/** What a customer tells of a reaction. It is asked once, may be left out with one tap, and bars nothing. */
export class ReactionTold {
  /** It is being asked. */
  asking = $state(false);
  signs = $state.raw<Sign[]>([]);
  places = $state.raw<Place[]>([]);
  onset = $state<Onset>('untold');
  course = $state<Course>('untold');
  doctor = $state<Doctor>('untold');
  note = $state('');

  /** What goes with the return; none where nothing was said. */
  get told(): Reaction | null {
    const { signs, places, onset, course, doctor } = this;
    if (signs.length === 0) return null;
    return { signs, places, onset, course, doctor, note: this.note.trim() };
  }

  /** 红肿, 瘙痒 */
  get signWords(): string[] {
    return keysOf(SIGNS)
      .filter((sign) => this.signs.includes(sign))
      .map((sign) => SIGNS[sign]());
  }

  sign(one: Sign): void {
    this.signs = flipped(this.signs, one);
  }

  place(one: Place): void {
    this.places = flipped(this.places, one);
  }

  /** No reaction, or she would rather not say. */
  leaveOut(): void {
    this.clear();
  }

  clear(): void {
    this.asking = false;
    this.signs = [];
    this.places = [];
    this.onset = 'untold';
    this.course = 'untold';
    this.doctor = 'untold';
    this.note = '';
  }
}

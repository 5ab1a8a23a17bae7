import { expect, it } from 'vitest';
import type { Scanned } from '$lib/engine.js';
import { standIn } from '../../../dev/stand-in.js';
import { scannedMember } from './scanned-member.js';

const one = (id: string) =>
  ({ id, by: 'card', no: '20460173', masked_name: '曾*桐', masked_phone: '138****5678' }) as const;
const engine = (is: Scanned, hits: string[]) =>
  standIn({
    scanned: () => Promise.resolve(is),
    find: () => Promise.resolve(hits.map((id) => ({ id }))),
  } as never);

it('is she whom the engine names, and not who else is found', async () => {
  engine({ is: 'member', member: one('m2'), receipt: null, code: null }, ['m1', 'm2']);
  expect((await scannedMember('CPM:20460173'))?.id).toBe('m2');
});

it.each<Scanned>([
  { is: 'unknown', may_be: ['receipt', 'card'], receipt: '138000' },
  { is: 'members', members: [one('m1'), one('m2')], receipt: null },
  { is: 'receipt', receipt: '20460173' },
  { is: 'nothing' },
])('is nobody where the text is no whole number of one member: $is', async (is) => {
  engine(is, ['m1']);
  expect(await scannedMember('138000')).toBeNull();
});

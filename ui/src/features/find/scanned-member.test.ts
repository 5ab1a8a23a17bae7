import { expect, it } from 'vitest';
import { standIn } from '$lib/engine.js';
import { scannedMember } from './scanned-member.js';

const hit = (id: string, no: string) => ({ id, no });
const find = (answers: unknown[]) => standIn({ find: () => Promise.resolve(answers) } as never);

it.each(['138000', '1380000567', '2046017', '0518', '20261128'])(
  'is nobody for a number that hers only begins with: %s',
  async (code) => {
    find([hit('m1', '20460173')]);
    expect(await scannedMember(code)).toBeNull();
  },
);

it.each(['CPM:20460173', '13800005678', '20460173'])(
  'is she for the whole of it: %s',
  async (code) => {
    find([hit('m1', '20460173')]);
    expect((await scannedMember(code))?.id).toBe('m1');
  },
);

it('is nobody where several have it', async () => {
  find([hit('m1', '1'), hit('m2', '2')]);
  expect(await scannedMember('CPM:20460173')).toBeNull();
});

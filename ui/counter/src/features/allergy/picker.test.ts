import { cleanup, render, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { allergyFixture, views } from '../../../dev/allergy-fixture.js';
import { standIn } from '../../../dev/stand-in.js';
import { warningOf } from '$lib/allergy-words.js';
import { i18n } from '$kit/i18n.svelte.js';
import AllergyPicker from './AllergyPicker.svelte';

const onchange = vi.fn();

beforeEach(() => {
  onchange.mockReset();
  standIn(allergyFixture);
});

afterEach(() => {
  i18n.set('zh-CN');
  cleanup();
});

function open(told: string[]) {
  const picker = render(AllergyPicker, { told: views(told), onchange });
  const see = (id: string) => waitFor(() => picker.getByTestId(id));
  const type = async (text: string) => {
    const field = (await see('allergy-field')) as HTMLInputElement;
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await waitFor(() => expect(field.getAttribute('aria-expanded')).toBe('true'));
    return field;
  };
  return { picker, see, type };
}

it('adds what is known by any name, and takes it off again', async () => {
  const { picker, see, type } = open([]);
  await type('parfum');
  (await see('allergy-option-0')).click();
  await waitFor(() => expect(onchange).toHaveBeenLastCalledWith({ add: ['香精'], remove: [] }));
  const chip = await see('allergy-chip-香精');
  expect(chip.className).not.toContain('free');
  expect(picker.queryByTestId('allergy-nothing')).toBeNull();
  chip.click();
  await waitFor(() => expect(onchange).toHaveBeenLastCalledWith({ add: [], remove: [] }));
});

it('keeps a free word, on a dashed chip, and says that it will not warn', async () => {
  const { see, type } = open([]);
  await type('桃胶');
  (await see('allergy-free')).click();
  const chip = await see('allergy-chip-桃胶');
  expect(chip.className).toContain('free');
  expect(chip.textContent).toContain('不会提醒');
  expect((await see('allergy-nothing')).textContent).toContain('没有产品标这个词，不会提醒');
});

it('takes back what was told, and puts it back', async () => {
  const { see } = open(['香精', '酒精']);
  (await see('allergy-chip-香精')).click();
  await waitFor(() => expect(onchange).toHaveBeenLastCalledWith({ add: [], remove: ['香精'] }));
  (await see('allergy-chip-香精')).click();
  await waitFor(() => expect(onchange).toHaveBeenLastCalledWith({ add: [], remove: [] }));
});

it('shows what was changed already where it is shown anew', async () => {
  const changed = { add: ['桃胶'], remove: ['香精'] };
  const picker = render(AllergyPicker, { told: views(['香精']), changed, onchange });
  const chip = await waitFor(() => picker.getByTestId('allergy-chip-桃胶'));
  expect(picker.getByTestId('allergy-chip-香精').className).toContain('off');
  expect(onchange).not.toHaveBeenCalled();
  chip.click();
  await waitFor(() => expect(onchange).toHaveBeenLastCalledWith({ add: [], remove: ['香精'] }));
});

it('takes the option that is lit with Enter, a known word once', async () => {
  const { type } = open(['水杨酸']);
  const enter = (field: HTMLElement) =>
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
  enter(await type('酒精'));
  await waitFor(() => expect(onchange).toHaveBeenLastCalledWith({ add: ['酒精'], remove: [] }));
  enter(await type('bha'));
  await new Promise((done) => setTimeout(done, 20));
  expect(onchange).toHaveBeenLastCalledWith({ add: ['酒精'], remove: [] });
});

it('speaks the language of the screen', () => {
  const check = {
    alerts: [
      {
        allergy: { zh: '香精', en: 'Fragrance' },
        found: [{ zh: '芳樟醇', en: 'Linalool' }],
        certain: true,
      },
      { allergy: { zh: '羊毛脂', en: 'Lanolin' }, found: [], certain: false },
    ],
    unlisted: false,
  };
  expect(warningOf(check)).toEqual({ list: '香精（芳樟醇）', certain: true });
  i18n.set('en');
  expect(warningOf(check)).toEqual({ list: 'Fragrance (Linalool)', certain: true });
  expect(warningOf({ alerts: [check.alerts[1]!], unlisted: false })).toEqual({
    list: 'Lanolin',
    certain: false,
  });
  expect(warningOf({ alerts: [], unlisted: true })).toBeNull();
});

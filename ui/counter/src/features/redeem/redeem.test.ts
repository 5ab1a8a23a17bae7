import { cleanup, render, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fixture } from '../../../dev/fixture.js';
import { standIn } from '../../../dev/stand-in.js';
import { workFixture } from '../../../dev/work-fixture.js';
import Redeem from './Redeem.svelte';

beforeEach(() => {
  standIn(fixture({ sync: 'in_step', standing: null, staffed: true, quiet: false }));
  standIn(workFixture(null));
});
afterEach(cleanup);

const open = () => {
  const page = render(Redeem, { memberId: 'm1' });
  const see = (id: string) => waitFor(() => page.getByTestId(id));
  const says = (id: string, words: string) =>
    waitFor(() => expect(page.getByTestId(id).textContent).toContain(words));
  return { page, see, says };
};

it('says what a reward and more pieces of it take, as the engine has it', async () => {
  const { see, says } = open();
  (await see('reward-RW01')).click();
  await says('redeem-after', '3,560');
  (await see('redeem-qty-plus')).click();
  await says('redeem-using', '600');
  await says('redeem-after', '3,260');
  await says('redeem-qty', '2');
});

it('goes in the program’s steps off a bill, and takes no tap for none', async () => {
  const { page, see, says } = open();
  const tab = await waitFor(() => page.getByText('抵现金'));
  tab.click();
  for (const key of ['2', '0', '0']) (await see(`bill-${key}`)).click();
  const more = await see('redeem-points-plus');
  await waitFor(() => expect(more.getAttribute('aria-disabled')).toBeNull());
  more.click();
  more.click();
  await says('redeem-points', '200');
  await says('redeem-worth', '10.00');
  await says('redeem-after', '3,660');
});

import { cleanup, fireEvent, render, waitFor } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { devicesFixture } from '../../../dev/devices-fixture.js';
import { fixture } from '../../../dev/fixture.js';
import { engine, type DeviceCard } from '$lib/engine.js';
import { standIn } from '../../../dev/stand-in.js';
import { router } from '$lib/router.svelte.js';
import { session } from '$lib/session.svelte.js';
import Devices from './Devices.svelte';
import { Desk } from './desk.svelte.js';
import PairPanel from './PairPanel.svelte';
import { sureWords } from './sure.js';
import { copies, reasonWords, standingOf } from './words.js';

const manager = { id: 'c5', name: '何敏', role: 'manager', here: true };

async function looked(): Promise<Desk> {
  standIn(fixture({ sync: 'in_step', standing: null, staffed: true, quiet: false }));
  const desk = new Desk();
  await desk.load(manager);
  await desk.approve('123456');
  return desk;
}

afterEach(() => {
  router.go({ view: 'find' });
  cleanup();
});

describe('members who may be one', () => {
  it('are shown beside each other, and merged by a PIN with who stays as it was chosen', async () => {
    const desk = await looked();
    const sent: unknown[] = [];
    const answer = devicesFixture(false, false);
    standIn({
      storeDevices: (who, pin, what) => {
        sent.push(what);
        return answer(who, pin, what);
      },
    });
    const pair = desk.seen!.duplicates[0]!;
    desk.lookAtPair(0);
    const page = render(PairPanel, { desk, pair });
    expect(page.getByTestId('pair-stays').textContent).toContain(pair.stays.no);
    await fireEvent.click(page.getByTestId('pair-swap'));
    expect(page.getByTestId('pair-stays').textContent).toContain(pair.goes.no);
    await fireEvent.click(page.getByTestId('pair-yes'));
    expect(desk.asking).toMatchObject({ do: 'merge', went: pair.stays.id, stays: pair.goes.id });
    expect(sureWords(desk.asking!, null).grave).toBe(true);
    await desk.approve('654321');
    expect(sent).toHaveLength(1);
    expect(desk.pair).toBeNull();
  });
});

describe('the desk', () => {
  it('asks who looks first, and shows nothing before', () => {
    const desk = new Desk();
    expect(desk.asking).toEqual({ do: 'look' });
    desk.drop();
    expect(desk.asking).toEqual({ do: 'look' });
    expect(desk.seen).toBeNull();
  });

  it('opens on what needs the manager', async () => {
    const desk = await looked();
    expect(desk.manager?.id).toBe('c5');
    expect(desk.device?.standing).toBe('quarantined');
    expect(desk.asking).toBeNull();
  });

  it('does nothing with a wrong PIN, and says so', async () => {
    const desk = await looked();
    desk.ask({ do: 'resolve', device: 'd3' });
    await desk.approve('000000');
    expect(desk.trouble?.title).toBe('密码不对，或不是本店店长');
    expect(desk.asking).toEqual({ do: 'resolve', device: 'd3' });
    expect(desk.device?.standing).toBe('quarantined');
  });

  it('asks for the PIN again for each thing that is done', async () => {
    const desk = await looked();
    const sent: string[] = [];
    const answer = devicesFixture(false, false);
    standIn({
      storeDevices: (who, pin, what) => {
        sent.push(`${who} ${pin} ${what.do}`);
        return answer(who, pin, what);
      },
    });
    desk.ask({ do: 'resolve', device: 'd3' });
    expect(sent).toEqual([]);
    await desk.approve('654321');
    expect(sent).toEqual(['c5 654321 resolve']);
    expect(desk.done?.what).toBe('resolve');
    expect(desk.device?.standing).toBe('good');
    desk.ask({ do: 'write_off', device: 'd4' });
    expect(desk.done).toBeNull();
    await desk.approve('654321');
    expect(sent).toHaveLength(2);
  });

  it('puts away what was ticked as seen', async () => {
    const desk = await looked();
    desk.tick('e1');
    desk.tick('e2');
    desk.tick('e1');
    expect(desk.ticked).toEqual(['e2']);
    desk.ask({ do: 'seen', entries: desk.ticked });
    await desk.approve('123456');
    expect(desk.seen?.exceptions.map((one) => one.id)).toEqual(['e1', 'e3']);
    expect(desk.ticked).toEqual([]);
  });

  it('says that it needs the network, in words of its own', async () => {
    const desk = await looked();
    desk.ask({ do: 'look' });
    await desk.approve('999999');
    expect(desk.trouble?.title).toBe('联网才看得到');
  });
});

describe('the words', () => {
  it('says of every action what happens and who bears it', async () => {
    const desk = await looked();
    const device = desk.device!;
    const said = (what: Parameters<typeof sureWords>[0]) => sureWords(what, device).lines.join('');
    expect(said({ do: 'resolve', device: 'd3' })).toContain('由本店承担');
    expect(said({ do: 'write_off', device: 'd3' })).toContain('由本店承担，最多 3,200 分');
    expect(said({ do: 'write_off', device: 'd3' })).toContain('1 张券');
    // what a counter holds that has not reported since a backup was put back, nobody knows
    for (const what of ['write_off', 'revoke'] as const) {
      const lines = sureWords({ do: what, device: 'd3' }, { ...device, unreported: true }).lines;
      expect(lines.join('')).toContain('可能不止这些');
      expect(lines.join('')).not.toContain('最多');
    }
    expect(said({ do: 'revoke', device: 'd3' })).toContain('不能撤回');
    expect(sureWords({ do: 'revoke', device: 'd3' }, { ...device, this: true }).lines[0]).toContain(
      '手上的这台',
    );
  });

  it('tells the copies apart, with their sums', async () => {
    const desk = await looked();
    expect(copies(desk.device!.kept).map((copy) => [copy.title, copy.sum])).toEqual([
      ['两份里都有，已算过', '1 笔'],
      ['先送到总部的那份', '2 笔，用掉 1,200 分'],
      ['另一份', '3 笔，用掉 600 分'],
    ]);
  });

  it('has words for what it does not know', () => {
    expect(reasonWords('over_returned')).toBe('同一件退了两次');
    expect(reasonWords('of_a_later_year')).toBe('总部记的例外');
    const later = { standing: 'of_a_later_year' } as DeviceCard;
    expect(standingOf(later).words).toBe('总部的新状态');
  });
});

it('lets a manager merge two copies on the page, with the rest of the counter in reach', async () => {
  standIn(fixture({ sync: 'in_step', standing: null, staffed: true, quiet: false }));
  await session.refresh();
  await session.signIn('c5', '123456');
  const page = render(Devices);
  const see = (id: string) => waitFor(() => page.getByTestId(id), { timeout: 3000 });
  const pin = async () => {
    await see('approve');
    for (const digit of '123456') (await see(`pin-${digit}`)).click();
  };
  await waitFor(async () => expect((await see('approve-prompt')).textContent).toContain('何敏'));
  await pin();
  expect((await see('device-d3')).dataset['standing']).toBe('quarantined');
  expect((await see('kept')).textContent).toContain('1123-0215');
  expect(document.querySelector('[role$="dialog"]')).toBeNull();
  (await see('do-resolve')).click();
  await pin();
  expect((await see('devices-done')).textContent).toContain('合并好了');
  expect((await see('device-d3')).dataset['standing']).toBe('good');
});

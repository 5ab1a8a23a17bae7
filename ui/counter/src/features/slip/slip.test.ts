import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EngineError, type Engine, type SlipView } from '$lib/engine.js';
import { standIn } from '../../../dev/stand-in.js';
import { i18n } from '$kit/i18n.svelte.js';
import { SETTLE } from '$kit/tap.js';
import PrinterPanel from './PrinterPanel.svelte';
import SlipAct from './SlipAct.svelte';
import SlipPaper from './SlipPaper.svelte';
import { slipWords } from './words.js';

const slip: SlipView = {
  kind: 'sale',
  parts: [
    { part: 'brand', text: '演示彩妆' },
    { part: 'mark', text: '演示数据 不作凭证' },
    { part: 'goods', name: '<b>精华</b>', detail: '× 2', amount: '¥1,360.00' },
    { part: 'rule' },
    { part: 'pair', label: '实付', value: '¥1,360.00', weight: 'total', pending: false },
    { part: 'pair', label: '本单获得积分', value: '+1,360', weight: 'plain', pending: true },
    { part: 'note', text: '本单积分待确认：送到总部后到账。', pending: true },
    { part: 'code', data: 'T1-42' },
  ],
  code_svg: '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
  prints: 0,
  printer: true,
};

function stand(over: Partial<Engine>) {
  const not = () => Promise.reject(new EngineError('no_engine'));
  const engine: Partial<Engine> = {
    slipShow: () => Promise.resolve(slip),
    slipPrint: vi.fn(() => Promise.resolve({ prints: 1, now: true })),
    slipPrintByItself: vi.fn(() => Promise.resolve({ prints: 1, now: true })),
    slipSave: not,
    printerShow: not,
    printerNamed: () => Promise.resolve({ possible: false, names: [] }),
    printerSet: not,
    printerTest: not,
    ...over,
  };
  standIn(engine);
  return engine;
}

beforeEach(() => i18n.set('zh-CN'));

describe('a receipt at the end of a sale', () => {
  it('prints by itself once for what was just done, and says so', async () => {
    const engine = stand({});
    render(SlipAct, { which: 'op-1', fresh: true });
    await waitFor(() => expect(screen.getByTestId('slip-printed')).toBeTruthy());
    expect(engine.slipPrintByItself).toHaveBeenCalledExactlyOnceWith('op-1');
    expect(engine.slipPrint).not.toHaveBeenCalled();
  });

  it('prints nothing for what is only looked at', async () => {
    const engine = stand({});
    render(SlipAct, { which: 'T1-42' });
    await new Promise((done) => setTimeout(done));
    expect(engine.slipPrintByItself).not.toHaveBeenCalled();
  });

  it('says why the printer failed, that the sale is safe, and prints again', async () => {
    const refused = new EngineError('not_printed', { number: 'C-404', reason: 'refused' });
    const engine = stand({ slipPrintByItself: () => Promise.reject(refused) });
    render(SlipAct, { which: 'op-1', fresh: true });
    const note = await waitFor(() => screen.getByTestId('slip-trouble'));
    expect(note.textContent).toContain('没开机');
    expect(note.textContent).toContain('不要再录');
    expect(note.textContent).toContain('C-404');
    const again = screen.getByTestId('slip-again');
    await fireEvent.click(again);
    await waitFor(() => expect(engine.slipPrint).toHaveBeenCalledWith('op-1'));
    await waitFor(() => expect(screen.queryByTestId('slip-trouble')).toBeNull());
  });
});

describe('the paper', () => {
  it('shows text as text, and marks what is pending', () => {
    const { container } = render(SlipPaper, { slip });
    expect(container.textContent).toContain('<b>精华</b>');
    expect(container.querySelector('b')).toBeNull();
    expect(container.querySelectorAll('.pending')).toHaveLength(2);
    expect(screen.getByTestId('slip-mark').textContent).toBe('演示数据 不作凭证');
    expect(screen.getByTestId('slip-number').textContent).toBe('T1-42');
  });
});

describe('the words', () => {
  it('are there for every reason and in both languages', () => {
    for (const reason of ['gone', 'denied', 'full', 'refused', 'timeout', 'closed', 'paper']) {
      const error = new EngineError('not_printed', { number: 'C-404', reason });
      const before = slipWords(error).detail;
      expect(before.length).toBeGreaterThan('这一笔已经记好了，不要再录。'.length);
      i18n.set('en');
      expect(slipWords(error).detail).not.toBe(before);
      i18n.set('zh-CN');
    }
    const other = slipWords(new EngineError('not_printed', { number: 'C-404', reason: 'other' }));
    expect(other.detail).toContain('这一笔已经记好了');
  });
});

describe('where the printer is', () => {
  const settings = {
    target: { kind: 'none' as const },
    width: '80' as const,
    language: 'zh-CN' as const,
    automatic: false,
    drawer: false,
    folder: '',
  };

  afterEach(cleanup);
  // what stood here before has just been done: a tap within that time is not meant for the panel
  beforeEach(() => new Promise((done) => setTimeout(done, SETTLE)));

  function panel(named: { possible: boolean; names: string[] }, over: Partial<Engine> = {}) {
    const engine = stand({
      printerShow: () => Promise.resolve(settings),
      printerNamed: () => Promise.resolve(named),
      printerSet: vi.fn((asked) => Promise.resolve(asked)),
      ...over,
    });
    render(PrinterPanel, { open: true, onclose: () => {} });
    return engine;
  }

  it('offers printers by name only where the system has names', async () => {
    panel({ possible: false, names: [] });
    await waitFor(() => expect(screen.getByTestId('printer-tcp')).toBeTruthy());
    expect(screen.queryByTestId('printer-named')).toBeNull();
  });

  it('keeps the printer that was chosen from the list', async () => {
    const engine = panel({ possible: true, names: ['XP-80C', '前台 小票'] });
    await waitFor(() => expect(screen.getByTestId('printer-named')).toBeTruthy());
    await fireEvent.click(screen.getByTestId('printer-named'));
    await fireEvent.change(screen.getByTestId('printer-name'), { target: { value: '前台 小票' } });
    await fireEvent.click(screen.getByTestId('printer-keep'));
    await waitFor(() =>
      expect(engine.printerSet).toHaveBeenCalledExactlyOnceWith({
        ...settings,
        target: { kind: 'named', name: '前台 小票' },
      }),
    );
  });

  it('says so where none is installed, and shows one that was and is gone', async () => {
    panel({ possible: true, names: [] });
    await waitFor(() => expect(screen.getByTestId('printer-named')).toBeTruthy());
    await fireEvent.click(screen.getByTestId('printer-named'));
    expect(screen.getByTestId('printer-named-none')).toBeTruthy();
    cleanup();
    panel(
      { possible: true, names: ['B'] },
      {
        printerShow: () => Promise.resolve({ ...settings, target: { kind: 'named', name: 'A' } }),
      },
    );
    const chosen = await waitFor(() => screen.getByTestId<HTMLSelectElement>('printer-name'));
    expect(chosen.value).toBe('A');
    expect([...chosen.options].map((o) => o.value)).toEqual(['', 'A', 'B']);
  });
});

import type { Engine, PrinterSettings } from '../src/lib/engine.js';

// ?printers=two as on Windows, ?printers=none as on Windows without any; else printers have no names
const printers = new URLSearchParams(location.search).get('printers');
let kept: Required<PrinterSettings> = {
  target: { kind: 'none' },
  width: '80',
  language: 'zh-CN',
  automatic: true,
  drawer: false,
  folder: '',
};

export default (): Partial<Engine> => ({
  printerNamed: () =>
    Promise.resolve({
      possible: printers !== null,
      names: printers === 'two' ? ['XP-80C', '前台小票机'] : [],
    }),
  printerShow: () => Promise.resolve(kept),
  printerSet: (settings) => {
    kept = { ...kept, ...settings };
    return Promise.resolve(kept);
  },
  printerTest: () => Promise.resolve(null),
});

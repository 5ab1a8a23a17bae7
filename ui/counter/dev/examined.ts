import type { Examined } from '../src/lib/engine.js';

type Finding = Examined['findings'][number];

const none = { zh: '', en: '' };

function good(part: Finding['part'], zh: string, en: string): Finding {
  return { part, state: 'good', said: { zh, en }, todo: none, number: '' };
}

/** What the doctor finds: `well`, `bad` or `soon`. */
export function examined(how: string): Examined {
  const well = [
    good('program', '柜伴 0.1.0，Windows 11', 'Counterpart 0.1.0 on Windows 11'),
    good(
      'folder',
      '资料放在 C:\\Users\\counter\\柜伴',
      'its files are in C:\\Users\\counter\\柜伴',
    ),
    good('keys', '密钥在系统的钥匙串里', "the keys are in the system's keychain"),
    good('device', '登记为 S001 的 一号柜台', 'enrolled as 一号柜台 of store S001'),
    good('work', '没有待送的记录', 'nothing waits to be sent'),
    good('disk', '还有 48203 MB 空间', '48203 MB are free'),
  ];
  const clock: Finding = {
    part: 'clock',
    state: 'bad',
    said: { zh: '这台的钟快了约 14 分钟', en: 'its clock is some 14 minutes ahead' },
    todo: {
      zh: '打开系统的「自动设置时间」。',
      en: 'Turn on setting the time automatically in the system.',
    },
    number: '',
  };
  const centre: Finding = {
    part: 'centre',
    state: 'bad',
    said: {
      zh: 'https://hq.example 的证书不可信',
      en: 'the certificate of https://hq.example is not trusted',
    },
    todo: {
      zh: '先看这台机器的日期对不对；日期没错，可能是公司的网关在中间拆包，请找网管。',
      en: "See that this machine's date is right; if it is, a gateway of the network may be opening connections: ask who runs it.",
    },
    number: 'C-301',
  };
  const disk: Finding = {
    part: 'disk',
    state: 'soon',
    said: { zh: '只剩 412 MB 空间', en: 'only 412 MB are free' },
    todo: {
      zh: '请删掉不用的文件，至少留出 500 MB。',
      en: 'Delete what is not needed, until 500 MB are free.',
    },
    number: '',
  };
  if (how === 'bad') return { findings: [clock, centre, disk, ...well] };
  if (how === 'soon') return { findings: [disk, ...well.slice(0, 5)] };
  return { findings: well };
}

import { describe, expect, it } from 'vitest';
import { ago, amount, clock, date, dateTime, delta, money, points, price, span } from './format.js';

const now = '2026-05-18T14:28:00+08:00'; // a Monday

describe('money', () => {
  it('has the sign, the commas and two places', () => {
    expect(money('1138')).toBe('¥1,138.00');
    expect(money('1138.5')).toBe('¥1,138.50');
    expect(money(0)).toBe('¥0.00');
  });
  it('keeps large amounts exactly, as they came', () => {
    expect(money('9007199254740993.07')).toBe('¥9,007,199,254,740,993.07');
  });
  it('uses the true minus, and none for nothing', () => {
    expect(money('-200.11')).toBe('−¥200.11');
    expect(amount('-120')).toBe('−120.00');
    expect(amount('-0.00')).toBe('0.00');
  });
  it('leaves round fen off a price tag', () => {
    expect(price('680.00')).toBe('¥680');
    expect(price('680.50')).toBe('¥680.50');
  });
});

describe('points', () => {
  it('are whole, with commas and the true minus', () => {
    expect(points(3860)).toBe('3,860');
    expect(points(-800)).toBe('−800');
    expect(delta(188)).toBe('+188');
    expect(delta(-800)).toBe('−800');
    expect(delta(0)).toBe('0');
  });
});

describe('dates', () => {
  it('are the business day, whatever the device thinks', () => {
    expect(date('2026-05-30T16:30:00Z', now, 'zh-CN')).toBe('5月31日');
    expect(clock('2026-05-18T06:02:00Z')).toBe('14:02');
    expect(clock('2026-05-18T16:02:00Z')).toBe('00:02');
  });
  it('name the year where it is another', () => {
    expect(date('2025-11-02T12:00:00+08:00', now, 'zh-CN')).toBe('2025年11月2日');
    expect(date('2025-11-02T12:00:00+08:00', now, 'en')).toBe('2 Nov 2025');
  });
  it('say today and yesterday', () => {
    expect(dateTime('2026-05-18T14:02:00+08:00', now, 'zh-CN')).toBe('今天 14:02');
    expect(dateTime('2026-05-17T23:59:00+08:00', now, 'zh-CN')).toBe('昨天 23:59');
    expect(dateTime('2026-05-15T09:00:00+08:00', now, 'zh-CN')).toBe('5月15日 09:00');
  });
  it.each([
    ['2026-05-18T09:00:00+08:00', '今天'],
    ['2026-05-17T09:00:00+08:00', '昨天'],
    ['2026-05-15T09:00:00+08:00', '3 天前'],
    ['2026-05-13T09:00:00+08:00', '上周三'],
    ['2026-05-10T09:00:00+08:00', '5月10日'],
    ['2026-04-26T09:00:00+08:00', '4月26日'],
    ['2025-11-26T09:00:00+08:00', '2025年11月'],
  ])('%s was %s', (at, words) => expect(ago(at, now, 'zh-CN')).toBe(words));
  it('name a weekday of this week', () => {
    const sunday = '2026-05-24T10:00:00+08:00';
    expect(ago('2026-05-18T09:00:00+08:00', sunday, 'zh-CN')).toBe('周一');
    expect(ago('2026-05-18T09:00:00+08:00', sunday, 'en')).toBe('Mon');
  });
  it('say how long', () => {
    expect(span(26 * 60_000, 'zh-CN')).toBe('26 分钟');
    expect(span(10_000, 'zh-CN')).toBe('1 分钟');
    expect(span(50 * 3_600_000, 'zh-CN')).toBe('2 天');
    expect(span(5 * 3_600_000, 'en')).toBe('5 h');
  });
});

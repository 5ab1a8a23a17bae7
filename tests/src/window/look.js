// What nobody should see on a screen. Answers a list of findings, empty where all is well.
const found = [];
const page = document.documentElement;
const name = (one) =>
  one.closest('[data-testid]')?.getAttribute('data-testid') ??
  `${one.tagName.toLowerCase()}.${String(one.className?.baseVal ?? one.className).split(' ')[0]}`;
/** Pages that may be higher than the window. */
const scrolls = document.querySelector('#phone, [data-testid="not-enrolled"]') !== null;
const say = (one) => `${name(one)} "${(one.innerText ?? '').trim().replace(/\s+/g, ' ').slice(0, 40)}"`;

if (page.scrollWidth > innerWidth + 1) found.push(`the page is ${page.scrollWidth} wide`);
if (page.scrollHeight > innerHeight + 1 && !scrolls)
  found.push(`the page is ${page.scrollHeight} high`);

const hidden = (one) => {
  const style = getComputedStyle(one);
  return (
    style.visibility !== 'visible' ||
    one.closest('.sr-only, .hidden, [hidden], [inert], [aria-hidden="true"], .uplot') !== null ||
    !one.checkVisibility({ checkOpacity: true })
  );
};
/** The part of a box that its scrolling ancestors let be seen. */
const scrolledAway = (one, box) => {
  for (let up = one.parentElement; up; up = up.parentElement) {
    const style = getComputedStyle(up);
    if (!/auto|scroll/.test(style.overflowX + style.overflowY)) continue;
    const frame = up.getBoundingClientRect();
    if (box.bottom > frame.bottom + 1 || box.top < frame.top - 1) return true;
    if (box.right > frame.right + 1 || box.left < frame.left - 1) return true;
  }
  return false;
};
/** What lies in front: only that is looked at for things lying over words. */
const front = document.querySelector('[role$="dialog"]') ?? document.body;
const menu = document.querySelector('[role="menu"][data-state="open"], [role="listbox"].hits') !== null;
/** Something else is painted over a point of the words. */
const covered = (one, text) => {
  if (menu || !front.contains(one)) return false;
  const points = [
    [text.left + 2, text.bottom - 4],
    [text.right - 2, text.top + text.height / 2],
  ];
  return points.some(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    if (top === null || top.contains(one) || one.contains(top)) return false;
    // what lies there and can be seen through covers nothing
    const ground = getComputedStyle(top).backgroundColor;
    return top instanceof HTMLImageElement || !/^(transparent|rgba\(.*, 0\))$/.test(ground);
  });
};
const ownText = (one) =>
  [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');

for (const one of document.body.querySelectorAll('*')) {
  if (!(one instanceof HTMLElement) || !ownText(one) || hidden(one)) continue;
  const style = getComputedStyle(one);
  const words = one.innerText.trim();
  if (/(^|\s)[a-z]+(_[a-z0-9]+){1,}(\s|$)/.test(words)) found.push(`no translation: ${say(one)}`);
  if (/\{\w+\}|undefined|NaN|\[object/.test(words)) found.push(`a hole in the words: ${say(one)}`);
  if (page.lang === 'en' && words !== '中文' && /^(?=.*[\u4e00-\u9fff]{2})[\u4e00-\u9fff，。：；·\s\d]+$/.test(words) && one.closest('button, h1, h2, dt, label') && !one.closest('[lang="zh-CN"]') && !one.querySelector('[lang="zh-CN"]') && !/song|clerk|name|hit|reward|line|check|history/.test(String(one.className) + name(one)))
    found.push(`Chinese in English: ${say(one)}`);
  const box = one.getBoundingClientRect();
  if (box.width === 0 || box.height === 0) continue;
  if ((one.scrollWidth > one.clientWidth + 1 && style.display !== 'inline' && style.textOverflow !== 'ellipsis' && /hidden|clip/.test(style.overflowX)))
    found.push(`words cut off: ${say(one)}`);
  if (scrolledAway(one, box)) continue;
  if (box.right > innerWidth + 1 || box.left < -1 || (!scrolls && (box.bottom > innerHeight + 1 || box.top < -1)))
    found.push(`outside the window: ${say(one)}`);
  // words that run over what surrounds them
  const range = document.createRange();
  range.selectNodeContents(one);
  const text = range.getBoundingClientRect();
  if (style.pointerEvents !== 'none' && style.textOverflow !== 'ellipsis' && !one.closest('.cut') && covered(one, text))
    found.push(`covered: ${say(one)}`);
  const button = one.closest('button');
  if (button && style.textOverflow !== 'ellipsis' && !one.closest('.cut')) {
    const frame = button.getBoundingClientRect();
    if (text.right > frame.right + 2 || text.left < frame.left - 2 || text.bottom > frame.bottom + 2 || text.top < frame.top - 2)
      found.push(`words over the edge of a button: ${say(button)}`);
  }
}

for (const button of document.querySelectorAll('button, [role="menuitem"], input:not([type=hidden])')) {
  if (!(button instanceof HTMLElement) || hidden(button) || button.hidden) continue;
  const box = button.getBoundingClientRect();
  if (box.width <= 2 || box.height <= 2 || button.type === 'submit') continue;
  const phone = document.querySelector('#phone') !== null;
  const least = phone ? 44 : 56;
  if (box.height < least - 4.5 || box.width < least - 4.5)
    found.push(`too small to touch (${Math.round(box.width)}×${Math.round(box.height)}): ${say(button)}`);
  if (!(button.innerText ?? '').trim() && !button.getAttribute('aria-label') && !button.labels?.length && !button.getAttribute('aria-labelledby'))
    found.push(`without a name: ${say(button)}`);
}
return [...new Set(found)];

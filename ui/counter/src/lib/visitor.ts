import type { StoreCard } from './engine.js';
import { m } from '$kit/m.js';

/** 来自 外滩店·今日有效: she belongs to another store and was looked up; nothing for one of ours. */
export function visitorWords(home: StoreCard, here: StoreCard | null | undefined): string {
  return here && home.id !== here.id ? m.visitor({ store: home.name }) : '';
}

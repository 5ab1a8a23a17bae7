import { m } from '$kit/m.js';
import type { Kind } from './form.svelte.js';

/** The tabs, in the order of what is asked for most. */
export const kinds = (): { value: Kind; label: string }[] => [
  { value: 'sample', label: m.redeem_tab_sample() },
  { value: 'product', label: m.redeem_tab_product() },
  { value: 'service', label: m.redeem_tab_service() },
  { value: 'cash', label: m.redeem_tab_cash() },
];

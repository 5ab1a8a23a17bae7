import QrCode from '@lucide/svelte/icons/qr-code';
import Search from '@lucide/svelte/icons/search';
import ShoppingBag from '@lucide/svelte/icons/shopping-bag';
import Undo2 from '@lucide/svelte/icons/undo-2';
import type { Component } from 'svelte';
import { m } from '$kit/m.js';
import type { About, View } from '$lib/routes.js';
import Devices from './features/devices/Devices.svelte';
import Find from './features/find/Find.svelte';
import { finder } from './features/find/finder.svelte.js';
import type { RailPlace } from './features/frame/place.js';
import Invite from './features/invite/Invite.svelte';
import Member from './features/member/Member.svelte';
import { shelf } from './features/parked/shelf.svelte.js';
import Profile from './features/profile/Profile.svelte';
import Redeem from './features/redeem/Redeem.svelte';
import Return from './features/return/Return.svelte';
import Sale from './features/sale/Sale.svelte';
import Sync from './features/sync/Sync.svelte';

interface Screen<V extends View> {
  component: Component<About[V]>;
  /** Its place in the rail; none where it is reached from another screen. */
  rail?: Omit<RailPlace, 'view'>;
  /** The screen in the rail that it belongs to, where it is another's. */
  under?: View;
  /** A key that is for it, wherever nobody is typing. */
  shortcut?: { key: string; press: () => void };
}

const rest = () => finder.rest();
const take = () => finder.take();

/** Every screen. Adding one is an entry here, one in the routes, and files of its own. */
export const screens: { [V in View]: Screen<V> } = {
  find: {
    component: Find,
    rail: { label: m.nav_find, Icon: Search, after: take },
    shortcut: { key: '/', press: take },
  },
  sale: {
    component: Sale,
    rail: {
      label: m.nav_sale,
      Icon: ShoppingBag,
      before: rest,
      badge: {
        count: () => shelf.count,
        testid: 'parked-count',
        label: (count) => m.parked_count({ count }),
      },
    },
  },
  return: { component: Return, rail: { label: m.nav_return, Icon: Undo2, before: rest } },
  invite: { component: Invite, rail: { label: m.nav_invite, Icon: QrCode, before: rest } },
  // reached by finding her
  member: { component: Member, under: 'find' },
  redeem: { component: Redeem, under: 'find' },
  profile: { component: Profile },
  sync: { component: Sync },
  devices: { component: Devices },
};

/** The rail, in its order. */
export const places: RailPlace[] = (Object.keys(screens) as View[]).flatMap((view) => {
  const { rail } = screens[view];
  return rail ? [{ view, ...rail }] : [];
});

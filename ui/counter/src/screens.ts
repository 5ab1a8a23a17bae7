import QrCode from '@lucide/svelte/icons/qr-code';
import Search from '@lucide/svelte/icons/search';
import ShoppingBag from '@lucide/svelte/icons/shopping-bag';
import Undo2 from '@lucide/svelte/icons/undo-2';
import type { Component, ComponentProps } from 'svelte';
import { m } from '$kit/m.js';
import Devices from './features/devices/Devices.svelte';
import Find from './features/find/Find.svelte';
import { finder } from './features/find/finder.svelte.js';
import Invite from './features/invite/Invite.svelte';
import Member from './features/member/Member.svelte';
import { shelf } from './features/parked/shelf.svelte.js';
import Profile from './features/profile/Profile.svelte';
import Redeem from './features/redeem/Redeem.svelte';
import Return from './features/return/Return.svelte';
import Sale from './features/sale/Sale.svelte';
import Sync from './features/sync/Sync.svelte';

/** A place in the rail. */
interface Place {
  label: () => string;
  Icon: typeof Search;
  /** What is done before the screen is shown, and once it is: its own field, where it has one, takes the tap. */
  before?: () => void;
  after?: () => void;
  /** A number on it, where it is not zero, and what that number is. */
  badge?: { count: () => number; testid: string; label: (count: number) => string };
}

export interface Screen<C> {
  component: C;
  /** Its place in the rail; none where it is reached from another screen. */
  rail?: Place;
  /** The screen in the rail that it belongs to, where it is another's. */
  under?: string;
  /** A key that is for it, wherever nobody is typing. */
  shortcut?: { key: string; press: () => void };
}

/** A component of whatever props: they are those of its route. */
export type Shown = Component<any>;

const screen = <C extends Shown>(component: C, more: Omit<Screen<C>, 'component'> = {}) =>
  ({ component, ...more }) as Screen<C>;

const rest = () => finder.rest();
const take = () => finder.take();

/** Every screen. Adding one is an entry here and files of its own: its route is its name and its props. */
export const screens = {
  find: screen(Find, {
    rail: { label: m.nav_find, Icon: Search, after: take },
    shortcut: { key: '/', press: take },
  }),
  sale: screen(Sale, {
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
  }),
  return: screen(Return, { rail: { label: m.nav_return, Icon: Undo2, before: rest } }),
  invite: screen(Invite, { rail: { label: m.nav_invite, Icon: QrCode, before: rest } }),
  // reached by finding her
  member: screen(Member, { under: 'find' }),
  redeem: screen(Redeem, { under: 'find' }),
  profile: screen(Profile),
  sync: screen(Sync),
  devices: screen(Devices),
};

export type View = keyof typeof screens;

/** What a screen is about; one that takes nothing is about nobody. */
type About<C extends Shown> = string extends keyof ComponentProps<C> ? unknown : ComponentProps<C>;

/** Where the clerk is: a screen and what it is about. */
export type Route = {
  [V in View]: { view: V } & About<(typeof screens)[V]['component']>;
}[View];

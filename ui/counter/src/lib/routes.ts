/** Every screen and what it is about: the props of its component. */
export interface About {
  find: {};
  sale: { memberId?: string };
  return: { memberId?: string; receiptNo?: string; sale?: string };
  invite: {};
  member: { memberId: string };
  redeem: { memberId?: string };
  profile: { memberId: string };
  sync: {};
  devices: {};
}

export type View = keyof About;

/** Where the clerk is: a screen and what it is about. */
export type Route = { [V in View]: { view: V } & About[V] }[View];

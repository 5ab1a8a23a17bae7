/** What the centre says to the sign-up page, and what the page sends. */

declare global {
  interface Window {
    /** What the page's head asked before the page was there. */
    begun?: Promise<Response> | undefined;
  }
}

export interface Asked {
  purpose: 'terms' | 'skin' | 'marketing' | 'open_id';
  required: boolean;
  version: string;
}

export interface Begin {
  brand: string | null;
  /** The data is made up, and no message is really sent. */
  demo: boolean;
  store: { id: string; name: string };
  clerk: { id: string; name: string };
  welcome_gift: string;
  welcome_gift_en?: string;
  welcome_points: number;
  consents: Asked[];
  /** What whoever agrees for a child is asked. */
  guardian?: { version: string } | null;
  /** Which friend invites, as far as she may be shown. */
  friend?: string;
  /** Who may tell her number: `wechat`, `alipay`, … */
  providers?: string[];
  valid_until: string | null;
  server_time: string;
}

export interface Sent {
  resend_after_seconds: number;
  valid_seconds: number;
  demo_code?: string;
}

export interface Skin {
  moisture: string;
  sensitivity: string;
  pigmentation: string;
  ageing: string;
}

export interface Joining {
  phone: string;
  verification: string;
  skin: Skin;
  concerns: string[];
  allergies: string[];
  consents: { purpose: string; given: boolean; version: string }[];
  /** ISO date; told where somebody agrees for a child. */
  birthday?: string;
  guardian?: { phone: string; verification: string };
  /** Who has this number is somebody else. */
  not_me?: boolean;
  browser?: string;
  /** What a provider told this page by. */
  authorised?: string;
}

export interface Joined {
  status: 'joined' | 'member_already';
  member_no: string;
  tier: string;
  tier_name: string;
  points: number;
  welcome_gift: string;
  welcome_gift_en?: string;
  /** Her member code, where the centre draws one. */
  member_code_svg?: string;
}

/** What a member agreed to, by purpose: her last word on each. */
export interface Agreement {
  purpose: 'terms' | 'skin' | 'marketing' | 'guardian' | 'open_id';
  given: boolean;
  /** Of the words that were shown; may be empty. */
  version: string;
  at: string;
}

export interface Agreements {
  /** ISO date. */
  joined: string;
  consents: Agreement[];
}

/** What `open` answers: what she agreed to, and the session that her phone keeps. */
export interface Opened extends Agreements {
  session: string;
}

export type Benefit =
  | { kind: 'amount_off'; threshold: string; amount: string }
  | { kind: 'percent_off'; percent: string; threshold: string; cap?: string }
  | { kind: 'factor'; factor: string; threshold: string }
  | { kind: 'gift'; gift: string; threshold: string };

export interface OwnView {
  called: string;
  phone: string;
  member_no: string;
  tier: string;
  tier_name: string;
  points: number;
  waiting: number;
  frozen: boolean;
  lots: { points: number; expires: string | null }[];
  coupons: (Benefit & { expires: string | null })[];
  purchases: {
    at: string;
    store: string;
    receipt: string;
    paid: string;
    points: number;
    lines: { name: string; qty: number; returned: number }[];
  }[];
  messages: { at: string; kind: string }[];
  held: Agreements;
  skin_kept: boolean;
  as_of: string;
}

export interface OwnCode {
  svg: string;
  number: string;
  member_no: string;
  renew_after_seconds: number;
  issued: string;
}

/** What a provider told of her. */
export interface ToldOfHer {
  session?: string;
  phone?: string;
  verification?: string;
}

export interface OwnInvite {
  path: string;
  svg: string;
  points: number;
  friend_points: number;
  from: string;
  after_days: number;
  within_days: number;
  joined: number;
  waiting: number;
  rewarded: number;
}

export class ApiError extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** The sign-up code at the end of this page's address: `/j/<code>`, below whatever path the centre lies at. */
export function codeOf(path: string): string {
  return /\/j\/([^/]+)\/?$/.exec(path)?.[1] ?? '';
}

/** Whether an address is a member's own page. */
export function isOwn(path: string): boolean {
  return /\/me\/?$/.test(path) && codeOf(path) === '';
}

/** What lies before the page's own part of an address: where a proxy has put the centre. */
export function baseOf(path: string): string {
  return /^(.*)\/(?:j\/[^/]+|me)\/?$/.exec(path)?.[1] ?? '';
}

async function ask<T>(
  place: string,
  body?: unknown,
  session?: string,
  early?: Promise<Response>,
): Promise<T> {
  let response: Response;
  try {
    response = await (early ??
      fetch(`${baseOf(location.pathname)}/phone/v1/${place}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          accept: 'application/json',
          'content-type': 'application/json',
          ...(session && { authorization: `Bearer ${session}` }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        cache: 'no-store',
      }));
  } catch {
    throw new ApiError('network');
  }
  if (response.status === 204) return undefined as T;
  const said: unknown = await response.json().catch(() => null);
  if (response.ok && said !== null) return said as T;
  const problem = said as { code?: string } | null;
  throw new ApiError(problem?.code ?? 'unavailable');
}

/** A random text that nobody guesses. */
function drawn(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * What tells this page from others with the same sign-up code: what is tried on those takes nothing from it. It outlives
 * a page that the browser loads anew while she reads her message.
 */
function ticketOf(code: string): string {
  const made = drawn();
  try {
    const kept = sessionStorage.getItem(`ticket:${code}`) ?? tickets.get(code) ?? made;
    sessionStorage.setItem(`ticket:${code}`, kept);
    return kept;
  } catch {
    // a browser that keeps nothing: as long as the page is open
    const kept = tickets.get(code) ?? made;
    tickets.set(code, kept);
    return kept;
  }
}

const tickets = new Map<string, string>();

/** Where her browser goes to a provider; it comes back to this page. */
export const authoriseAt = (provider: string, code: string): string => {
  const from = new URLSearchParams({ code, ticket: ticketOf(code || OWN) });
  return `${baseOf(location.pathname)}/phone/v1/authorise/${provider}?${from}`;
};

/** What she came back from a provider with, once: the address does not keep it. */
export function cameBack(): string {
  const by = /^#by=([a-z0-9]+)$/.exec(location.hash)?.[1] ?? '';
  if (by) history.replaceState(null, '', location.pathname);
  return by;
}

/** What this browser is known by where friends invite each other: so that one phone counts once. */
export function browserOf(): string {
  const made = drawn();
  try {
    const kept = localStorage.getItem('browser') ?? made;
    localStorage.setItem('browser', kept);
    return kept;
  } catch {
    // a browser that keeps nothing
    return made;
  }
}

/** What was told is over, or was never told: no fault of hers. */
export function nothingTold(error: unknown): null {
  if (error instanceof ApiError && error.code === 'verification_invalid') return null;
  throw error;
}

export const authorised = (code: string, handle: string) =>
  ask<ToldOfHer>(`join/${code}/authorised`, { handle, ticket: ticketOf(code) });
/** Who invites. The page's head has asked already, while the rest of the page came in: once. */
export const begin = (code: string) => {
  const early = window.begun;
  delete window.begun;
  return ask<Begin>(`join/${code}?ticket=${ticketOf(code)}`, undefined, undefined, early);
};
/** A number is hers, or that of whoever agrees for a child. */
export const verify = (code: string, phone: string, guardian = false) =>
  ask<Sent>(`join/${code}/verify`, { phone, guardian, ticket: ticketOf(code) });
export const check = (code: string, phone: string, verification: string, guardian = false) =>
  ask<{ status: 'verified' }>(`join/${code}/check`, {
    phone,
    verification,
    guardian,
    ticket: ticketOf(code),
  });
export const join = (code: string, joining: Joining) =>
  ask<Joined>(`join/${code}/join`, { ...joining, ticket: ticketOf(code) });

/** The tickets of own pages stand apart from those of sign-ups. */
const OWN = 'me';

export const own = () => ask<{ brand: string | null; demo: boolean; providers?: string[] }>('me');
export const authorisedOwn = (handle: string) =>
  ask<ToldOfHer>('me/authorised', { handle, ticket: ticketOf(OWN) });
export const invite = (session: string) =>
  ask<OwnInvite>('me/invite', { browser: browserOf() }, session);
export const verifyOwn = (phone: string) =>
  ask<Sent>('me/verify', { phone, ticket: ticketOf(OWN) });
export const openOwn = (phone: string, verification: string) =>
  ask<Opened>('me/open', { phone, verification, ticket: ticketOf(OWN) });
export const ownPage = (session: string) => ask<OwnView>('me/page', undefined, session);
export const ownCode = (session: string) => ask<OwnCode>('me/code', {}, session);
export const withdraw = (session: string, purpose: string) =>
  ask<Agreements>('me/withdraw', { purpose }, session);
export const exportAll = (session: string) => ask<unknown>('me/export', {}, session);
export const leave = (session: string, verification: string) =>
  ask<void>('me/leave', { verification, ticket: ticketOf(OWN) }, session);
export const end = (session: string, everywhere: boolean) =>
  ask<void>('me/end', { everywhere }, session);

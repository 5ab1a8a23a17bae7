/** What the centre says to the sign-up page, and what the page sends. */

export interface Asked {
  purpose: 'terms' | 'skin' | 'marketing';
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
  welcome_points: number;
  consents: Asked[];
  valid_until: string;
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
}

export interface Joined {
  status: 'joined' | 'member_already';
  member_no: string;
  tier: string;
  tier_name: string;
  points: number;
  welcome_gift: string;
  /** Her member code, where the centre draws one. */
  member_code_svg?: string;
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

/** What lies before the page's own part of an address: where a proxy has put the centre. */
export function baseOf(path: string): string {
  return /^(.*)\/j\/[^/]+\/?$/.exec(path)?.[1] ?? '';
}

async function ask<T>(code: string, step = '', body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`${baseOf(location.pathname)}/phone/v1/join/${code}${step}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      cache: 'no-store',
    });
  } catch {
    throw new ApiError('network');
  }
  const said: unknown = await response.json().catch(() => null);
  if (response.ok && said !== null) return said as T;
  const problem = said as { code?: string } | null;
  throw new ApiError(problem?.code ?? 'unavailable');
}

export const begin = (code: string) => ask<Begin>(code);
/**
 * What tells this page from others with the same sign-up code: what is tried on those takes nothing from it. It outlives
 * a page that the browser loads anew while she reads her message.
 */
function ticketOf(code: string): string {
  const made = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
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

export const verify = (code: string, phone: string) =>
  ask<Sent>(code, '/verify', { phone, ticket: ticketOf(code) });
export const check = (code: string, phone: string, verification: string) =>
  ask<{ status: 'verified' }>(code, '/check', {
    phone,
    verification,
    ticket: ticketOf(code),
  });
export const join = (code: string, joining: Joining) =>
  ask<Joined>(code, '/join', { ...joining, ticket: ticketOf(code) });

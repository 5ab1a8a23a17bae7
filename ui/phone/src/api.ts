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
export const verify = (code: string, phone: string) => ask<Sent>(code, '/verify', { phone });
export const check = (code: string, phone: string, verification: string) =>
  ask<{ status: 'verified' }>(code, '/check', { phone, verification });
export const join = (code: string, joining: Joining) => ask<Joined>(code, '/join', joining);

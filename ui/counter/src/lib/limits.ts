import { m } from '$kit/m.js';

type Message = (inputs?: Record<string, unknown>) => string;
const messages = m as unknown as Record<string, Message | undefined>;

/** Why this counter may redeem less than she has, and what to do: `limit_<code>`. */
export function limitReason(code: string, values: Record<string, unknown>): string {
  return (messages[`limit_${code}`] ?? m.limit_unknown)(values as { confirmed: string });
}

/** The same once headquarters was asked and gave no more. */
export function limitAsked(code: string, values: Record<string, unknown>): string {
  return messages[`limit_${code}_asked`]?.(values) ?? limitReason(code, values);
}

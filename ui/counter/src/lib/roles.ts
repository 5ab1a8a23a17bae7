import { m } from '$kit/m.js';

const words: Record<string, () => string> = {
  advisor: m.role_advisor,
  cashier: m.role_cashier,
  manager: m.role_manager,
};

export function roleWord(role: string): string {
  return words[role]?.() ?? role;
}

import type { Role } from './engine.js';
import { m } from './m.js';

export function roleWord(role: Role): string {
  return { advisor: m.role_advisor, cashier: m.role_cashier, manager: m.role_manager }[role]();
}

import { EngineError, type StoreCard } from './engine.js';
import type {
  JoinCode,
  Joined,
  ProductHit,
  ReceiptEntry,
  RedeemDone,
  RedeemOptions,
  RedeemRequest,
  ReturnDone,
  ReturnForm,
  ReturnQuote,
  ReturnRequest,
  SaleDone,
  SaleQuote,
  SaleRequest,
} from './work-types.js';

export type * from './work-types.js';

export interface WorkEngine {
  /** Products, checked against the allergies of a member where one is named. */
  productsFind(query: string, limit: number, memberId: string | null): Promise<ProductHit[]>;
  saleQuote(request: SaleRequest): Promise<SaleQuote>;
  /** `parked`: the parked basket that it was taken up from. */
  saleRecord(request: SaleRequest, parked: string | null): Promise<SaleDone>;
  /** What was entered as a till's receipt number. */
  receiptEntry(text: string): Promise<ReceiptEntry>;
  redeemOptions(memberId: string): Promise<RedeemOptions>;
  redeem(request: RedeemRequest): Promise<RedeemDone>;
  /** By its number, and where it was asked which, by the sale's id. */
  returnOpen(receiptNo: string, sale?: string | null): Promise<ReturnForm>;
  /** The brand's stores, this one first. */
  stores(): Promise<StoreCard[]>;
  returnQuote(request: ReturnRequest): Promise<ReturnQuote>;
  returnRecord(request: ReturnRequest): Promise<ReturnDone>;
  joinCode(): Promise<JoinCode>;
  joined(codeId: string): Promise<Joined | null>;
}

let current: WorkEngine | null = null;

/** The work screens' door to the Rust side: sales, redemptions, returns, invitations. */
export const work = new Proxy({} as WorkEngine, {
  get(_, name: string) {
    return (...args: unknown[]) => {
      const door = current as unknown as Record<string, (...args: unknown[]) => unknown> | null;
      return door ? door[name]!(...args) : Promise.reject(new EngineError('no_engine'));
    };
  },
});

/** Tests and the development fixture stand in for the Rust side. */
export function standInWork(other: WorkEngine): void {
  current = other;
}

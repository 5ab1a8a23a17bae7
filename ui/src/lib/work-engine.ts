import { EngineError, type StoreCard } from './engine.js';
import type { Saved, SlipFormat, SlipLanguage } from './slip-engine.js';
import type {
  FilledIn,
  FillIn,
  InvitedView,
  InviteSlip,
  JoinCode,
  Joined,
  NumberTold,
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
  ToAgree,
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
  /** How far guests have come by codes of this counter; null where the centre does not tell it. */
  invited(codeIds: string[]): Promise<InvitedView[] | null>;
  inviteSlip(code: string, language: SlipLanguage): Promise<InviteSlip>;
  invitePrint(code: string): Promise<void>;
  inviteSave(code: string, format: SlipFormat, language: SlipLanguage): Promise<Saved>;
  /** A member who has the number, or a message that was sent to it. */
  fillInNumber(phone: string, code: string | null): Promise<NumberTold>;
  fillInProve(phone: string, code: string, verification: string): Promise<void>;
  fillInAsks(told: FillIn): Promise<ToAgree>;
  fillInJoin(told: FillIn): Promise<FilledIn>;
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

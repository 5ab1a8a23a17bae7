/** What the screens hear from the engine: the generated types, under the names that screens use. */
import type { commands } from './bindings.js';

/** What a command answers where it succeeds. */
export type Answered<Command extends keyof typeof commands> = Extract<
  Awaited<ReturnType<(typeof commands)[Command]>>,
  { status: 'ok' }
>['data'];

export type {
  Ability,
  Kind as MatchedKind,
  ManageWhat,
  MemberBy,
  MemberChoice,
  Millis,
  Money,
  OpState,
  ProductChoice,
  ScanMeaning,
  Standing,
  SyncKind,
} from './bindings.js';

export type DeviceSettings = Answered<'deviceSettings'>;
export type DeviceStatus = Answered<'deviceStatus'>;
export type SyncState = DeviceStatus['sync'];
export type StoreCard = NonNullable<DeviceStatus['store']>;
export type Session = Answered<'signIn'>;
export type ClerkCard = Session['clerk'];
export type Role = ClerkCard['role'];
export type MemberHit = Answered<'find'>[number];
export type MemberPage = Answered<'memberPage'>;
export type TierView = MemberPage['tier'];
export type SkinView = NonNullable<MemberPage['skin']>;
export type PointsView = MemberPage['points'];
export type Expiring = NonNullable<PointsView['expiring']>;
export type NextStep = MemberPage['next'][number];
export type ReceiptView = MemberPage['history'][number];
export type LineView = ReceiptView['lines'][number];
export type Revealed = Answered<'reveal'>;
export type SyncPage = Answered<'syncPage'>;
export type OpView = SyncPage['waiting'][number];
export type Scanned = Answered<'scanned'>;
export type LookedUp = NonNullable<Answered<'lookUp'>>;
export type StoreDevices = Answered<'storeDevices'>;
export type DeviceCard = StoreDevices['devices'][number];
export type KeptView = DeviceCard['kept'][number];
export type ExceptionView = StoreDevices['exceptions'][number];

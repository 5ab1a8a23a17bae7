import { listen } from '@tauri-apps/api/event';
import { commands, type ProfileRequest } from './bindings.js';
import type { ActsEngine } from './acts-engine.js';
import type { AllergyEngine } from './allergy-engine.js';
import { EngineError } from './engine-error.js';
import type { Engine } from './engine.js';
import type { ParkedEngine } from './parked-engine.js';
import type { MemberEngine } from './member-engine.js';
import type { SlipEngine } from './slip-engine.js';
import type { WorkEngine } from './work-engine.js';

type Answer<T> = Promise<{ status: 'ok'; data: T } | { status: 'error'; error: { code: string } }>;

/** A command's answer, or its problem thrown as an {@link EngineError}. */
export async function ask<T>(answer: Answer<T>): Promise<T> {
  const said = await answer;
  if (said.status === 'ok') return said.data;
  throw new EngineError(said.error.code, { ...said.error });
}

/** A change of a profile that changes nothing. */
const UNCHANGED: Omit<ProfileRequest, 'member_id'> = {
  seen: null,
  name: null,
  called: null,
  phone: null,
  birthday: null,
  advisor: null,
  skin: null,
  concerns: null,
  allergies_add: [],
  allergies_remove: [],
  consent_skin: null,
  consent_marketing: null,
  consent_guardian: null,
  consent_version: '',
  note: null,
};

/** The work screens' commands, under the names that they use. */
export const tauriWork: WorkEngine = {
  productsFind: (query, limit, memberId) => ask(commands.productsFind(query, limit, memberId)),
  saleQuote: (request) => ask(commands.saleQuote(request)),
  saleRecord: (request, parked) => ask(commands.saleRecord(request, parked)),
  receiptEntry: (text) => ask(commands.receiptEntry(text)),
  redeemOptions: (memberId) => ask(commands.redeemOptions(memberId)),
  redeem: (request) => ask(commands.redeem(request)),
  returnOpen: (receiptNo, sale) => ask(commands.returnOpen(receiptNo, sale ?? null)),
  returnQuote: (request) => ask(commands.returnQuote(request)),
  stores: () => ask(commands.stores()),
  returnRecord: (request) => ask(commands.returnRecord(request)),
  joinCode: () => ask(commands.joinCode()),
  joined: (codeId) => ask(commands.joined(codeId)),
  invited: (codeIds) => ask(commands.invited(codeIds)),
  inviteSlip: (code, language) => ask(commands.inviteSlip(code, language)),
  invitePrint: async (code) => void (await ask(commands.invitePrint(code))),
  inviteSave: (code, format, language) => ask(commands.inviteSave(code, format, language)),
  fillInNumber: (phone, code) => ask(commands.fillInNumber(phone, code)),
  fillInProve: async (phone, code, verification) =>
    void (await ask(commands.fillInProve(phone, code, verification))),
  fillInAsks: (told) => ask(commands.fillInAsks(told)),
  fillInJoin: (told) => ask(commands.fillInJoin(told)),
};

/** What is done to a member's account, under the names that its screens use. */
export const tauriActs: ActsEngine = {
  member: (memberId) => ask(commands.memberActs(memberId)),
  quote: (request) => ask(commands.actQuote(request)),
  record: (request) => ask(commands.actRecord(request)),
  managers: () => ask(commands.managers()),
  approvedReturns: () => ask(commands.approvedReturns()),
};

/** Baskets that stand aside. */
export const tauriParked: ParkedEngine = {
  list: (anew) => ask(commands.parked(anew)),
  park: (request) => ask(commands.park(request)),
  takeUp: (id) => ask(commands.takeUp(id)),
  letGo: (id) => ask(commands.letGo(id)),
};

/** Her profile, coupons, the ledger of her points, and who gets the credit. */
export const tauriMember: MemberEngine = {
  form: (memberId) => ask(commands.profileForm(memberId)),
  change: (request) => ask(commands.profileChange({ ...UNCHANGED, ...request })),
  coupons: (memberId) => ask(commands.memberCoupons(memberId)),
  ledger: (memberId) => ask(commands.pointsLedger(memberId)),
  credit: (member) => ask(commands.saleCredit(member)),
};

/** The table of ingredients. */
export const tauriAllergies: AllergyEngine = {
  find: (typed, limit) => ask(commands.allergiesFind(typed, limit)),
  read: (said) => ask(commands.allergiesRead(said)),
};

/** Receipts and the printer. */
export const tauriSlips: SlipEngine = {
  show: (which, language) => ask(commands.slipShow(which, language)),
  print: (which) => ask(commands.slipPrint(which)),
  printByItself: (which) => ask(commands.slipPrintByItself(which)),
  save: (which, format, language) => ask(commands.slipSave(which, format, language)),
  printer: () => ask(commands.printerShow()),
  setPrinter: (settings) => ask(commands.printerSet(settings)),
  testPrinter: async (settings) => void (await ask(commands.printerTest(settings))),
};

/** The engine behind the window's commands. */
export const tauriEngine: Engine = {
  deviceStatus: () => ask(commands.deviceStatus()),
  enrol: (centre, code, name) => ask(commands.enrol(centre, code, name)),
  followCentre: (manager, pin, centre) => ask(commands.followCentre(manager, pin, centre)),
  warmUp: async () => void (await ask(commands.warmUp())),
  clerks: () => ask(commands.clerks()),
  signIn: (clerkId, pin) => ask(commands.signIn(clerkId, pin)),
  cover: async () => void (await ask(commands.cover())),
  signOut: async () => void (await ask(commands.signOut())),
  session: () => ask(commands.session()),
  find: (query, limit) => ask(commands.find(query, limit)),
  digitsMissing: (typed) => ask(commands.digitsMissing(typed)),
  lookUp: (query, by) => ask(commands.lookUp(query, by ?? null)),
  scanned: (text) => ask(commands.scanned(text)),
  typedWhole: (typed) => ask(commands.typedWhole(typed)),
  memberPage: (memberId) => ask(commands.memberPage(memberId)),
  reveal: (memberId) => ask(commands.reveal(memberId)),
  syncPage: () => ask(commands.syncPage()),
  syncNow: () => ask(commands.syncNow()),
  operation: (opId) => ask(commands.operation(opId)),
  deviceSettings: () => ask(commands.deviceSettings()),
  setDeviceSettings: (settings) => ask(commands.setDeviceSettings(settings)),
  storeDevices: (manager, pin, what) => ask(commands.storeDevices(manager, pin, what)),
  onChange(listener) {
    const stop = listen('engine-changed', listener);
    return () => void stop.then((end) => end());
  },
};

import type { DeliveredItem } from '../../intake/delivery';
import type { AccountDoc } from '../../store/accounts';
import { ownAliasesOf } from '../../store/sources/own-names';
import { phoneOf } from '../../domain/identity';
import { readAccountWord } from '../../whatsapp/meta/state';
import { readDelivery, type MetaChange } from '../../whatsapp/meta/envelope';
import { findMetaAlias } from '../../whatsapp/meta/people';
import { brokenMetaPart, translateMetaChange, type MetaNews } from '../../whatsapp/meta/translate';
import type { Taken } from '../../intake/take-in';
import type { ApiContext } from '../context';
import { takeInAndWake } from '../links/take-in-and-wake';
import { toHookAnswer, type HookAnswer } from './hook-payload';
import { noteState } from './linked-device';

const source = 'meta';

interface SignedDelivery {
  payload: unknown;
  /** Whether the same bytes would have been let in at another account's address. */
  isSignedFor: (account: AccountDoc) => boolean;
}

/** Changes of one account. */
interface Share {
  account: AccountDoc;
  changes: MetaChange[];
}

/**
 * One app has one address, and its delivery may tell of all numbers of a business. A change is its number's: of the account at whose address it
 * came, or of another one of the same app's secret. Of a number that no account has nothing is taken. What names no number is the address'.
 */
async function shareOut(
  { store }: ApiContext,
  account: AccountDoc,
  changes: readonly MetaChange[],
  isSignedFor: SignedDelivery['isSignedFor'],
): Promise<{ shares: Share[]; strangers: number }> {
  const isOwn = ({ phoneNumberId }: MetaChange) =>
    phoneNumberId === null || phoneNumberId === account.meta?.phoneNumberId;
  const own = { account, changes: changes.filter(isOwn) };
  const rest = changes.filter((change) => !isOwn(change));
  if (rest.length === 0) return { shares: [own], strangers: 0 };
  const others = (await store.accounts.list()).filter(
    (one) => one.kind === 'meta' && one._id !== account._id && isSignedFor(one),
  );
  const shares = others.map((other) => ({
    account: other,
    changes: rest.filter(({ phoneNumberId }) => phoneNumberId === other.meta?.phoneNumberId),
  }));
  const taken = shares.reduce((sum, share) => sum + share.changes.length, 0);
  return { shares: [own, ...shares], strangers: rest.length - taken };
}

const strange = { kind: 'ignored', reason: 'of a phone number id that no account here has' } as const;

/** What Meta says of the number's account itself, where it says it of this number or of all. */
async function noteWord(context: ApiContext, account: AccountDoc, changes: readonly MetaChange[]) {
  for (const { field, value } of changes) {
    const told = field === 'account_update' ? readAccountWord(value) : null;
    const alias = told?.phone ? findMetaAlias(told.phone, '') : null;
    const isOurs = told && (told.phone === null || (alias && phoneOf([alias]) === account.e164));
    if (isOurs) await noteState(context, account, { state: told.word, saidAt: new Date() });
  }
}

async function takeShare(
  context: ApiContext,
  { account, changes }: Share,
  broken: readonly DeliveredItem[],
): Promise<Taken[]> {
  const { accounts } = context.store;
  const receivedAt = new Date();
  const around = { receivedAt, ownAliases: ownAliasesOf(account), accountId: account._id };
  const news = changes.map((change): MetaNews => translateMetaChange(change, around));
  const items = [...news.flatMap((one) => one.items), ...broken];
  const identities = news.flatMap((one) => one.identities);
  if (items.length === 0) return [];
  const { taken } = await takeInAndWake(context, account, { source, items, identities });
  // After the messages: a delivery that dies in between comes again, and tells the same.
  for (const { history } of news) if (history) await accounts.noteHistory(account, history, receivedAt);
  await noteWord(context, account, changes);
  return taken;
}

/** Takes in a whole delivery. All of it is stored when this returns; the same delivery again adds nothing. */
export async function takeMetaDelivery(
  context: ApiContext,
  account: AccountDoc,
  { payload, isSignedFor }: SignedDelivery,
): Promise<HookAnswer> {
  const { changes, broken } = readDelivery(payload);
  const { shares, strangers } = await shareOut(context, account, changes, isSignedFor);
  const parts = broken.map((raw) => ({ raw, translation: brokenMetaPart }));
  const taken: Taken[] = [];
  for (const share of shares) {
    const isOwn = share.account._id === account._id;
    taken.push(...(await takeShare(context, share, isOwn ? parts : [])));
  }
  if (strangers > 0) await context.store.accounts.noteOtherNumber(account._id, new Date());
  const others = Array.from({ length: strangers }, (): Taken => ({
    outcome: 'ignored',
    reason: strange.reason,
  }));
  return toHookAnswer([...taken, ...others]);
}

import type { AccountDoc } from '../../store/accounts';
import type { Mismatch } from '../../store/sources/waha-access';
import type { ApiContext } from '../context';
import { Problem } from '../http/problem';
import { judgeNow } from '../sources/judge-now';

/** A key that was replaced is good for so long after the source was seen to use the new one. */
const formerKeysMs = 24 * 3_600_000;

/** Notes which of an account's keys, the newest first, a delivery was let in by: the newest in use is the beginning of the others' end. */
export async function noteKeyInUse(
  { store }: ApiContext,
  account: AccountDoc,
  used: number,
  now: Date,
): Promise<void> {
  const isOpen = used === 0 && (account.formerKeys ?? []).some(({ until }) => until === null);
  if (isOpen) await store.accounts.endFormerKeys(account, new Date(now.getTime() + formerKeysMs));
}

/** Told again after so long only: a session that is another's delivers much. */
const mismatchAgainMs = 60_000;

/** Refuses what is of another session or number, and says so on the account; what is ours again takes the word back. */
export async function refuseForeign(
  { store: { accounts }, logger }: ApiContext,
  { _id, mismatch = null }: AccountDoc,
  code: Mismatch['code'] | null,
): Promise<void> {
  if (code === null) {
    if (mismatch) await accounts.recordMismatch(_id, null);
    return;
  }
  const at = new Date();
  if (mismatch?.code !== code || at.getTime() - mismatch.at.getTime() > mismatchAgainMs) {
    await accounts.recordMismatch(_id, { code, at });
    logger.warn({ accountId: _id, code }, 'a webhook was not this account’s and was refused');
  }
  throw new Problem(code);
}

/** Notes what the source said of itself at a time, unless something newer is known; null: it said nothing. */
export async function noteState(
  context: ApiContext,
  { _id }: AccountDoc,
  { state, saidAt }: { state: string | null; saidAt: Date },
): Promise<void> {
  if (state === null) return;
  if (await context.store.accounts.recordState(_id, state, saidAt)) await judgeNow(context, _id);
}

import { randomBytes } from 'node:crypto';
import type { Model } from 'mongoose';
import { listPlain } from '../bulk';
import { orNull } from '../fields';
import { changeOne, loadOne } from '../queries';
import { hashToken } from '../secret-box';

export interface TokenBearer {
  _id: string;
  tokenHash: string | null;
  /** The token before, where it still opens ingest until `formerTokenUntil`; absent on accounts of before. */
  formerTokenHash?: string | null;
  formerTokenUntil?: Date | null;
  removedAt?: Date | null;
}

export const tokenFields = {
  ...orNull(String, 'tokenHash', 'formerTokenHash'),
  ...orNull(Date, 'formerTokenUntil'),
};

export const newToken = (): string => randomBytes(32).toString('base64url');

/** Ingest tokens: shown once, kept as hashes. */
export function createIngestTokens<Doc extends TokenBearer>(given: Model<Doc>) {
  const model = given as unknown as Model<TokenBearer>;
  /** The account that each token opens, its former one included while that is good; null: none. Those that nobody has now are looked for among the former ones. */
  async function findByTokens(tokens: readonly string[]): Promise<(Doc | null)[]> {
    const hashes = tokens.map(hashToken);
    const owners = await listPlain(model, { tokenHash: { $in: hashes } });
    const ownerOf = new Map(owners.map((one) => [one.tokenHash, one]));
    const others = hashes.filter((hash) => !ownerOf.has(hash));
    const formers = others.length === 0 ? [] : await listPlain(model, { formerTokenHash: { $in: others } });
    const formerOf = new Map(formers.map((one) => [one.formerTokenHash, one]));
    const isFormerGood = ({ formerTokenUntil }: TokenBearer) =>
      (formerTokenUntil ?? new Date(0)) > new Date();
    return hashes.map((hash) => {
      const former = formerOf.get(hash);
      const owner = ownerOf.get(hash) ?? (former && isFormerGood(former) ? former : null);
      return owner && !owner.removedAt ? (owner as unknown as Doc) : null;
    });
  }
  /** A new token; the old one works for so long still. Null when there is no such account. */
  async function renewToken(accountId: string, keepOldForMs = 0): Promise<string | null> {
    const account = await loadOne(model, accountId);
    if (!account) return null;
    const { _id, tokenHash } = account;
    const token = newToken();
    const formerTokenUntil = new Date(Date.now() + keepOldForMs);
    const former =
      keepOldForMs > 0
        ? { formerTokenHash: tokenHash, formerTokenUntil }
        : { formerTokenHash: null, formerTokenUntil: null };
    const change = { $set: { tokenHash: hashToken(token), ...former } };
    // Two renewals at once: the later one goes on from the token that the other has made.
    return (await changeOne(model, { _id, tokenHash }, change)) ? token : renewToken(accountId, keepOldForMs);
  }
  return {
    renewToken,
    findByTokens,
    findByToken: async (token: string): Promise<Doc | null> => (await findByTokens([token]))[0] ?? null,
  };
}

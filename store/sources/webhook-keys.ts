import { Schema, type Model } from 'mongoose';
import { orNull, required } from '../fields';
import { changeOne } from '../queries';
import { hmacKeyRecord } from '../sealing/records';
import type { SecretBox } from '../secret-box';

/** A webhook key that was replaced: deliveries signed before are under way for a while. */
export interface FormerKey {
  sealed: string;
  /** Null until the source was seen to sign with the newer one: it may not know it yet. */
  until: Date | null;
}

export interface Keyed {
  _id: string;
  /** The key that the source signs its webhooks with, encrypted. */
  sealedHmacKey: string | null;
  /** Absent on accounts of before. */
  formerKeys?: FormerKey[];
}

const formerKey = new Schema<FormerKey>(
  { ...required(String, 'sealed'), ...orNull(Date, 'until') },
  { _id: false },
);
export const keyFields = { ...orNull(String, 'sealedHmacKey'), formerKeys: [formerKey] };

/** Replaced keys that are kept at most: more rotations than that in a row end the oldest. */
const maxFormerKeys = 4;

/**
 * The keys that webhooks are signed with. A new key is stored before the source is told of it, and the old one ends only after
 * the source was seen to sign with the new one: no delivery between is refused, whoever dies at which step.
 */
export function createWebhookKeys<Doc extends Keyed>(given: Model<Doc>, box: SecretBox) {
  const model = given as unknown as Model<Keyed>;
  return {
    openHmacKey: ({ _id, sealedHmacKey }: Keyed): string | null =>
      sealedHmacKey === null ? null : box.open(sealedHmacKey, hmacKeyRecord(_id)),
    /** Every key that a delivery may be signed with at this time, the newest first. */
    openHmacKeys({ _id, sealedHmacKey, formerKeys = [] }: Keyed, at: Date): string[] {
      const former = formerKeys.filter(({ until }) => until === null || until > at);
      const sealed = sealedHmacKey === null ? [] : [sealedHmacKey];
      return [...sealed, ...former.map((key) => key.sealed)].map((key) => box.open(key, hmacKeyRecord(_id)));
    },
    /** Makes this the key; the one before stays good. False: another rotation was first. */
    async replaceHmacKey({ _id, sealedHmacKey, formerKeys = [] }: Keyed, hmacKey: string): Promise<boolean> {
      const replaced = sealedHmacKey === null ? [] : [{ sealed: sealedHmacKey, until: null }];
      const former = [...replaced, ...formerKeys].slice(0, maxFormerKeys);
      const change = { $set: { sealedHmacKey: box.seal(hmacKey, hmacKeyRecord(_id)), formerKeys: former } };
      return changeOne(model, { _id, sealedHmacKey }, change);
    },
    /** The newest key is in use: what was replaced ends at this time, unless its end is known. */
    async endFormerKeys({ _id, sealedHmacKey, formerKeys = [] }: Keyed, until: Date): Promise<void> {
      const ended = formerKeys.map((key) => ({ sealed: key.sealed, until: key.until ?? until }));
      // Another rotation in between has a list of its own.
      await changeOne(model, { _id, sealedHmacKey }, { $set: { formerKeys: ended } });
    },
  };
}

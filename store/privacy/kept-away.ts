import { createHmac, randomBytes } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import { insertNew, listPlain } from '../bulk';
import { required } from '../fields';
import { findOne, insertOne, loadOne, unlessTaken } from '../queries';
import { privacyKeyRecord } from '../sealing/records';
import type { SecretBox } from '../secret-box';

/** A portal's own key of the hashes below and of markers, sealed. Made with the first entry, and never changed. */
export interface PrivacyKeyDoc {
  /** The portal's id. */
  _id: string;
  sealedKey: string;
}

/**
 * A name of somebody who was forgotten, as a keyed hash: what comes under it later is not taken in. Nobody can read from it who it was without
 * the key, and with it only by guessing numbers.
 */
export interface KeptAwayDoc {
  /** `<portalId>/<hash>`. */
  _id: string;
  portalId: string;
  /** The forgetting that it comes from. */
  operationId: string;
  at: Date;
}

const keySchema = new Schema<PrivacyKeyDoc>(
  { _id: String, ...required(String, 'sealedKey') },
  { versionKey: false },
);
const keptAwaySchema = new Schema<KeptAwayDoc>(
  { _id: String, ...required(String, 'portalId', 'operationId'), ...required(Date, 'at') },
  { versionKey: false },
).index({ operationId: 1 });

export function createPrivacyKeys(connection: Connection, box: SecretBox) {
  const model = connection.model<PrivacyKeyDoc>('PrivacyKey', keySchema, 'privacy_keys');
  const known = new Map<string, Buffer>();

  function remember({ _id, sealedKey }: PrivacyKeyDoc): Buffer {
    const key = Buffer.from(box.open(sealedKey, privacyKeyRecord(_id)), 'base64');
    known.set(_id, key);
    return key;
  }

  /** Null: nothing of this portal was posted yet, and nobody forgotten. */
  async function load(portalId: string): Promise<Buffer | null> {
    const there = known.get(portalId);
    if (there) return there;
    const found = await loadOne(model, portalId);
    return found && remember(found);
  }

  /** Two processes at once agree on one key. */
  async function loadOrMake(portalId: string): Promise<Buffer> {
    const there = await load(portalId);
    if (there) return there;
    const sealedKey = box.seal(randomBytes(32).toString('base64'), privacyKeyRecord(portalId));
    const made = await unlessTaken(() => insertOne<PrivacyKeyDoc>(model, { _id: portalId, sealedKey }));
    return made ? remember(made) : loadOrMake(portalId);
  }

  return { model, load, loadOrMake };
}

type Keys = Pick<ReturnType<typeof createPrivacyKeys>, 'load' | 'loadOrMake'>;

const toId = (portalId: string, key: Buffer, name: string): string =>
  `${portalId}/${createHmac('sha256', key).update(name).digest('hex')}`;

/** Who is not taken in any more, by the hashes of their names (keys of aliases). */
export function createKeptAway(connection: Connection, keys: Keys) {
  const model = connection.model<KeptAwayDoc>('KeptAway', keptAwaySchema, 'kept_away');
  return {
    model,
    /** From the moment this is written nothing more comes in under these names. Safe to repeat. */
    async add(portalId: string, names: readonly string[], operationId: string): Promise<void> {
      const key = await keys.loadOrMake(portalId);
      const at = new Date();
      const ids = new Set(names.map((name) => toId(portalId, key, name)));
      await insertNew(
        model,
        [...ids].map((_id): KeptAwayDoc => ({ _id, portalId, operationId, at })),
      );
    },
    /** Those of the names that are kept away, and by which forgetting. One read, and none where nobody was ever forgotten but that of the key. */
    async whichNames(portalId: string, names: readonly string[]): Promise<Map<string, string>> {
      const key = names.length === 0 ? null : await keys.load(portalId);
      if (!key) return new Map();
      const ids = new Map(names.map((name) => [toId(portalId, key, name), name]));
      const found = await listPlain(model, { _id: { $in: [...ids.keys()] } });
      return new Map(found.map(({ _id, operationId }) => [ids.get(_id) ?? '', operationId]));
    },
    /** The person wants to be written with again: all that is kept away with this name is taken in from now on. False: the name is not. */
    async letIn(portalId: string, name: string): Promise<boolean> {
      const key = await keys.load(portalId);
      const found = key && (await findOne(model, { _id: toId(portalId, key, name) }));
      if (found) await model.deleteMany({ operationId: found.operationId });
      return Boolean(found);
    },
  };
}

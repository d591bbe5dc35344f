import { Schema, type Connection } from 'mongoose';
import { required } from '../fields';
import { loadOne, unlessTaken } from '../queries';
import type { SecretBox } from '../secret-box';
import { keyCheckRecord } from './records';

/** A sealed word that is no secret: who cannot open it has another key than the one that seals here. */
interface KeyCheckDoc {
  _id: 'key';
  sealed: string;
}

const schema = new Schema<KeyCheckDoc>(
  { _id: String, ...required(String, 'sealed') },
  { versionKey: false, autoCreate: false },
);

export const opens = (box: SecretBox, sealed: string, record: string): boolean => {
  try {
    box.open(sealed, record);
    return true;
  } catch {
    return false;
  }
};

export type KeyChecks = ReturnType<typeof createKeyChecks>;

export function createKeyChecks(connection: Connection, box: SecretBox) {
  const model = connection.model<KeyCheckDoc>('KeyCheck', schema, 'key_checks');
  const make = (): string => box.seal('Contact Link', keyCheckRecord);
  return {
    model,
    /** Whether our keys open it; null: there is none yet. */
    async opens(): Promise<boolean | null> {
      const found = await loadOne(model, 'key');
      return found && opens(box, found.sealed, keyCheckRecord);
    },
    /** Two processes that begin at once agree on the first one's. */
    async begin(): Promise<void> {
      await unlessTaken(() => model.create({ _id: 'key', sealed: make() }));
    },
    /** From now on only the key in use is right. */
    async renew(): Promise<void> {
      await model.updateOne({ _id: 'key' }, { $set: { sealed: make() } }, { upsert: true });
    },
  };
}

import { Schema, type Connection } from 'mongoose';
import { newId } from './connection';
import { listAll, unlessTaken } from './queries';

/** A contact that holds a full number in a form by which Bitrix24 finds nobody. */
export interface OddNumber {
  crmContactId: number;
  e164: string;
}

interface OddNumberDoc extends OddNumber {
  _id: string;
  portalId: string;
}

/** Both keys are unique, so that each of the two questions has an index wherever only unique ones are fast. */
const oddNumberSchema = new Schema<OddNumberDoc>(
  {
    _id: String,
    portalId: { type: String, required: true },
    crmContactId: { type: Number, required: true },
    e164: { type: String, required: true },
  },
  { versionKey: false },
)
  .index({ portalId: 1, e164: 1, crmContactId: 1 }, { unique: true })
  .index({ portalId: 1, crmContactId: 1, e164: 1 }, { unique: true });

const keyOf = ({ crmContactId, e164 }: OddNumber): string => `${crmContactId} ${e164}`;

/** Our own small index beside the CRM's: what its search does not find. */
export function createOddNumbers(connection: Connection) {
  const model = connection.model<OddNumberDoc>('OddNumber', oddNumberSchema, 'odd_numbers');

  const listByNumbers = async (portalId: string, e164s: readonly string[]): Promise<OddNumber[]> =>
    e164s.length === 0 ? [] : listAll(model, { portalId, e164: { $in: e164s } });

  async function removeContacts(portalId: string, crmContactIds: readonly number[]): Promise<void> {
    await model.deleteMany({ portalId, crmContactId: { $in: crmContactIds } });
  }

  return {
    model,
    listByNumbers,
    removeContacts,

    /** Makes these rows the only ones of the contacts. Two processes at once come to the same. */
    async replace(
      portalId: string,
      crmContactIds: readonly number[],
      rows: readonly OddNumber[],
    ): Promise<void> {
      const known = await listAll(model, { portalId, crmContactId: { $in: crmContactIds } });
      const wanted = new Map(rows.map((row) => [keyOf(row), row]));
      const stale = known.filter((row) => !wanted.has(keyOf(row))).map(({ _id }) => _id);
      for (const row of known) wanted.delete(keyOf(row));
      if (stale.length > 0) await model.deleteMany({ _id: { $in: stale } });
      if (wanted.size === 0) return;
      const fresh = [...wanted.values()].map((row) => ({ ...row, _id: newId(), portalId }));
      await unlessTaken(() => model.insertMany(fresh, { ordered: false }));
    },
  };
}

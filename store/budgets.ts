import { Schema, type Connection } from 'mongoose';
import { isDuplicateKey } from './connection';

interface BudgetDoc {
  _id: string;
  revision: number;
  state: unknown;
}

const budgetSchema = new Schema<BudgetDoc>(
  { _id: String, revision: { type: Number, required: true }, state: Schema.Types.Mixed },
  { versionKey: false, minimize: false },
);

/** A portal's request bucket and method times, shared by all processes: every change compares the revision read. */
export function createBudgets(connection: Connection) {
  const model = connection.model('Budget', budgetSchema, 'budgets');
  return {
    model,
    async load<State>(portalId: string): Promise<{ revision: number; state: State } | null> {
      const found = await model.findById(portalId).lean<BudgetDoc>().exec();
      return found && { revision: found.revision, state: found.state as State };
    },
    /** `revision` null inserts. False when another process was faster. */
    async compareAndSet(portalId: string, revision: number | null, state: unknown): Promise<boolean> {
      if (revision === null) {
        try {
          await model.create({ _id: portalId, revision: 1, state });
          return true;
        } catch (error) {
          if (isDuplicateKey(error)) return false;
          throw error;
        }
      }
      const next = { $set: { state, revision: revision + 1 } };
      const done = await model.updateOne({ _id: portalId, revision }, next);
      return done.modifiedCount === 1;
    },
  };
}

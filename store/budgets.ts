import { Schema, type Connection } from 'mongoose';
import { changeOne, loadOne, unlessTaken } from './queries';

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
  const model = connection.model<BudgetDoc>('Budget', budgetSchema, 'budgets');
  return {
    model,
    async load<State>(portalId: string): Promise<{ revision: number; state: State } | null> {
      const found = await loadOne(model, portalId);
      return found && { revision: found.revision, state: found.state as State };
    },
    /** `revision` null inserts. False when another process was faster. */
    async compareAndSet(portalId: string, revision: number | null, state: unknown): Promise<boolean> {
      if (revision === null) {
        return (await unlessTaken(() => model.create({ _id: portalId, revision: 1, state }))) !== null;
      }
      const $set = { state, revision: revision + 1 };
      return changeOne(model, { _id: portalId, revision }, { $set });
    },
  };
}

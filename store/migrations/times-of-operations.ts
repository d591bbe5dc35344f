import type { Step } from './step';

const batch = 500;

/** Operations of the first versions have no time of their last change, so that the stream of events never tells them. */
export const timesOfOperations: Step = {
  name: '0002-times-of-operations',
  async up(db) {
    const operations = db.collection<{ _id: string; createdAt: Date; updatedAt?: Date }>('operations');
    const timeless = { updatedAt: { $exists: false } };
    for (;;) {
      const found = await operations.find(timeless).limit(batch).toArray();
      if (found.length === 0) return;
      // One that is changed meanwhile has its time already.
      const writes = found.map(({ _id, createdAt }) => ({
        updateOne: { filter: { _id, ...timeless }, update: { $set: { updatedAt: createdAt } } },
      }));
      await operations.bulkWrite(writes, { ordered: false });
    }
  },
};

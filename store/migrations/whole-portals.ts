import type { Step } from './step';

/** Portals of the first versions lack what came later; readers took the usual for it. */
const usual: Record<string, unknown> = {
  autoLink: true,
  createMissing: 'never',
  groupMode: 'linked-members',
  watchCursor: null,
  oddScan: null,
  movedTo: null,
  facts: null,
  history: [],
  disconnectedAt: null,
  linksEndedAt: null,
};

export const wholePortals: Step = {
  name: '0001-whole-portals',
  async up(db) {
    for (const [field, value] of Object.entries(usual))
      await db
        .collection('portals')
        .updateMany({ [field]: { $exists: false } }, { $set: { [field]: value } });
  },
};

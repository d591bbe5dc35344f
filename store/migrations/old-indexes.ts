import type { Step } from './step';

/** Indexes that earlier versions made and none asks for: each costs every write, and the unique one refuses a second review of a link. */
const left: Record<string, string[]> = {
  chats: ['portalId_1_personId_1'],
  entries: ['target_1_state_1', 'portalId_1_sentAt_1'],
  links: ['portalId_1_attention.code_1', 'portalId_1_crmContactId_1'],
  messages: ['portalId_1_versions.routedAt_1'],
  operations: ['state_1', 'linkId_1'],
  outbox: ['target_1_lane_1_orderAt_1_arrivedAt_1'],
  people: ['portalId_1_lookup.nextAt_1', 'portalId_1_moving_1'],
  reviews: ['linkId_1', 'portalId_1_state_1', 'portalId_1_state_1_kind_1'],
  unreadable: ['portalId_1_receivedAt_1'],
};

export const oldIndexes: Step = {
  name: '0003-old-indexes',
  async up(db) {
    const collections = await db.listCollections({}, { nameOnly: true }).toArray();
    for (const { name } of collections) {
      const indexes = await db.collection(name).indexes();
      for (const index of indexes.flatMap((one) => one.name ?? []))
        if (left[name]?.includes(index)) await db.collection(name).dropIndex(index);
    }
  },
};

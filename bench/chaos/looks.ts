import type { NotedLook } from './noted-looks';

/** Why a batch of unknown outcome was asked about again. */
export type AgainBecause =
  /** The asker was killed before the answer was there, or before all of it was written down. */
  | 'askerKilled'
  | 'killedBeforeWritten'
  /** The question itself met a fault, or was not sent at all, since the portal was taken for out of order. */
  | 'notAnswered'
  | 'notAsked'
  /** The look before could not hold all of the batch. */
  | 'cut'
  /** The look before was still under way. */
  | 'overlapping';

/** The looks for entries of unknown outcome, counted. */
export interface LookCounts {
  /** Batches (requests) whose outcome was unknown, and entries in them. */
  unknownBatches: number;
  unknownEntries: number;
  looks: number;
  /** Looks whose question was sent and answered. */
  answeredLooks: number;
  /** Batches that were in more than one look, and why they were in each further one. */
  askedAgain: number;
  again: Record<AgainBecause, number>;
}

/** Counts the looks, in the order in which they were asked. */
export function countLooks(looks: readonly NotedLook[]): LookCounts {
  const byBatch = new Map<number, NotedLook[]>();
  for (const look of looks) {
    for (const sentAtMs of new Set(look.asked.map((asked) => asked.sentAtMs)))
      byBatch.set(sentAtMs, [...(byBatch.get(sentAtMs) ?? []), look]);
  }
  const again: LookCounts['again'] = {
    askerKilled: 0,
    killedBeforeWritten: 0,
    notAnswered: 0,
    notAsked: 0,
    cut: 0,
    overlapping: 0,
  };
  for (const [sentAtMs, ofBatch] of byBatch) {
    ofBatch.slice(1).forEach((look, index) => {
      const before = ofBatch[index];
      if (before) again[reasonOf(before, look, sentAtMs)] += 1;
    });
  }
  const entries = looks.flatMap(({ asked }) =>
    asked.map(({ entryId, sentAtMs }) => `${entryId}/${sentAtMs}`),
  );
  return {
    unknownBatches: byBatch.size,
    unknownEntries: new Set(entries).size,
    looks: looks.length,
    answeredLooks: looks.filter(
      (look) => look.answeredAt !== null && look.unanswered.length + look.notAsked.length === 0,
    ).length,
    askedAgain: [...byBatch.values()].filter((ofBatch) => ofBatch.length > 1).length,
    again,
  };
}

function reasonOf(before: NotedLook, look: NotedLook, sentAtMs: number): AgainBecause {
  const entriesOf = ({ asked }: NotedLook) =>
    asked.flatMap((entry) => (entry.sentAtMs === sentAtMs ? entry.entryId : []));
  const already = new Set(entriesOf(before));
  const repeated = entriesOf(look).filter((entryId) => already.has(entryId));
  if (repeated.length === 0) return 'cut';
  if (before.answeredAt === null) return 'askerKilled';
  if (before.answeredAt > look.at) return 'overlapping';
  if (repeated.some((entryId) => before.unanswered.includes(entryId))) return 'notAnswered';
  if (repeated.some((entryId) => before.notAsked.includes(entryId))) return 'notAsked';
  return 'killedBeforeWritten';
}

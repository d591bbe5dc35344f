import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../sandbox/portal';
import type { BenchPortal } from '../scene/portal';

/** What a fault hits: comments in batches, posts with files, which go alone, or the pages that a group's comment is bound to. */
export const faultAreas = ['comments', 'files', 'pages'] as const;
export type FaultArea = (typeof faultAreas)[number];

/** The faults that happened, by area and kind. */
export type FaultCounts = Record<FaultArea, Record<string, number>>;

const comment = 'crm.timeline.comment.add';
const bind = 'crm.timeline.bindings.bind';
const longestPauseMs = 1_500;

const anyOf = (faults: readonly Fault[]): Fault => faults[randomInt(faults.length)] ?? { kind: 'dropAnswer' };

/** The answer is lost, the request is, or is carried out later; a proxy or the portal turns it away; it takes long. */
const breaks = (method: string, place: Partial<Fault>): Fault[] => [
  { kind: 'dropBefore', method, ...place },
  { kind: 'dropAfter', method, ...place },
  { kind: 'dropAnswer', method },
  { kind: 'lateCommit', method, ...place, delayMs: 500 + randomInt(2_000) },
  { kind: 'html502', method, carriedOut: randomInt(2) === 0 },
  { kind: 'busy', method },
  { kind: 'slow', method, delayMs: 500 + randomInt(3_500) },
];

/** Mostly at the first of its commands; in the middle of a batch where there is one that is long enough. */
const anywhere = (): Partial<Fault> => (randomInt(3) === 0 ? { command: 1 + randomInt(3) } : {});

const choose: Record<FaultArea, () => Fault> = {
  comments: () => ({ ...anyOf(breaks(comment, anywhere())), withFiles: false }),
  files: () => ({ ...anyOf(breaks(comment, {})), withFiles: true }),
  pages: () => anyOf(breaks(bind, anywhere())),
};

const areaOf = ({ method, withFiles }: Fault): FaultArea =>
  method === bind ? 'pages' : withFiles ? 'files' : 'comments';

/** One fault of each area is always to come: one that happened is followed by another, and so is one that finds nothing to hit. */
export async function disturb(portal: BenchPortal, isRaging: () => boolean): Promise<void> {
  for (let turn = 0; isRaging(); turn += 1) {
    const left = turn % 4 === 0 ? [] : await portal.faults();
    const used = faultAreas.filter((area) => left.every((fault) => areaOf(fault) !== area));
    if (used.length > 0) await portal.setFaults([...left, ...used.map((area) => choose[area]())]);
    await sleep(randomInt(longestPauseMs));
  }
  await portal.setFaults([]);
}

/** As the portal counted them. */
export async function countFaults(portal: BenchPortal): Promise<FaultCounts> {
  const counts: FaultCounts = { comments: {}, files: {}, pages: {} };
  for (const [key, times] of Object.entries((await portal.stats()).faults)) {
    const [kind = '', method = '', files] = key.split(' ');
    const area = areaOf({ kind: 'slow', method, withFiles: files !== undefined });
    counts[area][kind] = times;
  }
  return counts;
}

/** The areas in which nothing has happened yet, of those that every run has; a short one may bind no page while it rages. */
export const untouched = (counts: FaultCounts): FaultArea[] =>
  faultAreas.filter((area) => area !== 'pages' && Object.keys(counts[area]).length === 0);

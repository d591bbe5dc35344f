import { setTimeout as sleep } from 'node:timers/promises';
import { toLinkWorkflowId } from '../../domain/ids';
import type { LinkDoc } from '../../store/links/link-schema';
import { statusQuery } from '../../workflows/messages';
import { countWaiting, type Scene } from '../scene/scene';

/** The view of people at one moment. Times are seconds from the beginning of the outage. */
export interface OutageSample {
  second: number;
  /** How many links want attention, by code. */
  attention: Record<string, number>;
  portalAttention: string | null;
  rows: number;
  entries: number;
  /** One link's status as its workflow tells it. */
  link: {
    attention: string | null;
    pendingMessages: number;
    lastSyncSecond: number | null;
    lastCheckedSecond: number | null;
    nextRoundSecond: number | null;
  } | null;
}

type Attended = Pick<LinkDoc, 'attention'>;

const everyMs = 5_000;

/** Looks every few seconds, from now until `end`. */
export function watchOutage(scene: Scene, awayAtMs: number, onProgress?: (line: string) => void) {
  const samples: OutageSample[] = [];
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const sample = await look(scene, awayAtMs);
      samples.push(sample);
      onProgress?.(JSON.stringify(sample));
      await sleep(everyMs);
    }
  })();
  return {
    end: async () => {
      isOver = true;
      await watching;
      samples.push(await look(scene, awayAtMs));
      return samples;
    },
  };
}

async function look({ store, portalId, client, contacts }: Scene, awayAtMs: number): Promise<OutageSample> {
  const [links, portal, waiting, status] = await Promise.all([
    store.links.model
      .find({ attention: { $ne: null } }, { attention: 1 })
      .lean<Attended[]>()
      .exec(),
    store.portals.load(portalId),
    countWaiting(store),
    client.workflow.getHandle(toLinkWorkflowId(contacts[0]?.linkId ?? '')).query(statusQuery),
  ]);
  const attention: Record<string, number> = {};
  for (const { attention: told } of links) if (told) attention[told.code] = (attention[told.code] ?? 0) + 1;
  const toSecond = (iso: string | null) =>
    iso === null ? null : Math.round((Date.parse(iso) - awayAtMs) / 1000);
  return {
    second: Math.round((Date.now() - awayAtMs) / 1000),
    attention,
    portalAttention: portal?.attention?.code ?? null,
    ...waiting,
    link: {
      attention: status.attention?.code ?? null,
      pendingMessages: status.pendingMessages,
      lastSyncSecond: toSecond(status.lastSyncAt),
      lastCheckedSecond: toSecond(status.lastCheckedAt),
      nextRoundSecond: toSecond(status.nextRoundAt),
    },
  };
}

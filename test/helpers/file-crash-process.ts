import type { ActivityDeps, BackupSettings } from '../../activities';
import { createPortalDirectory } from '../../bitrix24/portal-directory';
import { keepFile } from '../../intake/files/keep-file';
import { openStore } from '../../store/store';
import { rigDeps, type KillPoint } from './crash';

/** A process that takes a file in, or runs a round, and dies at the point; `point` null: in the middle of the bytes. */
export interface FileCrash {
  mongoUri: string;
  settings: BackupSettings;
  point: KillPoint | null;
  work: { mediaId: string } | { linkId: string };
}

async function* bytes(isTorn: boolean) {
  yield await Promise.resolve(Buffer.alloc(1_500_000, 'x'));
  await new Promise((resolve) => setTimeout(resolve, 50));
  if (isTorn) process.kill(process.pid, 'SIGKILL');
  yield Buffer.alloc(1_500_000, 'y');
}

async function main({ mongoUri: uri, settings, point, work }: FileCrash): Promise<void> {
  const store = await openStore({ uri, encryptionKey: Buffer.alloc(32, 7) });
  const { portalOf } = createPortalDirectory({
    ...{ credentials: store.portals, budgets: store.budgets },
    ...{ requestLimitMs: settings.portalRequestLimitMs, writeWindowMs: settings.writeWindowMs },
  });
  const deps: ActivityDeps = point
    ? rigDeps({ store, portalOf, settings }, point)
    : { store, portalOf, settings };
  if ('linkId' in work) {
    // Loaded where they are needed: they are the most of such a process.
    const { createActivities } = await import('../../activities/index.js');
    const { runActivity } = await import('../scenes/run-activity.js');
    await runActivity(createActivities(deps).uploadMessages, { linkId: work.linkId });
  } else {
    const media = await store.media.load(work.mediaId);
    if (media) await keepFile(deps.store, media, { bytes: bytes(point === null), mimeType: null });
  }
  process.exit(0);
}

void main(JSON.parse(process.argv[2] ?? '{}') as FileCrash);

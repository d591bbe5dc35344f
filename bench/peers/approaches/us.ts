import { phaseOf } from '../../../domain/rhythm/phase';
import { toLinkWorkflowId, toWatchWorkflowId } from '../../../domain/ids';
import {
  contactLinkWorkflowName,
  messagesArrivedSignal,
  portalWatchWorkflowName,
  watchPriority,
} from '../../../workflows/messages';
import { each, takeIn } from '../../scene/contacts';
import { countWaiting, openScene, startWorker, type Scene } from '../../scene/scene';
import { stopOwn, type OwnProcess } from '../../scene/servers';
import { waitUntil } from '../../../local/ports';
import { followNotes } from '../body/notes';
import { workflowLeadMs, type Check } from '../figures/lateness';
import { toPortalLimits, type Given, type Peer, type RunningPeer } from '../peer';
import { startTemporal } from '../servers/temporal';

/** Parked links rest after one quiet round here: with short intervals there is no hour to wait for. */
const quietRoundsBeforeParking = 1;
const parkingLimitMs = 1_800_000;

const peerOf = (name: string, what: string, parks: boolean): Peer => ({
  name,
  what,
  durability: 'SQLite file, WAL; the store waits for its journal; every entry claimed before it is sent',
  open: (given) => openUs(given, parks),
});

export const usLiteral = peerOf(
  'Contact Link, literal',
  'a workflow per link: one activity, tried again every interval',
  false,
);
export const usParked = peerOf(
  'Contact Link, parked',
  'links rest, one indexed sweep; a message wakes',
  true,
);

async function openUs(
  { mongoUrl, contacts, intervalMs, portalRate, folder }: Given,
  parks: boolean,
): Promise<RunningPeer> {
  const temporal = await startTemporal(folder);
  const scene = await openScene({
    ...{ mongoUrl, contacts, temporalAddress: temporal.address },
    settings: {
      backupIntervalMs: intervalMs,
      parkAfterQuietRounds: parks ? quietRoundsBeforeParking : null,
      ...{ portalRequestLimitMs: 60_000, writeWindowMs: 10_000, clockMarginMs: 5_000 },
    },
    task: { notesChecks: true },
  });
  await scene.portal.setLimits(toPortalLimits(portalRate));
  const numbers = new Map(scene.contacts.map(({ linkId }, index) => [linkId, index]));
  const checks: Check[] = [];
  // Of a parked link the sweep is the check.
  const toContact = (name: string) => (parks ? (name === 'all' ? name : undefined) : numbers.get(name));
  async function start(): Promise<OwnProcess> {
    const own = await startWorker(scene.task);
    followNotes(own.child.stdout, checks, toContact);
    return own;
  }
  let worker = await start();

  return {
    portal: scene.portal,
    begin: async () => {
      const firstMs = Date.now() + workflowLeadMs(contacts);
      const grid = { firstMs, intervalMs, contacts };
      await startLinks(scene);
      await startWatch(scene);
      if (parks) await untilParked(scene);
      const placeOf = (contact: number) =>
        Math.round(phaseOf(scene.contacts[contact]?.linkId ?? '') * intervalMs);
      // A link's first round comes as it is started, all later ones are at its own place: one interval more to get there.
      return { ...grid, firstMs: firstMs + intervalMs, placeOf };
    },
    say: (contact, text) => sayAndWake(scene, contact, text),
    countWaiting: async () => {
      const { rows, entries } = await countWaiting(scene.store);
      return rows + entries;
    },
    checks: () => checks,
    crmContactId: (contact) => scene.contacts[contact]?.crmContactId ?? 0,
    processes: () => ({ worker: [worker.child.pid ?? 0], Temporal: [temporal.pid] }),
    killWorker: async () => {
      await stopOwn(worker, 'SIGKILL');
      worker = await start();
    },
    stop: async () => {
      await stopOwn(worker, 'SIGKILL');
      await scene.store.links.model.db.dropDatabase();
      await scene.close();
      await temporal.stop();
    },
  };
}

/** As one that runs since long: a new one would take links that are only being started for lost. */
const startWatch = ({ client, portalId, task: { taskQueue } }: Scene) => {
  const carried = { lastSweepAt: new Date().toISOString() };
  return client.workflow.start(portalWatchWorkflowName, {
    ...{ workflowId: toWatchWorkflowId(portalId), taskQueue, priority: watchPriority },
    args: [{ portalId, carried }],
  });
};

/** Each at once: its place is its id's, and so the rounds with which links begin are spread over the time that starting takes. */
const startLinks = ({ client, task: { taskQueue }, contacts }: Scene) =>
  each(contacts, 8, async ({ linkId }) => {
    await client.workflow.start(contactLinkWorkflowName, {
      ...{ workflowId: toLinkWorkflowId(linkId), taskQueue, args: [{ linkId }] },
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
  });

async function untilParked({ store, contacts }: Scene): Promise<void> {
  const isParked = async () =>
    (await store.links.model.countDocuments({ rhythm: 'parked' })) === contacts.length;
  await waitUntil(isParked, { what: 'parking', limitMs: parkingLimitMs, everyMs: 1_000 });
}

/** As the API does: a link that rests is woken, and nobody waits for it. */
async function sayAndWake({ store, account, contacts, client }: Scene, contact: number, text: string) {
  const of = contacts[contact];
  if (!of) return;
  const { parkedLinkId } = await takeIn(store, account, of, text);
  if (parkedLinkId === null) return;
  const { workflow } = client;
  void workflow
    .getHandle(toLinkWorkflowId(parkedLinkId))
    .signal(messagesArrivedSignal)
    .catch(() => undefined);
}

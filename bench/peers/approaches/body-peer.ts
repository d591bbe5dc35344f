import { randomBytes } from 'node:crypto';
import { each } from '../../scene/contacts';
import { startBenchPortal } from '../../scene/portal';
import { startOwn, stopOwn, type OwnProcess } from '../../scene/servers';
import { followNotes } from '../body/notes';
import type { BodyTask } from '../body/task';
import { openWaiting } from '../body/waiting';
import type { Check, PhaseGrid } from '../figures/lateness';
import { toPortalLimits, type Given, type RunningPeer } from '../peer';

/** What is special of an approach that does the common work with its own scheduler. */
interface Body {
  /** Its worker. */
  file: string;
  server: string;
  parts: Record<string, number[]>;
  /** Makes the schedules, in time for the first to be due; absent: the worker's file does, as a process of its own. */
  begin?: (grid: PhaseGrid) => Promise<void>;
  leadMs?: number;
  stop(): Promise<void>;
}

/** Time for the schedules to be made before the first is due. */
const usualLeadMs = (contacts: number): number => 2_000 + contacts * 2;

/** A portal with its contacts, the collection of what waits, and the approach's worker. */
export async function openBodyPeer(given: Given, body: Body): Promise<RunningPeer> {
  const { contacts, intervalMs, portalRate, mongoUrl } = given;
  const portal = await startBenchPortal({ requestLimitMs: 60_000 });
  await portal.setLimits(toPortalLimits(portalRate));
  const ids: number[] = [];
  await each(Array.from({ length: contacts }), 8, async (_, index) => {
    ids[index] = await portal.addContact({ name: `Contact ${index}` });
  });
  const firstCrmId = ids.reduce((least, id) => Math.min(least, id), Infinity);
  const mongoUri = `${mongoUrl}/bench_${randomBytes(6).toString('hex')}`;
  const waiting = await openWaiting(mongoUri);
  const task: BodyTask = {
    ...{ mode: 'work', mongoUri, webhookUrl: portal.webhookUrl, firstCrmId, server: body.server },
    grid: { firstMs: 0, intervalMs, contacts },
  };
  const checks: Check[] = [];
  const toContact = (name: string) => (name === 'all' ? 'all' : Number(name));
  async function startWorker(): Promise<OwnProcess> {
    const own = await startOwn(body.file, [JSON.stringify(task)]);
    followNotes(own.child.stdout, checks, toContact);
    return own;
  }
  let worker = await startWorker();
  let said = 0;

  return {
    portal,
    begin: async () => {
      const grid = { firstMs: Date.now() + (body.leadMs ?? usualLeadMs(contacts)), intervalMs, contacts };
      if (body.begin) await body.begin(grid);
      else await (await startOwn(body.file, [JSON.stringify({ ...task, mode: 'begin', grid })])).ended;
      return grid;
    },
    say: async (contact, text) => {
      const at = (said += 1);
      await waiting.add({ _id: `${at}`, contact, at, text });
    },
    countWaiting: () => waiting.count(),
    checks: () => checks,
    crmContactId: (contact) => firstCrmId + contact,
    processes: () => ({ worker: [worker.child.pid ?? 0], ...body.parts }),
    killWorker: async () => {
      await stopOwn(worker, 'SIGKILL');
      worker = await startWorker();
    },
    stop: async () => {
      await stopOwn(worker, 'SIGKILL');
      await waiting.close();
      await portal.stop();
      await body.stop();
    },
  };
}

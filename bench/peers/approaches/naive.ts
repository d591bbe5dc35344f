import { Client, Connection } from '@temporalio/client';
import { each } from '../../scene/contacts';
import { firstDueMs, workflowLeadMs } from '../figures/lateness';
import type { Peer } from '../peer';
import { startTemporal } from '../servers/temporal';
import { openBodyPeer } from './body-peer';

const taskQueue = 'naive';

export const naive: Peer = {
  name: 'naive Temporal',
  what: 'a workflow per contact: sleep, an activity, one call a message',
  durability: 'SQLite file, WAL',
  open: async (given) => {
    const temporal = await startTemporal(given.folder);
    const connection = await Connection.connect({ address: temporal.address });
    const { workflow } = new Client({ connection });
    return openBodyPeer(given, {
      file: 'bench/peers/naive/worker.ts',
      server: temporal.address,
      parts: { Temporal: [temporal.pid] },
      leadMs: workflowLeadMs(given.contacts),
      begin: (grid) =>
        each(Array.from({ length: grid.contacts }), 8, async (_, contact) => {
          const dueMs = firstDueMs(grid, contact);
          await workflow.start('naiveLink', {
            workflowId: `naive/${contact}`,
            taskQueue,
            args: [contact, dueMs, grid.intervalMs],
            startDelay: Math.max(0, dueMs - Date.now()),
          });
        }),
      stop: async () => {
        await connection.close();
        await temporal.stop();
      },
    });
  },
};

import { setTimeout as sleep } from 'node:timers/promises';
import { builtAdminToken } from '../scene/built-product';
import type { OwnProcess } from '../scene/servers';

/** What is read of an operation. */
export interface Operation {
  id: string;
  state: string;
  done: number;
  total: number;
  outcomes: Record<string, number>;
  refused: Record<string, number>;
}

export type Api = OwnProcess & { port: number };

/** A call as the administrator; `body` as JSON unless it is a text, which is CSV. */
export async function ask({ port }: Api, path: string, body: object | string): Promise<Operation> {
  const isCsv = typeof body === 'string';
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${builtAdminToken}`,
      'content-type': isCsv ? 'text/csv' : 'application/json',
    },
    body: isCsv ? body : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Operation;
}

async function load({ port }: Api, id: string): Promise<Operation> {
  const headers = { authorization: `Bearer ${builtAdminToken}` };
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/operations/${id}`, { headers });
  return (await answer.json()) as Operation;
}

/** Until it is no longer running; `atHalf` when half of it is done. */
export async function follow(api: () => Api, id: string, atHalf: () => Promise<void>): Promise<Operation> {
  let isHalf = false;
  for (;;) {
    const operation = await load(api(), id);
    if (operation.state !== 'running') return operation;
    if (!isHalf && operation.done * 2 >= operation.total) {
      isHalf = true;
      await atHalf();
    }
    await sleep(250);
  }
}

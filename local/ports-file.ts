import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Say } from './say';
import { explainTaken, freePort } from './ports';

/** Servers whose port stays the same from one start to the next, with the port tried first. */
export const defaultPorts = {
  ...{ temporal: 7233, temporalUi: 8233, mongo: 27017 },
  ...{ sandbox: 3100, waha: 3110, evolution: 3120, meta: 3130 },
};
export type PortName = keyof typeof defaultPorts;

const port = z.int().min(1).max(65535).optional();
const servers = { temporal: port, temporalUi: port, mongo: port };
const schema = z.object({ ...servers, sandbox: port, waha: port, evolution: port, meta: port });

export type PortBook = ReturnType<typeof createPortBook>;

/** Remembers in `DATA_DIR/ports.json` which port each server has; an unreadable file counts as empty. */
export function createPortBook(dataDir: string, say: Say) {
  const path = join(dataDir, 'ports.json');
  const remembered = loadPorts(path);

  /** A port that is free now: the remembered one, else the usual one, else any; a move is said. */
  async function choose(name: PortName): Promise<number> {
    const wished = remembered[name] ?? defaultPorts[name];
    for (const candidate of new Set([wished, defaultPorts[name]])) {
      if ((await explainTaken(candidate)) === null) return remember(name, candidate);
    }
    const moved = await freePort();
    say(`port ${wished} is taken; ${name} moves to ${moved}`);
    return remember(name, moved);
  }

  function remember(name: PortName, chosen: number): number {
    remembered[name] = chosen;
    writeFileSync(path, `${JSON.stringify(remembered, null, 2)}\n`);
    return chosen;
  }

  /** Where it is, when it runs. */
  const known = (name: PortName): number => remembered[name] ?? defaultPorts[name];

  return { choose, known };
}

function loadPorts(path: string): z.infer<typeof schema> {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return {};
  }
}

/** The API's port. One that was set must be free; the default may move, which is said. */
export async function chooseApiPort(
  { host, port: wished, portIsDefault }: { host: string; port: number; portIsDefault: boolean },
  say: Say,
): Promise<number> {
  const reason = await explainTaken(wished, host);
  if (reason === null) return wished;
  if (reason !== 'EADDRINUSE')
    throw new Error(`The API cannot listen on HOST=${host}, port ${wished}: ${reason}`);
  if (!portIsDefault)
    throw new Error(`PORT=${wished} is taken by another program; free it or set another PORT.`);
  const moved = await freePort();
  say(`port ${wished} is taken; the API moves to ${moved} (set PORT to choose one)`);
  return moved;
}

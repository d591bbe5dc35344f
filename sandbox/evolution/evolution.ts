import express, { json } from 'express';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SourceFault } from '../source-server/faults';
import { openState, type EvolutionOptions, type EvolutionState } from './evolution-state';
import { createHistoryRoutes } from './history-routes';
import type { Instance, InstanceState, MessageRecord } from './instance';
import { changeState, createDoor, createInstanceRoutes } from './instance-routes';
import { say, type Said } from './messages';
import { sendEvent } from './webhooks';

export type { Said } from './messages';

/** A running stand-in Evolution server, and what a test may do with it without HTTP. */
export interface SandboxEvolution {
  url: string;
  apiKey: string;
  /** The instance as it is; throws where there is none. */
  instance(name?: string): Instance;
  /** What a phone does to a code. False unless one is shown. */
  scan(digits: string, name?: string): boolean;
  setState(state: InstanceState, statusReason?: number, name?: string): void;
  say(said: Said, name?: string): MessageRecord;
  /** Any event, to the instance's webhook. */
  send(event: string, data: unknown, name?: string): void;
  setFaults(faults: readonly SourceFault[]): void;
  /** Requests by route, webhooks by event and answer. */
  counts(): Record<string, number>;
  /** Waits until no webhook is under way or waits for its next try. */
  hooksDone(): Promise<void>;
  stop(): Promise<void>;
}

function createApp(evolution: EvolutionState) {
  const app = express();
  app.disable('x-powered-by');
  app.use(createDoor(evolution));
  app.use(json({ limit: '20mb' }));
  app.use(createInstanceRoutes(evolution), createHistoryRoutes(evolution));
  return app;
}

async function stop(evolution: EvolutionState, server: Server): Promise<void> {
  evolution.stopped.abort();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
  await Promise.allSettled(evolution.hooksWaiting);
}

function scan(evolution: EvolutionState, instance: Instance, digits: string): boolean {
  if (instance.state !== 'connecting') return false;
  instance.ownerJid = `${digits}@s.whatsapp.net`;
  changeState(evolution, instance, 'open');
  return true;
}

const usual: EvolutionOptions = { apiKey: 'sandbox-evolution-key', retryScale: 1, isLoose: false };

/** Starts a stand-in Evolution server on 127.0.0.1, on a free port. */
export async function startSandboxEvolution(
  given: Partial<EvolutionOptions> = {},
): Promise<SandboxEvolution> {
  const evolution = openState({ ...usual, ...given });
  const server = createServer(createApp(evolution));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const instance = (name = 'sales'): Instance => {
    const found = evolution.instances.get(name);
    if (!found) throw new Error(`the stand-in has no instance ${name}`);
    return found;
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apiKey: evolution.options.apiKey,
    instance,
    scan: (digits, name) => scan(evolution, instance(name), digits),
    setState: (state, reason, name) => changeState(evolution, instance(name), state, reason),
    say: (said, name) => say(evolution, instance(name), said),
    send: (event, data, name) => sendEvent(evolution, instance(name), event, data),
    setFaults: (faults) => evolution.faults.set(faults),
    counts: () => Object.fromEntries(evolution.counts),
    async hooksDone() {
      while (evolution.hooksWaiting.size > 0) await Promise.allSettled(evolution.hooksWaiting);
    },
    stop: () => stop(evolution, server),
  };
}

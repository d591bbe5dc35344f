import express, { json } from 'express';
import type { SourceFault } from '../source-server/faults';
import { listen, type Listening } from '../source-server/listen';
import { createFrontPage } from './front-page';
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
  instances(): Instance[];
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
  app.get('/', createFrontPage(evolution));
  app.use(createDoor(evolution));
  app.use(json({ limit: '20mb' }));
  app.use(createInstanceRoutes(evolution), createHistoryRoutes(evolution));
  return app;
}

async function stop(evolution: EvolutionState, server: Listening): Promise<void> {
  evolution.stopped.abort();
  await server.close();
  await Promise.allSettled(evolution.hooksWaiting);
}

function scan(evolution: EvolutionState, instance: Instance, digits: string): boolean {
  if (instance.state !== 'connecting') return false;
  instance.ownerJid = `${digits}@s.whatsapp.net`;
  changeState(evolution, instance, 'open');
  return true;
}

const usual: EvolutionOptions = { apiKey: 'sandbox-evolution-key', retryScale: 1, isLoose: false };

/** All optional: by default in memory, on a free port, with the key `sandbox-evolution-key`. */
export interface SandboxEvolutionOptions extends Partial<EvolutionOptions> {
  port?: number;
  dataDir?: string | null;
}

/** Starts a stand-in Evolution server on 127.0.0.1. Rejects when the port is taken. */
export async function startSandboxEvolution(given: SandboxEvolutionOptions = {}): Promise<SandboxEvolution> {
  const { port = 0, dataDir = null, ...options } = given;
  const evolution = openState(dataDir, { ...usual, ...options });
  const server = await listen(createApp(evolution), port);
  const instance = (name = 'sales'): Instance => {
    const found = evolution.instances.get(name);
    if (!found) throw new Error(`the stand-in has no instance ${name}`);
    return found;
  };
  return {
    url: server.url,
    apiKey: evolution.options.apiKey,
    instance,
    instances: () => [...evolution.instances.values()],
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

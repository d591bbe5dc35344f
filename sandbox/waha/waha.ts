import express, { json } from 'express';
import { createWahaControl, scanWith, type Scan } from './control-routes';
import type { SourceFault } from '../source-server/faults';
import { listen, type Listening } from '../source-server/listen';
import { setLabel, type Labelling } from './labels';
import { fillHistory, say, type Said } from './messages';
import { createDoor } from './rest/door';
import { createHistoryRoutes } from './rest/history-routes';
import { createSessionRoutes } from './rest/session-routes';
import type { MessagePayload, Session, SessionStatus } from './session';
import { changeStatus, startKept } from './session-life';
import { openState, usualOptions, type WahaOptions, type WahaState } from './waha-state';
import { sendEvent } from './webhooks';

export type { Said } from './messages';

/** All optional: by default in memory, on a free port, with the key `sandbox-waha-key`. */
export interface SandboxWahaOptions extends Partial<WahaOptions> {
  port?: number;
  dataDir?: string | null;
}

/** A running stand-in WAHA, and what a test or a dialogue may do with it without HTTP. */
export interface SandboxWaha {
  url: string;
  apiKey: string | null;
  /** The session as it is; throws where there is none. */
  session(name?: string): Session;
  scan(given: Scan, name?: string): boolean;
  setStatus(status: SessionStatus, name?: string): void;
  say(said: Said, name?: string): MessagePayload;
  fillHistory(said: readonly Said[], name?: string): void;
  /** Any event, to the session's webhooks. */
  send(event: string, payload: unknown, name?: string): void;
  setLabel(labelling: Labelling, name?: string): void;
  setLids(lids: Record<string, string | null>, name?: string): void;
  setFaults(faults: readonly SourceFault[]): void;
  /** Requests by route, webhooks by event and answer. */
  counts(): Record<string, number>;
  /** Waits until no webhook is under way or waits for its next try. */
  hooksDone(): Promise<void>;
  stop(): Promise<void>;
}

function createWahaApp(waha: WahaState) {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use('/sandbox', createWahaControl(waha));
  app.use(createDoor(waha));
  app.get('/ping', (_request, response) => void response.json({ message: 'pong' }));
  app.use(json({ limit: '5mb' }));
  app.use('/api', createSessionRoutes(waha), createHistoryRoutes(waha));
  return app;
}

async function stop(waha: WahaState, server: Listening): Promise<void> {
  waha.stopped.abort();
  await server.close();
  await Promise.allSettled(waha.hooksWaiting);
}

/** Starts a stand-in WAHA on 127.0.0.1. Rejects when the port is taken. */
export async function startSandboxWaha(given: SandboxWahaOptions = {}): Promise<SandboxWaha> {
  const { port = 0, dataDir = null, ...options } = given;
  const waha = openState(dataDir, { ...usualOptions, ...options });
  const server = await listen(createWahaApp(waha), port);
  startKept(waha);
  const session = (name = 'default'): Session => {
    const found = waha.sessions.get(name);
    if (!found) throw new Error(`the stand-in has no session ${name}`);
    return found;
  };
  return {
    url: server.url,
    apiKey: waha.options.apiKey,
    session,
    scan: (scanned, name) => scanWith(waha, session(name), scanned),
    setStatus: (status, name) => changeStatus(waha, session(name), status),
    say: (said, name) => say(waha, session(name), said),
    fillHistory: (said, name) => fillHistory(waha, session(name), said),
    send: (event, payload, name) => sendEvent(waha, session(name), event, payload),
    setLabel: (labelling, name) => setLabel(waha, session(name), labelling),
    setLids: (lids, name) => void Object.assign(session(name).lids, lids),
    setFaults: (faults) => waha.faults.set(faults),
    counts: () => Object.fromEntries(waha.counts),
    async hooksDone() {
      while (waha.hooksWaiting.size > 0) await Promise.allSettled(waha.hooksWaiting);
    },
    stop: () => stop(waha, server),
  };
}

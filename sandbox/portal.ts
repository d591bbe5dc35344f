import express, { type Express } from 'express';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createControlRoutes } from './control/control-routes';
import { PortalData } from './data/portal-data';
import { FaultList, type Fault } from './faults';
import { createPageRoutes } from './pages/page-routes';
import { PortalClock } from './portal-clock';
import * as contacts from './portal-contacts';
import * as options from './portal-options';
import type { Limits, PortalSettings, SeedContact, Timing } from './portal-options';
import * as setup from './portal-setup';
import { createLimitState, type PortalState } from './portal-state';
import { createRestRoutes } from './rest/rest-routes';
import { Statistics, type Stats } from './statistics';
import { loadWebhookSecret } from './webhook-secret';

export type { Fault } from './faults';
export type { SandboxComment } from './portal-contacts';
export { cloudLimits } from './portal-options';
export type { Limits, SeedContact } from './portal-options';
export type { Stats } from './statistics';

/** All optional: by default a portal in memory, without limits, that answers at once. */
export interface SandboxPortalOptions {
  /** 0: a free one. */
  port?: number;
  /** Where data outlives the process, SIGKILL included; null: in memory. */
  dataDir?: string | null;
  /** Differences from the limits of a cloud portal; null: none at all. */
  limits?: Partial<Limits> | null;
  /** After this long a request is cut off with 504. */
  requestLimitMs?: number;
  /** Put in when the portal has no contact yet. */
  contacts?: readonly SeedContact[];
  /** Cost of a call by method, in ms of portal time; `*` for all others. */
  defaultTimeMs?: Record<string, number>;
  /** 0: calls are answered at once; 1: they take as long as they cost. */
  timeScale?: number;
  settings?: Partial<PortalSettings>;
}

/** A running portal, and what a test may do with it without REST. */
export interface SandboxPortal {
  port: number;
  url: string;
  /** `http://127.0.0.1:<port>/rest/1/<secret>/` */
  webhookUrl: string;
  addContact(contact: SeedContact): number;
  updateContact(id: number, patch: contacts.ContactPatch): boolean;
  deleteContact(id: number): boolean;
  mergeContact(id: number, into: number): boolean;
  /** The contact's timeline, oldest first. */
  comments(contactId: number): contacts.SandboxComment[];
  /** Replaces all faults. */
  setFaults(faults: readonly Fault[]): void;
  /** Faults still to come. */
  faults(): Fault[];
  setLimits(limits: Partial<Limits> | null): void;
  setTiming(timing: Partial<Timing>): void;
  setSettings(settings: Partial<PortalSettings>): void;
  /** Sets the portal's clock apart from this machine's. */
  setClockOffset(offsetMs: number): void;
  stats(): Stats;
  resetStats(): void;
  /** Frees the port and breaks open connections. Late commits that are still to come never happen. */
  stop(): Promise<void>;
}

function createState(given: SandboxPortalOptions): PortalState {
  const dataDir = given.dataDir ?? null;
  const settings = { ...options.usualSettings, ...given.settings };
  const limits = given.limits ?? null;
  const statistics = new Statistics();
  return {
    secret: loadWebhookSecret(dataDir),
    data: PortalData.open(dataDir),
    clock: new PortalClock(settings.utcOffsetMinutes),
    faults: new FaultList((fault) => statistics.fault(fault)),
    statistics,
    settings,
    timing: {
      requestLimitMs: given.requestLimitMs ?? options.usualTiming.requestLimitMs,
      timeScale: given.timeScale ?? options.usualTiming.timeScale,
      defaultTimeMs: { ...options.usualTiming.defaultTimeMs, ...given.defaultTimeMs },
    },
    limits: createLimitState(limits && { ...options.cloudLimits, ...limits }),
    lateCommits: new Set(),
  };
}

function createPortalApp(portal: PortalState): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use('/rest', createRestRoutes(portal));
  app.use('/sandbox', createControlRoutes(portal));
  app.use(createPageRoutes(portal));
  return app;
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function stop(portal: PortalState, server: Server): Promise<void> {
  for (const timer of portal.lateCommits) clearTimeout(timer);
  if (server.listening) {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
    portal.data.close();
  }
}

/** Starts a stand-in Bitrix24 portal on 127.0.0.1. Rejects when the port is taken. */
export async function startSandboxPortal(given: SandboxPortalOptions = {}): Promise<SandboxPortal> {
  const portal = createState(given);
  const server = createServer(createPortalApp(portal));
  server.keepAliveTimeout = 30_000;
  const port = await listen(server, given.port ?? 0);
  if (portal.data.contacts.size === 0) {
    for (const contact of given.contacts ?? []) contacts.addContact(portal, contact);
  }
  const url = `http://127.0.0.1:${port}`;
  return {
    port,
    url,
    webhookUrl: `${url}/rest/1/${portal.secret}/`,
    addContact: (contact) => contacts.addContact(portal, contact),
    updateContact: (id, patch) => contacts.updateContact(portal, id, patch),
    deleteContact: (id) => contacts.removeContact(portal, id),
    mergeContact: (id, into) => contacts.mergeContact(portal, id, into),
    comments: (contactId) => contacts.listComments(portal, contactId),
    setFaults: (faults) => portal.faults.set(faults),
    faults: () => portal.faults.list(),
    setLimits: (limits) => setup.setLimits(portal, limits),
    setTiming: (timing) => setup.setTiming(portal, timing),
    setSettings: (settings) => setup.setSettings(portal, settings),
    setClockOffset: (offsetMs) => void (portal.clock.offsetMs = offsetMs),
    stats: () => portal.statistics.read(portal.limits?.bucket.peak ?? 0),
    resetStats: () => {
      portal.statistics.reset();
      portal.limits?.bucket.resetPeak();
    },
    stop: () => stop(portal, server),
  };
}

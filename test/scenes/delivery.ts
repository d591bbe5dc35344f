import { randomBytes } from 'node:crypto';
import { createActivities, type Activities, type ActivityDeps, type BackupSettings } from '../../activities';
import { createPortalDirectory, type PortalDirectory } from '../../bitrix24/portal-directory';
import { toLinkTarget } from '../../domain/ids';
import { startSandboxPortal, type SandboxPortal } from '../../sandbox/portal';
import type { AccountDoc } from '../../store/accounts';
import type { EntryDoc } from '../../store/delivery/entries';
import { ingestMessages } from '../../intake/ingest-message';
import { openStore, type Store } from '../../store/store';
import { toIncoming } from '../helpers/incoming';
import { mongoUri, uniqueDatabaseName } from '../helpers/servers';
import { linkOne, personWith } from './link-one';
import { opened } from './opened';
import { runActivity } from './run-activity';

export { runActivity } from './run-activity';

export type Round = Awaited<ReturnType<Activities['uploadMessages']>>;

export interface Linked {
  linkId: string;
  contactId: number;
  phone: string;
}

/** The delivery without Temporal: a store, a portal and as many processes as a test wants. */
export interface Delivery {
  store: Store;
  portal: SandboxPortal;
  portalId: string;
  settings: BackupSettings;
  /** For processes of their own. */
  mongoUri: string;
  /** The activities of one process, which may have something wrong with what it works with. */
  createProcess(given?: ProcessOptions, rig?: (deps: ActivityDeps) => ActivityDeps): Activities;
  link(phone?: string): Promise<Linked>;
  /** Links with a message each. */
  linkMany(count: number, textOf: (index: number) => string): Promise<Linked[]>;
  say(linked: Linked, text: string): Promise<void>;
  /** Runs one round of each at once; a failed one gives its error. */
  run(activities: Activities, links: readonly Linked[]): Promise<(Round | Error)[]>;
  entries(linked: Linked): Promise<EntryDoc[]>;
  /** The lines with messages on a contact's page, in their order. */
  told(contactId: number): string[];
  /** As if what was sent until now, without files, were certainly carried out or not. */
  waitOut(): Promise<void>;
  close(): Promise<void>;
}

export const settings: BackupSettings = {
  backupIntervalMs: 3_000,
  parkAfterQuietRounds: null,
  portalRequestLimitMs: 600,
  writeWindowMs: 1_500,
  clockMarginMs: 200,
};

/** A delivery for each test of a file. */
export const useDelivery = (): Delivery => opened(startDelivery, (delivery) => delivery.close(), 'test');

/** `idleWindowMs`: how long rounds wait for each other; `together` where a test is about who shares a request. */
export type ProcessOptions = Partial<ActivityDeps> & { idleWindowMs?: number };

/** Long enough for a busy machine. */
export const together = { idleWindowMs: 1_500 };

export async function startDelivery(): Promise<Delivery> {
  const uri = mongoUri(uniqueDatabaseName());
  const store = await openStore({ uri, encryptionKey: Buffer.alloc(32, 7) });
  const portal = await startSandboxPortal({ requestLimitMs: settings.portalRequestLimitMs });
  const policies = { defaultCountry: 'DE', timeZone: 'UTC' };
  const { _id: portalId } = await store.portals.connect(portal.webhookUrl, policies);
  const { account } = await store.accounts.add({
    portalId,
    kind: 'ingest',
    e164: '+491700000001',
    name: 'Sales',
    hmacKey: null,
  });
  const directories: PortalDirectory[] = [];

  function createProcess(
    { idleWindowMs, ...given }: ProcessOptions = {},
    rig: (deps: ActivityDeps) => ActivityDeps = (deps) => deps,
  ): Activities {
    const { portalRequestLimitMs, writeWindowMs, backupIntervalMs } = given.settings ?? settings;
    const directory = createPortalDirectory({
      credentials: store.portals,
      budgets: store.budgets,
      requestLimitMs: portalRequestLimitMs,
      writeWindowMs,
      probeEveryMs: backupIntervalMs,
      idleWindowMs,
    });
    directories.push(directory);
    const deps: ActivityDeps = { store, portalOf: directory.portalOf, settings, ...given };
    return createActivities(rig(deps));
  }

  return {
    store,
    portal,
    portalId,
    settings,
    mongoUri: uri,
    createProcess,
    link: (phone = `+49170${randomBytes(3).readUIntBE(0, 3) + 1_000_000}`) =>
      link(store, portal, portalId, phone),
    linkMany: async (count, textOf) => {
      const phones = Array.from({ length: count }, (_, index) => `+4917012${String(10_000 + index)}`);
      const links = await Promise.all(phones.map((phone) => link(store, portal, portalId, phone)));
      await sayAll(store, account, links, textOf);
      return links;
    },
    say: (linked, text) => sayAll(store, account, [linked], () => text),
    run: (activities, links) => Promise.all(links.map(({ linkId }) => runRound(activities, linkId))),
    entries: ({ linkId }) => store.entries.listOfTarget(toLinkTarget(linkId)),
    told: (contactId) =>
      portal
        .comments(contactId)
        .flatMap(({ text }) => text.split('\n'))
        .flatMap((line) => /^[←→] \[\d\d:\d\d:\d\d\] [^:]*: (.*)$/.exec(line)?.[1] ?? []),
    waitOut: async () => {
      const { portalRequestLimitMs, writeWindowMs, clockMarginMs } = settings;
      const waitMs = portalRequestLimitMs + writeWindowMs + clockMarginMs;
      const { model } = store.entries;
      for (const { _id, sentAt } of await model.find({ state: 'sending' }).lean()) {
        const earlier = new Date((sentAt?.getTime() ?? Date.now()) - waitMs);
        await model.updateOne({ _id }, { $set: { sentAt: earlier } });
      }
    },
    close: async () => {
      await Promise.all(directories.map((directory) => directory.close()));
      await portal.stop();
      await store.close();
    },
  };
}

async function link(store: Store, portal: SandboxPortal, portalId: string, phone: string): Promise<Linked> {
  const contactId = portal.addContact({ name: 'Klaus', phones: [phone] });
  const personId = await personWith(store, portalId, phone, 'Klaus');
  const { _id: linkId } = await linkOne(store, portalId, personId, contactId);
  return { linkId, contactId, phone };
}

async function sayAll(
  store: Store,
  account: AccountDoc,
  links: readonly Linked[],
  textOf: (index: number) => string,
): Promise<void> {
  const said = links.map(({ phone: peer }, index) => ({
    id: `id-${textOf(index)}`,
    text: textOf(index),
    peer,
  }));
  await ingestMessages(store, account, said.map(toIncoming), 'test');
}

const runRound = (activities: Activities, linkId: string): Promise<Round | Error> =>
  runActivity(activities.uploadMessages, { linkId }).catch((error: unknown) => error as Error);

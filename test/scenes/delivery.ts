import { randomBytes } from 'node:crypto';
import { createActivities, type Activities, type ActivityDeps, type BackupSettings } from '../../activities';
import { createPortalDirectory, type PortalDirectory } from '../../bitrix24/portal-directory';
import { toLinkTarget } from '../../domain/ids';
import { startSandboxPortal, type SandboxPortal } from '../../sandbox/portal';
import type { AccountDoc } from '../../store/accounts';
import type { EntryDoc } from '../../store/delivery/entries';
import { ingestMessage } from '../../intake/ingest-message';
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
  createProcess(given?: Partial<ActivityDeps>, rig?: (deps: ActivityDeps) => ActivityDeps): Activities;
  link(phone?: string): Promise<Linked>;
  say(linked: Linked, text: string): Promise<void>;
  /** Runs one round of each at once; a failed one gives its error. */
  run(activities: Activities, links: readonly Linked[]): Promise<(Round | Error)[]>;
  entries(linked: Linked): Promise<EntryDoc[]>;
  /** The lines with messages on a contact's page, in their order. */
  told(contactId: number): string[];
  /** Waits until what was sent until now is certainly carried out or not. */
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
export const useDelivery = (options: DeliveryOptions = {}): Delivery =>
  opened(
    () => startDelivery(options),
    (delivery) => delivery.close(),
    'test',
  );

export interface DeliveryOptions {
  /** How long rounds wait for each other: long enough for a busy machine, where a test is about who shares a request. */
  idleWindowMs?: number;
}

export async function startDelivery({ idleWindowMs }: DeliveryOptions = {}): Promise<Delivery> {
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
    given: Partial<ActivityDeps> = {},
    rig: (deps: ActivityDeps) => ActivityDeps = (deps) => deps,
  ): Activities {
    const directory = createPortalDirectory({
      credentials: store.portals,
      budgets: store.budgets,
      requestLimitMs: settings.portalRequestLimitMs,
      writeWindowMs: settings.writeWindowMs,
      probeEveryMs: settings.backupIntervalMs,
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
    say: (linked, text) => say(store, account, linked, text),
    run: (activities, links) => Promise.all(links.map(({ linkId }) => runRound(activities, linkId))),
    entries: ({ linkId }) => store.entries.listOfTarget(toLinkTarget(linkId)),
    told: (contactId) =>
      portal
        .comments(contactId)
        .flatMap(({ text }) => text.split('\n'))
        .flatMap((line) => /^[←→] \[\d\d:\d\d:\d\d\] [^:]*: (.*)$/.exec(line)?.[1] ?? []),
    waitOut: () =>
      new Promise((resolve) =>
        setTimeout(
          resolve,
          settings.portalRequestLimitMs + settings.writeWindowMs + settings.clockMarginMs + 50,
        ),
      ),
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

async function say(store: Store, account: AccountDoc, { phone }: Linked, text: string): Promise<void> {
  await ingestMessage(store, account, toIncoming({ id: `id-${text}`, text, peer: phone }), 'test');
}

const runRound = (activities: Activities, linkId: string): Promise<Round | Error> =>
  runActivity(activities.uploadMessages, { linkId }).catch((error: unknown) => error as Error);

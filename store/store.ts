import { createAnswers } from './access/answers';
import { createLogInCodes } from './access/log-in-codes';
import { createSessions } from './access/sessions';
import { createTokens } from './access/tokens';
import { createUsers } from './access/users';
import { createAccounts } from './accounts';
import { createAsides } from './asides';
import { createAudit } from './audit/audit';
import { RestoringError } from './backup/backup-error';
import { createBackup } from './backup/create-backup';
import { createRestoredPages } from './backup/restored-pages';
import { createRestores } from './backup/restores';
import type { Progress } from './backup/write-backup';
import { createBudgets } from './budgets';
import { createChats } from './chats/chats';
import { openConnection } from './connection';
import { createDeliveryHours } from './delivery/delivery-hours';
import { createEntries } from './delivery/entries';
import { createMarkers } from './delivery/markers';
import { createGaps } from './sources/gaps';
import { createImportChats } from './history/import-chats';
import { createImports } from './history/imports';
import { createAccountHistories, createHistoryMarks } from './history/marks';
import { createLeases } from './leases';
import { createContents } from './media/contents';
import type { FileLimits } from './media/limits';
import { createMedia } from './media/media';
import { createSeenCounts } from './sources/seen-counts';
import { createLabelledChats } from './sources/labels';
import { createLids } from './sources/lids';
import { createLinkRows } from './links/link-rows';
import { createLinks } from './links/links';
import { createMembers } from './chats/members';
import { createMessages } from './chats/messages';
import { createOddNumbers } from './odd-numbers';
import { createOperations } from './operations';
import { createOutbox } from './delivery/outbox';
import { createPeople } from './people/people';
import { createPortals } from './portals/portals';
import { createForgettings } from './privacy/forgettings';
import { createKeptAway, createPrivacyKeys } from './privacy/kept-away';
import { createReports } from './reports';
import { createReviews } from './reviews/reviews';
import { createRosters } from './chats/rosters';
import { createKeyChecks } from './sealing/key-check';
import { createSealing } from './sealing/sealing';
import { createSecretBox } from './secret-box';
import { createUnreadable } from './unreadable';
import { migrate } from './migrations/migrate';
import { steps } from './migrations/steps';
import { createNotices } from './webhooks/notices';
import { createReceivers } from './webhooks/receivers';

export type Store = Awaited<ReturnType<typeof openStore>>;

/**
 * Opens MongoDB, brings what is stored to this version's form and makes every collection's indexes. `encryptionKey` (32 bytes) seals
 * secrets; it and `formerKeys` open them. Fails within five seconds when the server cannot be reached.
 */
export async function openStore({
  uri,
  encryptionKey,
  formerKeys,
  files,
  isRestoring = false,
}: {
  uri: string;
  encryptionKey: Buffer;
  formerKeys?: readonly Buffer[] | undefined;
  files?: FileLimits | undefined;
  /** Only of the restore itself: everybody else is refused while there is one. */
  isRestoring?: boolean;
}) {
  const connection = await openConnection(uri);
  const box = createSecretBox(encryptionKey, formerKeys);
  const privacyKeys = createPrivacyKeys(connection, box);
  const markers = createMarkers(privacyKeys);
  const collections = {
    portals: createPortals(connection, box),
    accounts: createAccounts(connection, box),
    people: createPeople(connection),
    lids: createLids(connection),
    labelledChats: createLabelledChats(connection),
    links: createLinks(connection),
    reviews: createReviews(connection),
    chats: createChats(connection),
    messages: createMessages(connection),
    members: createMembers(connection),
    rosters: createRosters(connection),
    outbox: createOutbox(connection),
    entries: createEntries(connection, markers),
    deliveryHours: createDeliveryHours(connection),
    oddNumbers: createOddNumbers(connection),
    operations: createOperations(connection),
    linkRows: createLinkRows(connection),
    reports: createReports(connection),
    budgets: createBudgets(connection),
    media: createMedia(connection, files),
    contents: createContents(connection),
    leases: createLeases(connection),
    asides: createAsides(connection),
    gaps: createGaps(connection),
    seenCounts: createSeenCounts(connection),
    receivers: createReceivers(connection, box),
    notices: createNotices(connection),
    unreadable: createUnreadable(connection),
    imports: createImports(connection),
    importChats: createImportChats(connection),
    accountHistories: createAccountHistories(connection),
    historyMarks: createHistoryMarks(connection),
    users: createUsers(connection),
    sessions: createSessions(connection),
    logInCodes: createLogInCodes(connection),
    tokens: createTokens(connection),
    answers: createAnswers(connection, box),
    privacyKeys,
    keptAway: createKeptAway(connection, privacyKeys),
    forgettings: createForgettings(connection),
    audit: createAudit(connection),
    keyChecks: createKeyChecks(connection, box),
    restores: createRestores(connection),
    restoredPages: createRestoredPages(connection),
  };
  const withSecrets = {
    portals: collections.portals.model,
    accounts: collections.accounts.model,
    receivers: collections.receivers.model,
    privacyKeys: privacyKeys.model,
  };
  try {
    if (!isRestoring && (await collections.restores.load())?.state === 'restoring')
      throw new RestoringError();
    // Before the indexes: a step may put in order what a new unique index would refuse.
    await migrate(connection, collections.leases, steps);
    for (const { model } of Object.values(collections)) {
      await model.createCollection();
      await model.createIndexes();
    }
  } catch (error) {
    await connection.close();
    throw error;
  }
  return {
    ...collections,
    markers,
    ...createSealing(withSecrets, collections.keyChecks, box),
    /** A key of this installation for another purpose than sealing. */
    deriveKey: (purpose: string): Buffer => box.derive(purpose),
    /** Writes everything into a file; see `writeBackup`. */
    backUp: (path: string, version: string, onProgress: Progress) =>
      createBackup({ ...collections, markers, db: connection.db }, { path, version, onProgress }),
    /** Answers when the server does; fails otherwise. */
    ping: async (): Promise<void> => {
      await connection.db?.admin().ping();
    },
    close: (): Promise<void> => connection.close(),
  };
}

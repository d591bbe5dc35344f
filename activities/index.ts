import { awaitMessages } from './quiet/await-messages';
import { backUpLink, checkLink } from './rounds/back-up-link';
import { createCheckSoon } from './quiet/check-links';
import { parkLink } from './quiet/park-link';
import { changeLink } from './rounds/change-link';
import { createContact } from './linking/create-contact';
import { drainPortal } from './watch/drain-portal';
import { createDrainTurns } from './drain-turns';
import type { ActivityDeps } from './deps';
import { registered } from './failures';
import { createListed } from './listing';
import { importHistory } from './history/import-history';
import { forgetPerson } from './privacy/forget-person';
import { followCrm } from './watch/follow-crm';
import { lookUpContact } from './linking/look-up-contact';
import { recordLink } from './linking/record-link';
import { linkNewcomers } from './linking/link-newcomers';
import { resolveDoubts } from './linking/resolve-doubts';
import type { RoundDeps } from './rounds/round';
import { createSearchPass } from './rounds/search-pass';
import { sweepPortal, type SweepInput } from './watch/sweep-portal';
import { createSerialiser } from './serialise';

export type { ActivityDeps, BackupSettings } from './deps';

/** The steps of the plots. Each takes ids and gives ids, counts and times; each is safe to run twice. */
export function createActivities(given: ActivityDeps) {
  const deps: RoundDeps = {
    ...given,
    searchPass: createSearchPass(given),
    serialise: createSerialiser(),
    drainTurns: createDrainTurns(),
    checkSoon: createCheckSoon(given),
  };
  const listed = createListed(given);
  return {
    lookUpContact: listed(({ linkId }: { linkId: string }) => lookUpContact(deps, linkId)),
    createContact: listed(({ linkId, asked }: { linkId: string; asked?: boolean }) =>
      createContact(deps, linkId, asked),
    ),
    recordLink: listed(({ linkId }: { linkId: string }) => recordLink(deps, linkId)),
    checkLink: listed((given: { linkId: string; asked?: boolean }) => checkLink(deps, given)),
    awaitMessages: listed((given: { linkId: string; rounds: number }) => awaitMessages(deps, given)),
    uploadMessages: listed(({ linkId }: { linkId: string }) =>
      deps.serialise(linkId, () => backUpLink(deps, linkId)),
    ),
    // `arrivals` is what older versions compare.
    parkLink: registered(({ linkId }: { linkId: string; arrivals: number }) => parkLink(deps, linkId)),
    changeLink: listed(({ linkId }: { linkId: string }) =>
      deps.serialise(linkId, () => changeLink(deps, linkId)),
    ),
    followCrm: registered(({ portalId }: { portalId: string }) => followCrm(deps, portalId)),
    resolveDoubts: registered(({ portalId }: { portalId: string }) => resolveDoubts(deps, portalId)),
    linkNewcomers: registered(({ portalId }: { portalId: string }) => linkNewcomers(deps, portalId)),
    drainPortal: registered(({ portalId }: { portalId: string }) => drainPortal(deps, portalId)),
    importHistory: registered(({ importId }: { importId: string }) => importHistory(deps, importId)),
    forgetPerson: registered(({ operationId }: { operationId: string }) => forgetPerson(deps, operationId)),
    sweepPortal: listed((given: SweepInput) => sweepPortal(deps, given)),
  };
}

export type Activities = ReturnType<typeof createActivities>;

import { backUpLink, parkLink } from './back-up-chats';
import { changeLink } from './change-link';
import { createContact } from './create-contact';
import type { ActivityDeps } from './deps';
import { translated } from './failures';
import { lookUpContact, recordLink } from './link-contact';
import { sweepPortal } from './sweep-portal';

export type { ActivityDeps, BackupSettings } from './deps';

/** The steps of the plots. Each takes ids and gives ids, counts and times; each is safe to run twice. */
export function createActivities(deps: ActivityDeps) {
  return {
    lookUpContact: translated(({ linkId }: { linkId: string }) => lookUpContact(deps, linkId)),
    createContact: translated(({ linkId }: { linkId: string }) => createContact(deps, linkId)),
    recordLink: translated(({ linkId }: { linkId: string }) => recordLink(deps, linkId)),
    uploadMessages: translated(({ linkId }: { linkId: string }) => backUpLink(deps, linkId)),
    parkLink: translated(({ linkId, arrivals }: { linkId: string; arrivals: number }) =>
      parkLink(deps, linkId, arrivals),
    ),
    changeLink: translated(({ linkId }: { linkId: string }) => changeLink(deps, linkId)),
    sweepPortal: translated(({ portalId }: { portalId: string }) => sweepPortal(deps, portalId)),
  };
}

export type Activities = ReturnType<typeof createActivities>;

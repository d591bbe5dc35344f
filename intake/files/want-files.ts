import type { MediaDoc, WantedMedia } from '../../store/media/media';
import type { Store } from '../../store/store';
import type { Placed } from '../current-chats';

function toWanted({ message, version }: Placed): WantedMedia[] {
  const { _id: messageId, portalId, accountId, stanzaId, fromMe } = message;
  const { v, event, kind, fileName, media } = version;
  if (!media || event !== 'create') return [];
  return [{ ...{ messageId, portalId, accountId, stanzaId, fromMe, v }, kind, fileName, media }];
}

/**
 * Notes the files of versions, before their outbox rows: whoever plans a message's line sees its file. A crash before this leaves the
 * version unrouted, and it is done with the rows. Gives the files that are new.
 */
export const wantFiles = (store: Store, placed: readonly Placed[]): Promise<MediaDoc[]> =>
  store.media.want(placed.flatMap(toWanted));

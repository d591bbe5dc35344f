import { createHmac } from 'node:crypto';
import { parseMarker, printLength, toMarker } from '../../domain/content/marker';

/** Makes and knows the markers of one portal. The same items always give the same marker, in every store that has the portal's key. */
export interface Marks {
  /** A short name of an item, from what its source calls it: ours change when a message is fetched again. */
  printOf: (identity: string) => string;
  markerOf: (prints: readonly string[]) => string;
  /** The prints of a marker that was made with our key; null: it was not, or it is one of before, which was random. */
  openMarker: (line: string) => string[] | null;
}

function createMarks(portalId: string, portalKey: Buffer): Marks {
  const key = createHmac('sha256', portalKey).update('contact-link/markers').digest();
  const hmac = (text: string) => createHmac('sha256', key).update(text);
  const sealOf = (prints: readonly string[]): string =>
    hmac(`marker/${portalId}/${prints.join('')}`)
      .digest('hex')
      .slice(0, 24);
  return {
    printOf: (identity) => hmac(`print/${identity}`).digest('base64url').slice(0, printLength),
    markerOf: (prints) => toMarker(sealOf(prints), prints),
    openMarker(line) {
      const read = parseMarker(line);
      return read && read.prints.length > 0 && read.seal === sealOf(read.prints) ? read.prints : null;
    },
  };
}

/** By the key that a portal has for the hashes of those who are kept away: one more use of it, with a key of its own made from it. */
export function createMarkers(keys: { loadOrMake: (portalId: string) => Promise<Buffer> }) {
  return {
    of: async (portalId: string): Promise<Marks> => createMarks(portalId, await keys.loadOrMake(portalId)),
  };
}

export type Markers = ReturnType<typeof createMarkers>;

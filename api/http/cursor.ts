import { createHmac, timingSafeEqual } from 'node:crypto';
import { Problem } from './problem';

/** Makes and reads the cursors of paged lists: signed, so that only what we gave out is taken back. */
export interface Cursors {
  /** `list` names the list; `after` is the id of the last item given. Null stays null: there is no next page. */
  seal(list: string, after: string | null): string | null;
  /** The id to go on after, null without a cursor. Throws `bad_cursor` for a forged one or one of another list. */
  open(list: string, cursor: string | undefined): string | null;
}

/** The key is for cursors alone: they give away nothing of another secret. */
export function createCursors(key: Buffer): Cursors {
  const sign = (payload: string) => createHmac('sha256', key).update(payload).digest().subarray(0, 16);
  return {
    seal(list, after) {
      if (after === null) return null;
      const payload = `${list}/${after}`;
      return `${Buffer.from(payload).toString('base64url')}.${sign(payload).toString('base64url')}`;
    },
    open(list, cursor) {
      if (cursor === undefined) return null;
      const [payload = '', given = Buffer.alloc(0)] = readParts(cursor);
      const signature = sign(payload);
      const isOurs = given.length === signature.length && timingSafeEqual(given, signature);
      if (!isOurs || !payload.startsWith(`${list}/`)) throw new Problem('bad_cursor');
      return payload.slice(list.length + 1);
    },
  };
}

function readParts(cursor: string): [string, Buffer] | [] {
  const [payload, signature, ...rest] = cursor.split('.');
  if (payload === undefined || signature === undefined || rest.length > 0) return [];
  return [Buffer.from(payload, 'base64url').toString('utf8'), Buffer.from(signature, 'base64url')];
}

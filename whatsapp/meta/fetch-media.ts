import { z } from 'zod';
import { download, type SourceFile } from '../rest/download';
import { ServerMissingError } from '../rest/errors';
import { askGraph, graphUrlOf, MetaRefusedError, type MetaWay } from './rest/graph';

/** Where Meta keeps files; the token goes to no other host. */
const metaHosts = new Set(['graph.facebook.com', 'lookaside.fbsbx.com']);

const fileShape = z.looseObject({ url: z.string(), file_size: z.number().nullish().catch(null) });

/**
 * The address of a file, if it is Meta's own: with our token in the request's head, no answer may lead it elsewhere. A stand-in's files are
 * where the stand-in is. Null: it is neither.
 */
export function toMetaFileUrl(way: Pick<MetaWay, 'graphUrl'>, given: string): URL | null {
  const url = URL.parse(given);
  if (!url || url.username !== '' || url.password !== '') return null;
  if (way.graphUrl !== null) return url.origin === new URL(graphUrlOf(way)).origin ? url : null;
  const isMeta = url.protocol === 'https:' && url.port === '' && metaHosts.has(url.hostname);
  return isMeta ? url : null;
}

async function fetchOnce(way: MetaWay, mediaId: string): Promise<SourceFile> {
  const file = await askGraph(fileShape, way, {
    ...{ method: 'GET', path: `/${encodeURIComponent(mediaId)}`, call: 'media' },
    query: { phone_number_id: way.phoneNumberId },
  });
  const url = toMetaFileUrl(way, file.url);
  if (!url) return { kind: 'away' };
  const fetched = await download(url, { authorization: `Bearer ${way.accessToken}` });
  const { file_size: sizeBytes } = file;
  // What is too large is known before the first byte.
  return fetched.kind === 'bytes'
    ? { ...fetched, sizeBytes: fetched.sizeBytes ?? sizeBytes ?? null }
    : fetched;
}

/**
 * Fetches a file from Meta: its address by its id, then its bytes. An address is good for five minutes, so that one that is gone is asked for
 * once more; an id is good for some days. Errors of the connection are `away`: the same may be had later.
 */
export async function fetchMetaMedia(way: MetaWay, mediaId: string): Promise<SourceFile> {
  try {
    const file = await fetchOnce(way, mediaId);
    return file.kind === 'gone' ? await fetchOnce(way, mediaId) : file;
  } catch (error) {
    const isGone = error instanceof ServerMissingError || error instanceof MetaRefusedError;
    return { kind: isGone ? 'gone' : 'away' };
  }
}

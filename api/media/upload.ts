import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import { fileWishOf } from '../../intake/files/file-wish';
import { keepFile, loseFile } from '../../intake/files/keep-file';
import {
  ContentBusyError,
  FileTooLargeError,
  FileTypeError,
  HashMismatchError,
} from '../../store/media/errors';
import { isSameHash } from '../../store/media/hash';
import type { MediaDoc } from '../../store/media/media';
import type { Store } from '../../store/store';
import { messagesArrivedSignal } from '../../workflows/messages';
import type { ApiContext } from '../context';
import { accountOf } from '../http/auth';
import { idShape } from '../http/endpoint';
import { badField, comeBack, notFound, Problem } from '../http/problem';

const answerSchema = z
  .object({ mediaId: z.string(), sizeBytes: z.number(), sha256: z.string() })
  .meta({ id: 'StoredFile', description: 'The file as it is kept.' });

const hashShape = /^[0-9a-f]{64}$/i;

/** A file of the token's own account; all others are none. */
async function findOwn({ gathering }: ApiContext, request: Request, response: Response): Promise<MediaDoc> {
  const mediaId = String(request.params['mediaId']);
  const media = idShape.test(mediaId) ? await gathering.loadMedia(mediaId) : null;
  if (media?.accountId !== accountOf(response)._id) throw notFound('No such file.');
  return media;
}

const isHad = ({ state }: MediaDoc): boolean => state !== 'wanted' && state !== 'lost';

/** The hash that the bytes must have: the message's, or the one of this request. */
function readHash(request: Request, media: MediaDoc): string | null {
  const given = request.query['sha256'];
  if (given === undefined) return media.sha256;
  if (typeof given !== 'string' || !hashShape.test(given)) throw badField('sha256', 'is not 64 hex digits');
  if (media.sha256 && !isSameHash(media.sha256, given)) throw new Problem('hash_mismatch');
  return given;
}

/** Refuses by what is known before the first byte. */
function checkBefore(request: Request, maxBytes: number): void {
  if (request.get('content-encoding')) throw new Problem('unsupported_media_type');
  const bytes = Number(request.get('content-length') ?? Number.NaN);
  if (bytes > maxBytes) throw new FileTooLargeError();
  if (bytes === 0) throw badField('body', 'is empty');
}

const bareType = (request: Request): string | null => {
  const type = request.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) && type !== 'application/octet-stream' ? type : null;
};

function toUploadProblem(error: unknown): unknown {
  if (error instanceof FileTooLargeError) return new Problem('body_too_large');
  if (error instanceof FileTypeError)
    return new Problem('unsupported_media_type', { detail: 'Files of this type are not taken.' });
  if (error instanceof HashMismatchError) return new Problem('hash_mismatch');
  if (error instanceof ContentBusyError) return comeBack('store_unavailable');
  return error;
}

/** What cannot be taken will never come: its line says so at once, and not that it follows. */
async function loseRefused(store: Store, media: MediaDoc, error: unknown): Promise<string[]> {
  if (media.state !== 'wanted') return [];
  if (error instanceof FileTooLargeError) return loseFile(store, media, 'too_large', null);
  return error instanceof FileTypeError ? loseFile(store, media, 'type_refused', null) : [];
}

/** The client hung up: nobody reads an answer. */
const isCutOff = (request: Request): boolean => request.destroyed && !request.complete;

/**
 * `PUT /ingest/media/{mediaId}`: the bytes are streamed, counted and hashed on their way. The same again is answered at once; after a crash
 * anywhere the same again heals it. It comes before the reading of JSON bodies.
 */
export function createUpload(context: ApiContext): RequestHandler {
  const { store, linkWorkflows, gathering } = context;
  const answer = (response: Response, status: number, { _id: mediaId, sizeBytes, hash }: MediaDoc) =>
    response.status(status).json({ mediaId, sizeBytes: sizeBytes ?? 0, sha256: hash ?? '' });
  return async (request, response) => {
    const media = await findOwn(context, request, response);
    // What is not read of a refused body is not waited for.
    response.set('Connection', 'close');
    if (isHad(media)) return void answer(response, 200, media);
    const wake = (linkIds: readonly string[]) => {
      for (const _id of linkIds)
        void linkWorkflows.signal({ _id, portalId: media.portalId }, messagesArrivedSignal);
    };
    try {
      const account = accountOf(response);
      checkBefore(request, fileWishOf(store, account.policy).maxBytes);
      const expected = { ...media, sha256: readHash(request, media) };
      const bytes = { bytes: request, mimeType: bareType(request) };
      const kept = await keepFile(store, expected, bytes, { account, keepSmall: gathering.keepSmall });
      wake(kept.parkedLinkIds);
      response.removeHeader('Connection');
      answer(response, 201, kept.media ?? media);
    } catch (error) {
      if (isCutOff(request)) return;
      wake(await loseRefused(store, media, error));
      throw toUploadProblem(error);
    }
  };
}

/** For the API's description. */
export const uploadDoc: ZodOpenApiOperationObject = {
  operationId: 'uploadFile',
  tags: ['Ingest'],
  summary: 'Send the bytes of a file that `needMedia` asked for; the same again is answered at once',
  security: [{ account: [] }],
  requestParams: {
    path: z.object({ mediaId: z.string().regex(/^[0-9a-f]{24}$/) }),
    query: z.object({
      sha256: z
        .string()
        .regex(hashShape)
        .optional()
        .meta({ description: 'Of the bytes, as hex: others are refused with `hash_mismatch`.' }),
    }),
  },
  requestBody: {
    required: true,
    content: { '*/*': { schema: z.string().meta({ format: 'binary' }) } },
  },
  responses: {
    200: { description: 'It was had before.', content: { 'application/json': { schema: answerSchema } } },
    413: {
      description: 'It is larger than the account’s policy wants: `maxBytes` says how large it may be.',
    },
    415: { description: 'Its type, as said or as its bytes tell, is not wanted from this account.' },
    201: { description: 'It is kept.', content: { 'application/json': { schema: answerSchema } } },
  },
};

import { z } from 'zod';
import type { MediaDoc } from '../../store/media/media';
import type { ApiContext } from '../context';
import { endpoint, type Endpoint } from '../http/endpoint';
import { orNotFound, Problem } from '../http/problem';

/** Types that a browser shows without running anything of them. */
const shownTypes = /^(image\/(png|jpeg|gif|webp)|audio\/[\w.+-]+|video\/[\w.+-]+)$/;

const bareType = (mimeType: string | null): string => mimeType?.split(';')[0]?.trim().toLowerCase() ?? '';

/** RFC 6266: the name in full where it is understood, in ASCII where it is not. */
function toDisposition(kind: 'inline' | 'attachment', name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const full = encodeURIComponent(name.replace(/\p{Surrogate}/gu, '\uFFFD')).replace(
    /['()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16)}`,
  );
  return `${kind}; filename="${plain}"; filename*=UTF-8''${full}`;
}

function toHeaders({ mimeType, otherType, fileName, kind, sizeBytes }: MediaDoc): Record<string, string> {
  const type = bareType(mimeType);
  const isShown = shownTypes.test(type) && !otherType;
  return {
    'Content-Type': isShown ? type : 'application/octet-stream',
    'Content-Disposition': toDisposition(isShown ? 'inline' : 'attachment', fileName ?? kind),
    'Content-Length': String(sizeBytes ?? 0),
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  };
}

/** A file's bytes, for who may see everything. */
export const createStoredFileRoutes = ({ store }: ApiContext): Endpoint[] => [
  endpoint('GET /media/:mediaId', {
    role: 'viewer',
    operationId: 'getFile',
    tag: 'Chats',
    summary: 'The bytes of a file; pictures, sound and film are shown, all else is downloaded',
    answers: {
      200: { description: 'The bytes, with the file’s own type and name.', schema: z.string(), bytes: true },
      409: { description: '`file_not_stored`: it is not had yet, was lost, or is no longer kept.' },
    },
    async handle({ params }) {
      const media = orNotFound(await store.media.load(params.mediaId), 'file');
      const bytes = media.hash === null ? null : await store.contents.open(media.hash);
      if (!bytes) throw new Problem('file_not_stored', { detail: `It is ${media.state}.` });
      return { status: 200, type: 'bytes', headers: toHeaders(media), body: bytes };
    },
  }),
];

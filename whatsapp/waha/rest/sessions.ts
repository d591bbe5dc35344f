import { z } from 'zod';
import { ServerAnswerError, type ServerWords } from '../../rest/errors';
import type { WahaAsking } from './asking';
import {
  meShape,
  sessionShape,
  versionShape,
  type SessionConfig,
  type WahaSession,
  type WahaVersion,
} from './shapes';

/** The life of a session. */
export interface WahaSessions {
  fetchVersion(): Promise<WahaVersion>;
  /** Null: WAHA has no session of this name. */
  findSession(): Promise<WahaSession | null>;
  /** Makes the session and starts it. `ServerStateError` where there is one. */
  createSession(config: SessionConfig): Promise<WahaSession>;
  /** Replaces the whole configuration; WAHA stops and starts a session that runs. */
  updateSession(config: SessionConfig): Promise<WahaSession>;
  startSession(): Promise<void>;
  stopSession(): Promise<void>;
  restartSession(): Promise<void>;
  /** Takes this device off the phone's list; the configuration stays. */
  logOutSession(): Promise<void>;
  /** Who was scanned in; null before. */
  fetchMe(): Promise<z.output<typeof meShape> | null>;
  /** The code to scan as a PNG, new every 20 s or so. `ServerStateError` unless the session waits for a scan. */
  fetchQr(): Promise<Buffer>;
}

const maxQrBytes = 1024 * 1024;
/** Chromium's engines take their time to start. */
const startTimeoutMs = 60_000;
const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

/** WAHA answers with the image itself, or with JSON around it, whatever it was asked for. */
function toPng({ bytes, contentType }: { bytes: Buffer; contentType: string }, words: ServerWords): Buffer {
  const image = contentType === 'application/json' ? unwrap(bytes, words) : bytes;
  if (image.subarray(0, 4).equals(pngSignature)) return image;
  throw new ServerAnswerError('’s QR code is no PNG', { words, call: 'auth/qr' });
}

function unwrap(bytes: Buffer, words: ServerWords): Buffer {
  try {
    const { data } = z.object({ data: z.string() }).parse(JSON.parse(bytes.toString('utf8')));
    return Buffer.from(data, 'base64');
  } catch {
    throw new ServerAnswerError('’s QR code is of an unknown form', { words, call: 'auth/qr' });
  }
}

export function createSessions(
  { session, words, askJson, askIfThere, askBytes }: WahaAsking,
  name: string,
): WahaSessions {
  const path = `/api/sessions/${session}`;
  const change = async (verb: 'start' | 'stop' | 'restart' | 'logout') => {
    const ask = { method: 'POST', path: `${path}/${verb}`, call: `sessions/${verb}`, body: {} } as const;
    await askBytes({ ...ask, timeoutMs: startTimeoutMs });
  };
  return {
    fetchVersion: () => askJson(versionShape, { method: 'GET', path: '/api/version', call: 'version' }),
    findSession: () => askIfThere(sessionShape, { method: 'GET', path, call: 'sessions' }),
    createSession: (config) =>
      askJson(sessionShape, {
        ...{ method: 'POST', path: '/api/sessions', call: 'sessions/create' },
        body: { name, start: true, config },
        timeoutMs: startTimeoutMs,
      }),
    updateSession: (config) =>
      askJson(sessionShape, {
        ...{ method: 'PUT', path, call: 'sessions/update', body: { name, config } },
        timeoutMs: startTimeoutMs,
      }),
    startSession: () => change('start'),
    stopSession: () => change('stop'),
    restartSession: () => change('restart'),
    logOutSession: () => change('logout'),
    fetchMe: () => askJson(meShape.nullable(), { method: 'GET', path: `${path}/me`, call: 'sessions/me' }),
    fetchQr: async () =>
      toPng(
        await askBytes({
          ...{ method: 'GET', path: `/api/${session}/auth/qr`, call: 'auth/qr', query: { format: 'image' } },
          ...{ accept: 'image/png', maxBytes: maxQrBytes },
        }),
        words,
      ),
  };
}

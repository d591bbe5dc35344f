import type { Lane } from '../../domain/link';
import { toWriteWindowMs } from '../../domain/files/write-window';
import { FilesRefusedError, PortalUnreachableError, WaitUntilError } from '../errors';
import type { Pacing } from '../pacing/pacing';
import type { Permit } from '../pacing/permit';
import type { Answer } from '../rest/answer';
import type { Client } from '../rest/client';
import type { Params } from '../rest/commands';
import { toUploadBody, type UploadFile } from '../rest/upload-body';
import { askHarmlessly, quietly, toWholeRefusal } from './whole-refusal';

/** One command with files, which goes alone: a batch takes none. */
export interface Upload {
  method: string;
  fields: Params;
  files: readonly UploadFile[];
  lane: Lane;
  /** See `Submission.claim`; the window is as long as the files need: see `toWriteWindowMs`. */
  claim: (sentAt: Date) => Promise<boolean>;
  signal?: AbortSignal | undefined;
}

/** `noPlace`: other uploads are under way, and nothing of this one was done. */
export type Uploaded =
  { kind: 'answered'; answer: Answer } | { kind: 'notClaimed' } | { kind: 'noPlace'; retryAfterMs: number };

/** Requests with files have places of their own: however long they take, batches go on beside them. */
export interface Uploads {
  send(upload: Upload): Promise<Uploaded>;
  /** Ends when those under way have. */
  close(): Promise<void>;
}

const maxParallel = 2;
const waitForPlaceMs = 5_000;

export interface UploadOptions {
  client: Client;
  pacing: Pacing;
  writeWindowMs?: number | undefined;
}

export function createUploads({ client, pacing, writeWindowMs = 10_000 }: UploadOptions): Uploads {
  const underWay = new Set<Promise<unknown>>();
  let isClosed = false;

  async function request(upload: Upload, permit: Permit, writeBeforeMs: number): Promise<Answer> {
    const { method, fields, files } = upload;
    try {
      const writeDeadlineMs = writeBeforeMs - performance.now();
      const answer = await client.upload({ method, params: { fields } }, toUploadBody(fields, files), {
        writeDeadlineMs,
        signal: upload.signal,
      });
      await quietly(permit.answered({ envelope: answer.time, commands: [{ method, time: answer.time }] }));
      return answer;
    } catch (error) {
      const own = await toOwnError(error);
      await quietly(own instanceof WaitUntilError ? permit.refused(own, method) : permit.failed(own));
      throw own;
    }
  }

  /** Its files are only blamed for a page of something on the way when a harmless batch passes right afterwards. */
  async function toOwnError(error: unknown): Promise<unknown> {
    const refusal = toWholeRefusal(error);
    if (!refusal) return error;
    const { code, method } = refusal;
    return (
      (await askHarmlessly(refusal, { client, pacing })) ??
      new FilesRefusedError({ code, method, cause: error })
    );
  }

  async function carryOut(upload: Upload): Promise<Uploaded> {
    const { method, lane, claim, signal, files } = upload;
    const permit = await pacing.acquire({ lane, commands: [method], batched: false, signal });
    const fileBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const writeBeforeMs = performance.now() + toWriteWindowMs(writeWindowMs, fileBytes);
    const isClaimed = await claim(new Date()).catch(async (error: unknown) => {
      await quietly(permit.refund());
      throw error;
    });
    if (!isClaimed) {
      await quietly(permit.refund());
      return { kind: 'notClaimed' };
    }
    return { kind: 'answered', answer: await request(upload, permit, writeBeforeMs) };
  }

  return {
    async send(upload) {
      if (isClosed) throw new PortalUnreachableError({ code: 'CLOSED', method: upload.method });
      if (underWay.size >= maxParallel) return { kind: 'noPlace', retryAfterMs: waitForPlaceMs };
      const work = carryOut(upload).finally(() => underWay.delete(work));
      underWay.add(work);
      return work;
    },
    close: async () => {
      isClosed = true;
      await Promise.allSettled(underWay);
    },
  };
}

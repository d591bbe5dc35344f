import { createHash, randomBytes, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startApi, type IngestApi } from '../ingest/api';
import { putFile } from '../ingest/upload';
import type { Scene } from '../scene/scene';

/** Files whose upload the API was killed in, once the source has repeated what was not answered. */
export interface UploadCounts {
  uploads: number;
  uploadKills: number;
  /** Answered before the kill: those are not sent again. */
  uploadsAnswered: number;
  uploadsLost: number;
  uploadsDoubled: number;
  /** Other bytes than were sent. */
  uploadsWrong: number;
}

/** Small ones are read whole and kept together, large ones are streamed into several chunks. */
const sizesBytes = [10_000, 2_500_000];
const chunkBytes = 50_000;
/** Some are answered by then, some are not. */
const longestMs = 60;

interface Source {
  temporalAddress: string;
  mongoUri: string;
  token: string;
  phone: string;
}

interface FileOf {
  id: string;
  bytes: Buffer;
}

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

function* cut(bytes: Buffer): Generator<Buffer> {
  for (let from = 0; from < bytes.length; from += chunkBytes) yield bytes.subarray(from, from + chunkBytes);
}

/** Tells of a file's message, as often as asked; gives where its bytes are wanted, or null where they are not. */
async function tell(api: IngestApi, { token, phone }: Source, { id }: FileOf): Promise<string | null> {
  const message = {
    ...{ id, chatId: `${phone.slice(1)}@c.us`, fromMe: false, timestamp: Math.floor(Date.now() / 1_000) },
    ...{ type: 'document', text: id, sender: { phone } },
    media: { mime: 'application/octet-stream', fileName: `${id}.bin` },
  };
  const response = await fetch(`http://127.0.0.1:${api.port}/api/v1/ingest/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ schema: '1', messages: [message] }),
  });
  if (!response.ok) throw new Error(`a message was answered with ${response.status}`);
  const { needMedia } = (await response.json()) as { needMedia: { uploadUrl: string }[] };
  return needMedia[0]?.uploadUrl ?? null;
}

const put = (
  { port }: IngestApi,
  { token }: Source,
  path: string,
  chunks: AsyncIterable<Buffer>,
  size: number,
) => putFile({ port, token }, path, { chunks, sizeBytes: size }).catch(() => null);

/** The API is killed in the middle of the bytes, or soon after the last one. Gives whether it had answered that they are kept. */
async function killDuring(api: IngestApi, source: Source, { bytes }: FileOf, path: string): Promise<boolean> {
  const isInMiddle = randomInt(2) === 0;
  const afterBytes = isInMiddle ? randomInt(bytes.length) : bytes.length;
  const kill = async () => {
    await sleep(randomInt(longestMs));
    await api.stop('SIGKILL');
  };
  let killed = Promise.resolve();
  const chunks = async function* () {
    let sent = 0;
    for (const chunk of cut(bytes)) {
      if (sent >= afterBytes) await kill();
      yield chunk;
      sent += chunk.length;
    }
    killed = kill();
  };
  const status = await put(api, source, path, chunks(), bytes.length);
  await killed;
  await api.stop('SIGKILL');
  return status === 201;
}

/** One file: told, sent, the API killed meanwhile and started again; then the source repeats both until it is answered. */
async function sendThroughKill(source: Source, file: FileOf): Promise<boolean> {
  const first = await startApi(source, []);
  const path = await tell(first, source, file);
  if (path === null) throw new Error('a file is not wanted');
  const isAnswered = await killDuring(first, source, file, path);
  if (isAnswered) return true;
  const second = await startApi(source, []);
  const again = await tell(second, source, file);
  const chunks = async function* () {
    yield* cut(file.bytes);
    await Promise.resolve();
  };
  const status = again === null ? 200 : await put(second, source, again, chunks(), file.bytes.length);
  await second.stop();
  if (status !== 200 && status !== 201) throw new Error(`a file sent again was answered with ${status}`);
  return false;
}

async function compare({ store }: Scene, accountId: string, { id, bytes }: FileOf, counts: UploadCounts) {
  const [file, ...others] = await store.media.listOfStanzas(accountId, [id]);
  counts.uploadsDoubled += others.length;
  if (file?.state !== 'stored' || file.hash === null) {
    counts.uploadsLost += 1;
    return;
  }
  const kept = await store.contents.open(file.hash);
  const parts: Buffer[] = [];
  for await (const part of kept ?? []) parts.push(part as Buffer);
  if (hashOf(Buffer.concat(parts)) !== hashOf(bytes) || file.hash !== hashOf(bytes)) counts.uploadsWrong += 1;
}

/** Files sent to the API while it is killed, one after the other; in the end each is there once, with its bytes. */
export async function killUploads(
  scene: Scene,
  { uploads, temporalAddress }: { uploads: number; temporalAddress: string },
): Promise<UploadCounts> {
  const { store, portalId, task, contacts } = scene;
  const fresh = { portalId, kind: 'ingest', e164: '+4930999999', name: 'Uploads', hmacKey: null } as const;
  const { account, token } = await store.accounts.add(fresh);
  const counts = {
    uploads,
    uploadKills: 0,
    uploadsAnswered: 0,
    uploadsLost: 0,
    uploadsDoubled: 0,
    uploadsWrong: 0,
  };
  for (let number = 0; number < uploads; number += 1) {
    const phone = contacts[number % contacts.length]?.e164 ?? '';
    const file = { id: `3EB0UP${number}`, bytes: randomBytes(sizesBytes[number % sizesBytes.length] ?? 1) };
    const source = { temporalAddress, mongoUri: task.mongoUri, token, phone };
    if (await sendThroughKill(source, file)) counts.uploadsAnswered += 1;
    counts.uploadKills += 1;
    await compare(scene, account._id, file, counts);
  }
  return counts;
}

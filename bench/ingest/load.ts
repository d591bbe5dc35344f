import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { putFile } from './upload';

export interface LoadOptions {
  port: number;
  /** One of our accounts' tokens for each connection. */
  tokens: readonly string[];
  /** Whose messages they are: phones as E.164. */
  phones: readonly string[];
  messagesPerRequest: number;
  seconds: number;
  /** One message of so many is said in a group, and one has a file; 0: none. */
  groupEvery: number;
  fileEvery: number;
  fileBytes: number;
}

export interface LoadResult {
  messages: number;
  messagesPerSecond: number;
  requests: number;
  p50Ms: number;
  p99Ms: number;
  /** Files that were asked for and taken; their bytes are sent beside the messages. */
  files: number;
  /** Answers other than 200, and messages that were not taken as new; files whose bytes were not taken. */
  refused: number;
}

const peopleOfGroup = 5;
let lastId = 0;

const isNth = (every: number, offset: number): boolean => every > 0 && lastId % every === offset;

/** The chat of the next message: with one person, or a group of five of them. */
function toChat(phones: readonly string[], groupEvery: number) {
  const index = lastId % phones.length;
  const phone = phones[index] ?? '';
  if (!isNth(groupEvery, 1)) return { phone, chatId: `${phone.slice(1)}@c.us` };
  return { phone, chatId: `1203638${String(Math.floor(index / peopleOfGroup)).padStart(11, '0')}@g.us` };
}

function toBody({ phones, messagesPerRequest, groupEvery, fileEvery }: LoadOptions): Buffer {
  const messages = Array.from({ length: messagesPerRequest }, () => {
    lastId += 1;
    const { phone, chatId } = toChat(phones, groupEvery);
    const fromMe = lastId % 3 === 0;
    const media = { mime: 'application/octet-stream', fileName: `${lastId}.bin` };
    const isFile = isNth(fileEvery, 2);
    return {
      id: `3EB0${lastId.toString(16).toUpperCase().padStart(16, '0')}`,
      ...{ chatId, fromMe, timestamp: Math.floor(Date.now() / 1000), type: isFile ? 'document' : 'text' },
      text: `Message ${lastId}: the pump arrives on Tuesday, please confirm the address.`,
      ...(fromMe ? {} : { sender: { phone } }),
      ...(isFile && { media }),
    };
  });
  return Buffer.from(JSON.stringify({ schema: '1', messages }));
}

/** What the API answers to messages. */
interface Answer {
  accepted: number;
  needMedia: { uploadUrl: string }[];
}

const tokenOf = ({ tokens }: LoadOptions, connection: number): string =>
  tokens[connection % tokens.length] ?? '';
const addressOf = (connection: number): string => `127.0.0.${connection + 2}`;

/** Each client sends so many files at once, beside its messages. */
const uploadsAtOnce = 4;

function createUploads(options: LoadOptions, connection: number) {
  const { port, fileBytes: sizeBytes } = options;
  const target = { port, token: tokenOf(options, connection), localAddress: addressOf(connection) };
  const counts = { files: 0, refused: 0 };
  const waiting: string[] = [];
  const lanes = new Set<Promise<void>>();
  const put = async (path: string) => {
    const status = await putFile(target, path, { chunks: [randomBytes(sizeBytes)], sizeBytes });
    counts[status === 201 ? 'files' : 'refused'] += 1;
  };
  const work = async () => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) await put(path);
  };
  return {
    counts,
    add: ({ needMedia }: Answer) => {
      waiting.push(...needMedia.map(({ uploadUrl }) => uploadUrl));
      while (lanes.size < uploadsAtOnce && waiting.length > 0) {
        const lane: Promise<void> = work().finally(() => lanes.delete(lane));
        lanes.add(lane);
      }
    },
    end: async (): Promise<void> => {
      while (lanes.size > 0) await Promise.all(lanes);
    },
  };
}

/** Each connection has an address of its own, as clients have: the limit of requests counts by address. */
function send(options: LoadOptions, agent: Agent, connection: number, body: Buffer): Promise<Answer> {
  const token = tokenOf(options, connection);
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        ...{ agent, host: '127.0.0.1', port: options.port, localAddress: addressOf(connection) },
        ...{ method: 'POST', path: '/api/v1/ingest/messages' },
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'content-length': body.length,
        },
      },
      (response) => {
        let text = '';
        response.on('data', (part: Buffer) => (text += part.toString()));
        response.on('end', () => {
          const refused = { accepted: 0, needMedia: [] };
          resolve(response.statusCode === 200 ? (JSON.parse(text) as Answer) : refused);
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Every connection sends its next request as soon as the one before is answered. It ends when all files are sent, too. */
export async function runLoad(options: LoadOptions, connections: number): Promise<LoadResult> {
  const times: number[] = [];
  const sums = { accepted: 0, files: 0, refused: 0 };
  const startedAtMs = performance.now();
  const untilMs = startedAtMs + options.seconds * 1_000;
  const talk = async (connection: number) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const uploads = createUploads(options, connection);
    while (performance.now() < untilMs) {
      const body = toBody(options);
      const sentAtMs = performance.now();
      const answer = await send(options, agent, connection, body);
      sums.accepted += answer.accepted;
      times.push(performance.now() - sentAtMs);
      uploads.add(answer);
    }
    agent.destroy();
    await uploads.end();
    sums.files += uploads.counts.files;
    sums.refused += uploads.counts.refused;
  };
  await Promise.all(Array.from({ length: connections }, (_, connection) => talk(connection)));
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const { accepted, files, refused } = sums;
  times.sort((a, b) => a - b);
  const at = (part: number) => Math.round(times[Math.floor(times.length * part)] ?? 0);
  return {
    ...{ messages: accepted, messagesPerSecond: Math.round(accepted / seconds), requests: times.length },
    ...{ p50Ms: at(0.5), p99Ms: at(0.99), files },
    refused: refused + times.length * options.messagesPerRequest - accepted,
  };
}

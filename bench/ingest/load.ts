import { Agent, request } from 'node:http';

export interface LoadOptions {
  port: number;
  /** One of our accounts' tokens for each connection. */
  tokens: readonly string[];
  /** Whose messages they are: phones as E.164. */
  phones: readonly string[];
  messagesPerRequest: number;
  seconds: number;
}

export interface LoadResult {
  messages: number;
  messagesPerSecond: number;
  requests: number;
  p50Ms: number;
  p99Ms: number;
  /** Answers other than 200, and messages that were not taken as new. */
  refused: number;
}

let lastId = 0;

function toBody({ phones, messagesPerRequest }: LoadOptions): Buffer {
  const messages = Array.from({ length: messagesPerRequest }, () => {
    lastId += 1;
    const phone = phones[lastId % phones.length] ?? '';
    const fromMe = lastId % 3 === 0;
    return {
      id: `3EB0${lastId.toString(16).toUpperCase().padStart(16, '0')}`,
      chatId: `${phone.slice(1)}@c.us`,
      ...{ fromMe, timestamp: Math.floor(Date.now() / 1000), type: 'text' },
      text: `Message ${lastId}: the pump arrives on Tuesday, please confirm the address.`,
      ...(fromMe ? {} : { sender: { phone } }),
    };
  });
  return Buffer.from(JSON.stringify({ schema: '1', messages }));
}

/** Each connection has an address of its own, as clients have: the limit of requests counts by address. */
function send(options: LoadOptions, agent: Agent, connection: number, body: Buffer): Promise<number> {
  const token = options.tokens[connection % options.tokens.length] ?? '';
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        ...{ agent, host: '127.0.0.1', port: options.port, localAddress: `127.0.0.${connection + 2}` },
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
          const { accepted = 0 } =
            response.statusCode === 200 ? (JSON.parse(text) as { accepted: number }) : {};
          resolve(accepted);
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Every connection sends its next request as soon as the one before is answered. */
export async function runLoad(options: LoadOptions, connections: number): Promise<LoadResult> {
  const times: number[] = [];
  let accepted = 0;
  const startedAtMs = performance.now();
  const untilMs = startedAtMs + options.seconds * 1_000;
  const talk = async (connection: number) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (performance.now() < untilMs) {
      const body = toBody(options);
      const sentAtMs = performance.now();
      const taken = await send(options, agent, connection, body);
      accepted += taken;
      times.push(performance.now() - sentAtMs);
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: connections }, (_, connection) => talk(connection)));
  const seconds = (performance.now() - startedAtMs) / 1_000;
  times.sort((a, b) => a - b);
  const at = (part: number) => Math.round(times[Math.floor(times.length * part)] ?? 0);
  return {
    ...{ messages: accepted, messagesPerSecond: Math.round(accepted / seconds), requests: times.length },
    ...{ p50Ms: at(0.5), p99Ms: at(0.99) },
    refused: times.length * options.messagesPerRequest - accepted,
  };
}

import { setTimeout as sleep } from 'node:timers/promises';

export interface Comment {
  crmContactId: number;
  text: string;
}

async function post(url: string, body: unknown): Promise<{ result?: unknown; error?: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { result?: unknown; error?: string };
  if (!response.ok) throw new Error(`the portal answered ${response.status} ${answer.error ?? ''}`);
  return answer;
}

const fieldsOf = ({ crmContactId, text }: Comment) => ({
  ENTITY_ID: crmContactId,
  ENTITY_TYPE: 'contact',
  COMMENT: text,
});

/** One call, one comment. */
export const postComment = (webhookUrl: string, comment: Comment) =>
  post(`${webhookUrl}crm.timeline.comment.add`, { fields: fieldsOf(comment) });

const fullBatch = 50;
const gatherMs = 300;
/** Two requests a second are what the portal allows for long. */
const pauseMs = 500;

/**
 * What a good hand would write around any queue: comments of many callers leave in batches of up to fifty, at most two requests a
 * second. Unlike ours it knows nothing of method time and unknown outcomes.
 */
export function createUploader(webhookUrl: string) {
  const queue: { comment: Comment; done: () => void; failed: (error: unknown) => void }[] = [];
  let running = false;

  async function send(part: typeof queue): Promise<void> {
    const cmd = Object.fromEntries(
      part.map(({ comment }, index) => {
        const query = new URLSearchParams();
        for (const [name, value] of Object.entries(fieldsOf(comment)))
          query.set(`fields[${name}]`, String(value));
        return [`c${index}`, `crm.timeline.comment.add?${query.toString()}`];
      }),
    );
    try {
      const { result } = (await post(`${webhookUrl}batch`, { halt: 0, cmd })) as {
        result: { result: Record<string, unknown> };
      };
      part.forEach(({ done, failed }, index) =>
        result.result[`c${index}`] === undefined ? failed(new Error('refused in its batch')) : done(),
      );
    } catch (error) {
      part.forEach(({ failed }) => failed(error));
    }
  }

  async function run(): Promise<void> {
    running = true;
    await sleep(gatherMs);
    while (queue.length > 0) {
      const part = queue.splice(0, fullBatch);
      void send(part);
      await sleep(pauseMs);
    }
    running = false;
  }

  return (comment: Comment): Promise<void> =>
    new Promise((done, failed) => {
      queue.push({ comment, done, failed });
      if (!running) void run();
    });
}

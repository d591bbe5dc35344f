import type { SandboxPortal } from '../../sandbox/portal';

/** Parsed JSON of which a test knows the shape. */
export type Json = ReturnType<typeof JSON.parse>;

/** The answer of one call: its HTTP status and its parsed body. */
export interface Answer {
  status: number;
  body: Json;
}

/** Calls a method as a JSON POST. Rejects when the connection breaks. */
export async function call(
  portal: Pick<SandboxPortal, 'webhookUrl'>,
  method: string,
  params: object = {},
): Promise<Answer> {
  const response = await fetch(portal.webhookUrl + method, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(params),
    redirect: 'manual',
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
}

/** Sends commands as one batch and gives the inner `result`. */
export async function batch(
  portal: Pick<SandboxPortal, 'webhookUrl'>,
  cmd: Record<string, string> | string[],
  halt = 0,
): Promise<Json> {
  const { status, body } = await call(portal, 'batch', { halt, cmd });
  if (status !== 200) throw new Error(`batch answered ${status}`);
  return body.result;
}

/** A command of a batch that adds a comment. */
export const addComment = (contactId: number, text: string): string =>
  `crm.timeline.comment.add?${new URLSearchParams({
    'fields[ENTITY_ID]': String(contactId),
    'fields[ENTITY_TYPE]': 'contact',
    'fields[COMMENT]': text,
  }).toString()}`;

/** Waits until something holds, for at most five seconds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = Date.now() + 5000;
  while (!(await holds())) {
    if (Date.now() > endMs) throw new Error('it did not come to hold within 5 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

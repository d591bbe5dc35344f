import type { Request } from 'express';
import type { Begun } from '../../store/access/answers';
import type { Store } from '../../store/store';
import { toLoggable, type Logger } from '../../telemetry';
import { actorOf, type Actor } from '../http/auth';
import type { Answer, Endpoint } from '../http/endpoint';
import { badField, Problem } from '../http/problem';

export const keyHeader = 'Idempotency-Key';
const keyForm = /^[\x21-\x7e]{1,200}$/;

/** What changes something and is not the same when it is done twice. Viewers only look, also by POST; a file is known by its bytes. */
export const takesKey = ({ method, role, takesBytes }: Endpoint): boolean =>
  method === 'post' && role !== null && role !== 'viewer' && !takesBytes;

interface Deps {
  store: Pick<Store, 'answers'>;
  logger: Logger;
}

function findKey(request: Request): string | null {
  const key = request.get(keyHeader);
  if (key === undefined) return null;
  if (!keyForm.test(key)) throw badField(keyHeader, 'is 1 to 200 printable ASCII characters without spaces');
  return key;
}

const callerOf = ({ kind, id }: Actor): string => `${kind}/${id ?? ''}`;

const refusals: Record<'running' | 'other' | 'lost', () => Problem> = {
  running: () => new Problem('idempotency_running', { headers: { 'Retry-After': '1' } }),
  other: () => new Problem('idempotency_key_reused', { detail: 'Send another request under a new key.' }),
  lost: () =>
    new Problem('idempotency_answer_lost', {
      detail: 'It was carried out; read what became of it, as the key that sealed the answer is gone.',
    }),
};

/** The kept answer, or a refusal. */
function repeat(begun: Exclude<Begun, { kind: 'begun' }>): Answer {
  if (begun.kind !== 'done') throw refusals[begun.kind]();
  const { status, headers, body } = begun.answer;
  return { status, body, headers: { ...headers, 'Idempotent-Replayed': 'true' } };
}

/** A file is not kept, nor what was not done: a refusal changed nothing, and may be none the next time. */
const isKept = ({ status, type }: Answer): boolean => status < 300 && type === undefined;

/**
 * A POST that is carried out once under its caller's key, and answered as before when it is repeated. The key is taken before and the answer kept
 * after the work: a process that dies in between leaves a try that another one follows after two minutes, and does the work again. What each route
 * does then is in docs/decisions/0045. An answer that cannot be kept is given all the same; its repeat waits for these two minutes, too.
 */
export function idempotent(endpoint: Endpoint, { store: { answers }, logger }: Deps): Endpoint {
  const { role } = endpoint;
  if (!takesKey(endpoint) || role === null) return endpoint;
  const quietly = (write: Promise<void>) =>
    write.catch((error: unknown) => logger.warn(toLoggable(error), 'an answer was not kept'));
  return {
    ...endpoint,
    async run(request, response) {
      const actor = actorOf(response, role);
      const key = findKey(request);
      if (key === null) return endpoint.run(request, response);
      const id = answers.idOf(callerOf(actor), key);
      const asked = JSON.stringify([request.method, request.originalUrl, request.body ?? null]);
      const begun = await answers.begin(id, answers.requestHashOf(asked), new Date());
      if (begun.kind !== 'begun') return repeat(begun);
      try {
        const answer = await endpoint.run(request, response);
        const { status, headers = {}, body } = answer;
        const kept = isKept(answer)
          ? answers.finish(id, begun.run, { status, headers, body })
          : answers.drop(id, begun.run);
        await quietly(kept);
        return answer;
      } catch (error) {
        await quietly(answers.drop(id, begun.run));
        throw error;
      }
    },
  };
}

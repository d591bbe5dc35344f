import { z } from 'zod';
import type { Store } from '../../store/store';
import { toLoggable, type Logger } from '../../telemetry';
import { toWho } from '../cards/who-card';
import { actorOf } from '../http/auth';
import type { Answer, Endpoint } from '../http/endpoint';
import { Problem } from '../http/problem';
import { evolutionSettings } from '../evolution/settings';
import { metaSettings } from '../meta/settings';
import { wahaSettings } from '../waha/settings';

/** What the first word of a path is about, where that is not the word without its s. */
const kinds: Record<string, string> = {
  people: 'person',
  entries: 'entry',
  'log-out': 'session',
  'log-in-links': 'logInLink',
};
const kindOf = (path: string): string => {
  const [, word = ''] = path.split('/');
  return kinds[word] ?? word.replace(/s$/, '');
};

/** The names that the schema of a body knows; what else a request has is never written down. */
function namesOf(schema: unknown): string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(namesOf);
  return schema instanceof z.ZodOptional ? namesOf(schema.unwrap()) : [];
}

const settingNames = [wahaSettings, metaSettings, evolutionSettings].flatMap(({ shape }) =>
  Object.keys(shape),
);
const keysOf = (value: unknown): string[] =>
  typeof value === 'object' && value !== null ? Object.keys(value) : [];

/** Which fields a request gives. Of what is inside a field only settings are named: by them a source works or not. */
function givenFields(known: readonly string[], body: unknown): string[] {
  return keysOf(body)
    .filter((name) => known.includes(name))
    .flatMap((name) => {
      const inside = keysOf((body as Record<string, unknown>)[name]);
      const named = name === 'settings' ? inside.filter((one) => settingNames.includes(one)) : [];
      return named.length > 0 ? named.map((one) => `${name}.${one}`) : [name];
    });
}

/** The id of what was made: the answer is it, or holds it by its kind. */
function idIn({ body }: Answer, kind: string): string | null {
  const made = (body ?? {}) as Record<string, { id?: unknown } | undefined> & { id?: unknown };
  const found = [made.id, made[kind]?.id, made['apiToken']?.id].find((id) => typeof id === 'string');
  return typeof found === 'string' ? found : null;
}

/** A refusal changed nothing, unless it says on which link the request is kept. */
const changedNothing = (error: unknown): boolean =>
  error instanceof Problem && error.status < 500 && !('linkId' in error.toJSON());

interface Deps {
  store: Pick<Store, 'audit'>;
  logger: Logger;
}

/** Told from the change itself: it is done, and its row says `asked` where the outcome could not be written. */
const quietly = (logger: Logger, write: Promise<void>): Promise<void> =>
  write.catch((error: unknown) => logger.warn(toLoggable(error), 'the outcome of a change was not noted'));

/**
 * A change that leaves a row of who asked for it. The row is written first: a store that is away refuses the change, and a process that
 * dies before the outcome leaves a row that says `asked`, never a change without one. A lost answer changes nothing of that.
 */
export function audited(endpoint: Endpoint, { store: { audit }, logger }: Deps): Endpoint {
  const { method, path, operationId, role, body } = endpoint;
  if (method === 'get' || role === null || !endpoint.isAudited) return endpoint;
  const kind = kindOf(path);
  const known = namesOf(body);
  return {
    ...endpoint,
    async run(request, response) {
      const by = toWho(actorOf(response, role));
      const [asked] = Object.values(request.params);
      const id = typeof asked === 'string' && /^[0-9a-f]{24}$/.test(asked) ? asked : null;
      const fields = givenFields(known, request.body);
      const row = await audit.begin({ by, action: operationId, subject: { kind, id }, fields });
      try {
        const answer = await endpoint.run(request, response);
        const subjectId = id ?? idIn(answer, kind);
        await quietly(logger, audit.finish(row, { outcome: 'done', subjectId }));
        return answer;
      } catch (error) {
        await quietly(
          logger,
          changedNothing(error) ? audit.drop(row) : audit.finish(row, { outcome: 'failed' }),
        );
        throw error;
      }
    },
  };
}

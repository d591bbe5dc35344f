import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeConnection } from '@temporalio/worker';
import { toLoggable, type Logger } from '../telemetry';
import { searchAttributes } from '../workflows/messages';

type Services = Pick<NativeConnection, 'operatorService' | 'workflowService'>;

const wanted = Object.values(searchAttributes);
type Attribute = (typeof wanted)[number];

/** Temporal's numbers of types. */
const typeNumbers = { KEYWORD: 2, DATETIME: 6 } as const;
const typeWords = { KEYWORD: 'Keyword', DATETIME: 'Datetime' } as const;

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;
const invalidArgument = 3;
const alreadyExists = 6;
const permissionDenied = 7;
const failedPrecondition = 9;
const unimplemented = 12;
const unauthenticated = 16;
/** Temporal will not have it, however often it is asked. */
const refusals = [invalidArgument, permissionDenied, failedPrecondition, unimplemented, unauthenticated];

const isRefusal = (error: unknown): boolean => refusals.includes(codeOf(error) as number);

/** The attributes that a namespace has, each with its type's number. */
type Known = Record<string, unknown>;

/** Temporal Cloud may not answer the operator's question; a namespace says its attributes too, by names such as `Keyword03`. */
async function listKnown({ operatorService, workflowService }: Services, namespace: string): Promise<Known> {
  try {
    return (await operatorService.listSearchAttributes({ namespace })).customAttributes;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const { config } = await workflowService.describeNamespace({ namespace });
    const aliases = Object.entries(config?.customSearchAttributeAliases ?? {});
    return Object.fromEntries(
      aliases.flatMap(([field, name]) => {
        const type = wanted.find((one) => field.startsWith(typeWords[one.type]))?.type;
        return type ? [[name, typeNumbers[type]]] : [];
      }),
    );
  }
}

const isIn = (known: Known, { name, type }: Attribute): boolean => known[name] === typeNumbers[type];

/** How the attributes stand: `added`: just now, and not every part of the server knows them yet; `refused`: they cannot be used, and why. */
export type Standing = { kind: 'there' } | { kind: 'added' } | { kind: 'refused'; why: string };

const commandFor = (missing: readonly Attribute[], namespace: string): string => {
  const each = missing.map(({ name, type }) => `--name ${name} --type ${typeWords[type]}`);
  return `temporal operator search-attribute create --namespace ${namespace} ${each.join(' ')}`;
};

/** Registers what is missing, where that is allowed. Throws only what may pass: a server that is away. */
export async function ensureSearchAttributes(services: Services, namespace: string): Promise<Standing> {
  const known = await listKnown(services, namespace);
  const missing = wanted.filter((one) => !isIn(known, one));
  if (missing.length === 0) return { kind: 'there' };
  const other = missing.filter(({ name }) => name in known).map(({ name }) => name);
  if (other.length > 0) return { kind: 'refused', why: `${other.join(', ')} exists with another type` };
  try {
    const added = missing.map(({ name, type }) => [name, typeNumbers[type]] as const);
    const request = { namespace, searchAttributes: Object.fromEntries(added) };
    await services.operatorService.addSearchAttributes(request);
  } catch (error) {
    if (codeOf(error) === alreadyExists) return { kind: 'added' };
    if (!isRefusal(error)) throw error;
    const said = (error as { details?: unknown }).details;
    const why = typeof said === 'string' && said !== '' ? said : 'this process may not register them';
    return { kind: 'refused', why: `${why}. By hand: ${commandFor(missing, namespace)}` };
  }
  return { kind: 'added' };
}

interface Given {
  connection: Services;
  namespace: string;
  logger: Logger;
  signal: AbortSignal;
}

/** All parts of a server know a new attribute within a minute. */
const knownEverywhereMs = 60_000;
const lookEveryMs = 600_000;
const lookAgainMs = 10_000;

/**
 * Looks now and every ten minutes whether Temporal's lists can be searched by our attributes, and registers them where allowed. What it gives
 * says how it stands; until the first look has answered: no.
 */
export function keepSearchable({ connection, namespace, logger, signal }: Given): () => boolean {
  let usableFromMs = Infinity;
  let said = '';
  const say = (level: 'info' | 'warn', line: string) => {
    if (line !== said) logger[level](line);
    said = line;
  };

  async function look(): Promise<number> {
    const standing = await ensureSearchAttributes(connection, namespace);
    if (standing.kind === 'refused') {
      usableFromMs = Infinity;
      say('warn', `Temporal's lists cannot be searched by link, and all else works: ${standing.why}`);
    } else {
      const nowMs = performance.now();
      usableFromMs = standing.kind === 'added' ? nowMs + knownEverywhereMs : Math.min(usableFromMs, nowMs);
      say('info', "Temporal's lists can be searched by the state of links");
    }
    return lookEveryMs;
  }

  async function keep(): Promise<void> {
    while (!signal.aborted) {
      const pauseMs = await look().catch((error: unknown) => {
        logger.warn(
          toLoggable(error),
          'Temporal does not say what its lists can be searched by; asking again',
        );
        return lookAgainMs;
      });
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
  void keep();
  return () => performance.now() >= usableFromMs;
}

import { z } from 'zod';
import { parseBody, refusalIn } from './answer';
import { toBatchAnswer, toCommandMap } from './batch-answer';
import { type ExchangeOptions, post } from './exchange';

/** The facts by which a portal is known again: whose webhook it is there, and which licence it has. Not personal, no secret. */
export interface PortalFacts {
  userId: string;
  license: string;
}

const infoSchema = z.object({ LICENSE_FAMILY: z.string() });
const profileSchema = z.object({ ID: z.union([z.string(), z.number()]) });

/** The results of `app.info` and `profile`; null where one of them does not say. */
export function toFacts(info: unknown, profile: unknown): PortalFacts | null {
  const license = infoSchema.safeParse(info);
  const user = profileSchema.safeParse(profile);
  if (!license.success || !user.success) return null;
  return { userId: String(user.data.ID), license: license.data.LICENSE_FAMILY };
}

const QUESTIONS = [
  { method: 'app.info', params: {} },
  { method: 'profile', params: {} },
];

/**
 * Whether the host of `base` is the portal that gave these facts. It is asked without the secret first, and gets it only
 * when it turns us away as a Bitrix24 does.
 */
export async function isSamePortal(
  base: URL,
  facts: PortalFacts,
  options: ExchangeOptions,
): Promise<boolean> {
  const withoutSecret = await post(new URL('/rest/server.time', base), '{}', options);
  const turnedAway = refusalIn(parseBody(withoutSecret.text));
  if (withoutSecret.status !== 401 || turnedAway?.code !== 'NO_AUTH_FOUND') return false;
  const questions = JSON.stringify({ halt: 0, cmd: toCommandMap(QUESTIONS) });
  const body = parseBody((await post(new URL('batch', base), questions, options)).text);
  if (!body || !('result' in body)) return false;
  const [info, profile] = toBatchAnswer(QUESTIONS, body).outcomes.map((outcome) =>
    outcome.ok ? outcome.answer.result : null,
  );
  const found = toFacts(info, profile);
  return found?.userId === facts.userId && found.license === facts.license;
}

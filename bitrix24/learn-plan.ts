import { z } from 'zod';
import type { Ask } from './crm/ask';
import { type PortalFacts, toFacts } from './rest/same-portal';
import { AskAdminError, BadRequestError, Bitrix24Error, UnclearRefusalError } from './errors';
import type { Plan } from './pacing/budget-state';
import type { Pacing } from './pacing/pacing';

const DAY_MS = 24 * 60 * 60_000;

/** Null where the portal does not say; an outage throws. */
async function askIfAllowed(ask: Ask, method: string): Promise<unknown> {
  try {
    return (await ask(method, {})).result;
  } catch (error) {
    const isRefused = [AskAdminError, BadRequestError, UnclearRefusalError].some(
      (kind) => error instanceof kind,
    );
    if (isRefused) return null;
    throw error;
  }
}

/** `ent` is Enterprise, which may send faster. */
const infoSchema = z.object({ LICENSE_FAMILY: z.string() });

function toPlan(result: unknown): Plan | null {
  const info = infoSchema.safeParse(result);
  if (!info.success) return null;
  return info.data.LICENSE_FAMILY === 'ent' ? 'enterprise' : 'standard';
}

/** Where the facts are kept by which a portal is known again when it moves. */
export interface FactsKeeper {
  known: () => PortalFacts | null;
  keep: (facts: PortalFacts) => void;
}

/** See `Portal.learnPlan`. */
export async function learnPlan(
  ask: Ask,
  pacing: Pacing,
  nowMs: number,
  facts: FactsKeeper | undefined,
): Promise<void> {
  try {
    // A stamp far ahead of us is a broken clock's.
    const isFresh = Math.abs(nowMs - (await pacing.planAskedAtMs())) < DAY_MS;
    if (isFresh && facts?.known() !== null) return;
    const [info, profile] = await Promise.all([askIfAllowed(ask, 'app.info'), askIfAllowed(ask, 'profile')]);
    await pacing.notePlan(toPlan(info));
    const found = toFacts(info, profile);
    if (found) facts?.keep(found);
  } catch (error) {
    if (!(error instanceof Bitrix24Error)) throw error;
  }
}

import { z } from 'zod';
import type { Ask } from './crm/ask';
import { AskAdminError, BadRequestError, Bitrix24Error } from './errors';
import type { Plan } from './pacing/budget-state';
import type { Pacing } from './pacing/pacing';

const DAY_MS = 24 * 60 * 60_000;

/** `ent` is Enterprise, which may send faster. */
const infoSchema = z.object({ LICENSE_FAMILY: z.string() });

/** Null where the portal does not say; an outage throws. */
async function fetchPlan(ask: Ask): Promise<Plan | null> {
  try {
    const info = infoSchema.safeParse((await ask('app.info', {})).result);
    if (!info.success) return null;
    return info.data.LICENSE_FAMILY === 'ent' ? 'enterprise' : 'standard';
  } catch (error) {
    if (error instanceof AskAdminError || error instanceof BadRequestError) return null;
    throw error;
  }
}

/** See `Portal.learnPlan`. */
export async function learnPlan(ask: Ask, pacing: Pacing, nowMs: number): Promise<void> {
  try {
    // A stamp far ahead of us is a broken clock's.
    if (Math.abs(nowMs - (await pacing.planAskedAtMs())) < DAY_MS) return;
    await pacing.notePlan(await fetchPlan(ask));
  } catch (error) {
    if (!(error instanceof Bitrix24Error)) throw error;
  }
}

import { z } from 'zod';
import { adviceOf } from '../../domain/source/advice';
import type { AccountDoc } from '../../store/accounts';
import { timeField } from '../http/fields';

export const sourceStateField = z
  .enum(['connected', 'quiet', 'needs-qr', 'logged-out', 'unreachable', 'blocked'])
  .meta({ id: 'SourceState' });

/** How a source is, as it was judged by its evidence. */
export const livenessSchema = z
  .object({
    state: sourceStateField,
    code: z.string().meta({ description: 'The reason, in a word that stays the same.' }),
    advice: z.string().meta({ description: 'What a person should do now.' }),
    since: timeField,
  })
  .meta({ id: 'Liveness' });

export type LivenessCard = z.output<typeof livenessSchema>;

export function toLiveness({ kind, liveness }: Pick<AccountDoc, 'kind' | 'liveness'>): LivenessCard | null {
  if (!liveness) return null;
  const { state, code, since } = liveness;
  return { state, code, advice: adviceOf(code, kind), since };
}

import { listHiddenLabels, toLabelKey } from '../../domain/source/labels';
import { readLabels, type LabelsRead } from '../../intake/labels/read-labels';
import type { AccountDoc } from '../../store/accounts';
import { toLoggable } from '../../telemetry';
import { ServerError } from '../../whatsapp/rest/errors';
import type { ApiContext } from '../context';
import { badField } from '../http/problem';
import { takeHeldIn } from '../sources/held';
import { findClient } from './way';

/**
 * Asks WAHA for the labels of an account, and takes in what waited for them. What fails, or dies, is done by the sweep: the messages wait until then.
 * Null: WAHA could not be asked.
 */
export async function followLabels(context: ApiContext, account: AccountDoc): Promise<LabelsRead | null> {
  const client = findClient(context, account);
  if (!client) return null;
  try {
    const done = await readLabels(context.store, account._id, client);
    if (done === 'read') await takeHeldIn(context, account);
    return done;
  } catch (error) {
    const { _id: accountId } = account;
    context.logger.warn({ accountId, ...toLoggable(error) }, 'labels cannot be read now: messages wait');
    return null;
  }
}

/** What WAHA answers where its engine cannot do something. */
const notImplemented = 501;

const noLabels = (sentence: string) => badField('excludeLabels', sentence);

/** Refuses a rule that could never hold: a source without labels, or a label that is not there. A WAHA that is away is believed: messages wait for it. */
export async function checkLabels(
  context: ApiContext,
  account: AccountDoc,
  wanted: readonly string[],
): Promise<void> {
  if (wanted.length === 0 || account.kind === 'ingest') return;
  if (account.kind !== 'waha') throw noLabels('is not possible: this kind of source does not tell labels');
  const client = findClient(context, account);
  if (!client) throw noLabels('needs a WAHA that is asked: set settings.baseUrl of the account first');
  try {
    const known = new Set((await client.listLabels()).map(({ name }) => toLabelKey(name)));
    if (known.size === 0)
      throw noLabels('is not possible: this number has no labels (WhatsApp Business has)');
    const missing = wanted.findIndex((name) => !known.has(toLabelKey(name)));
    if (missing >= 0) throw badField(`excludeLabels.${missing}`, 'is no label of this number');
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    if (error.status === notImplemented)
      throw noLabels('is not possible: the engine of this WAHA knows no labels');
  }
}

/** Whether labels say anything of what is wanted from the account. */
export const hidesLabels = ({ policy }: AccountDoc): boolean => listHiddenLabels(policy).length > 0;

import { AskAdminError, Bitrix24Error, PortalUnreachableError, ReauthoriseError } from './errors';
import { createClient } from './rest/client';

/** What a webhook has to be good for, in the order it is looked at. */
export type AccessPoint = 'address' | 'credentials' | 'scope' | 'contacts' | 'contactFields';

/** `failed` says what is missing; what could not be asked, since an earlier point failed, is `unknown`. */
export interface AccessCheck {
  point: AccessPoint;
  state: 'passed' | 'failed' | 'unknown';
  /** The portal's code, or ours; null where it passed or was not asked. */
  code: string | null;
}

const points: readonly AccessPoint[] = ['address', 'credentials', 'scope', 'contacts', 'contactFields'];
const answerLimitMs = 10_000;
/** Bitrix24's number for contacts. */
const contactType = 3;

const withCode = (point: AccessPoint, state: AccessCheck['state'], code: string | null = null) => ({
  point,
  state,
  code,
});

/** Which point the failure of the first question is about. */
function firstFailed(error: Bitrix24Error): AccessPoint {
  if (error instanceof PortalUnreachableError) return 'address';
  return error instanceof ReauthoriseError || error instanceof AskAdminError ? 'credentials' : 'address';
}

/**
 * Asks a portal what a webhook may do, without changing anything there: a few requests of their own, outside every budget, since
 * nobody is connected yet. Never throws for what the portal answers.
 */
export async function checkAccess(webhookUrl: string): Promise<AccessCheck[]> {
  const client = createClient({ webhookUrl, requestLimitMs: answerLimitMs });

  async function ask(point: AccessPoint, method: string): Promise<AccessCheck> {
    try {
      await client.call(method, { entityTypeId: contactType, select: ['id'], start: -1 });
      return withCode(point, 'passed');
    } catch (error) {
      if (error instanceof Bitrix24Error) return withCode(point, 'failed', error.code);
      throw error;
    }
  }

  try {
    const { result } = await client.call('scope', {});
    const hasCrm = Array.isArray(result) && result.includes('crm');
    if (!hasCrm) return upTo('scope', 'NO_CRM_SCOPE');
  } catch (error) {
    if (error instanceof Bitrix24Error) return upTo(firstFailed(error), error.code);
    throw error;
  }
  return [
    ...points.slice(0, 3).map((point) => withCode(point, 'passed')),
    ...(await Promise.all([ask('contacts', 'crm.item.list'), ask('contactFields', 'crm.item.fields')])),
  ];
}

/** Everything before the failed point passed; what comes after it was not asked. */
function upTo(failed: AccessPoint, code: string): AccessCheck[] {
  const at = points.indexOf(failed);
  return points.map((point, index) =>
    index === at ? withCode(point, 'failed', code) : withCode(point, index < at ? 'passed' : 'unknown'),
  );
}

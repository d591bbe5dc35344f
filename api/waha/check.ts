import { isSamePhone } from '../../domain/identity';
import { phoneOfJid } from '../../domain/jid';
import { listHiddenLabels } from '../../domain/source/labels';
import type { AccountDoc } from '../../store/accounts';
import { waitsForLabels } from '../../store/sources/label-state';
import type { WahaClient } from '../../whatsapp/waha/rest/client';
import { ServerError, ServerKeyError } from '../../whatsapp/rest/errors';
import type { WahaSession } from '../../whatsapp/waha/rest/shapes';
import { findHookFault, lacksHistory, type HookFault } from '../../whatsapp/waha/rest/webhook';
import { point, type Checked, type Point } from '../connected/connected-source';
import type { ApiContext } from '../context';
import { findClient, findWantedHook, toHookPath } from './way';

const hookAdvice: Record<HookFault, string> = {
  missing: 'The session has no webhook of ours. Set the account up again.',
  address: 'The webhook leads to another address than ours. Set the account up again.',
  key: 'The webhook is signed with another key than ours. Set the account up again.',
  events: 'The webhook leaves out events that we need. Set the account up again.',
};

const stateAdvice: Record<string, string> = {
  STOPPED: 'The session is stopped. Set the account up again to start it.',
  STARTING: 'The session is starting. Look again in a minute.',
  SCAN_QR_CODE:
    'The session waits for a scan: show the QR code, and scan it on the phone under Linked devices.',
  PASSKEY_REQUIRED: 'WhatsApp wants a passkey: open WAHA’s dashboard and go on there.',
  PASSKEY_CONFIRMATION_REQUIRED:
    'WhatsApp wants a passkey to be confirmed: open WAHA’s dashboard and go on there.',
  FAILED: 'The session has failed. Restart it; if that does not help, log it out and scan again.',
};

function checkHook(context: ApiContext, account: AccountDoc, session: WahaSession): Point {
  const wanted = findWantedHook(context, account);
  if (!wanted) {
    const text = 'Nobody has said where WAHA reaches us: set PUBLIC_URL, or the account’s callbackUrl.';
    return { code: 'webhook', ok: false, text };
  }
  const fault = findHookFault(session.config ?? null, toHookPath(account), wanted);
  return point('webhook', fault === null, 'The webhook is ours.', fault ? hookAdvice[fault] : '');
}

function checkNumber({ e164 }: AccountDoc, { me }: WahaSession): Point[] {
  const own = me ? phoneOfJid(me.id) : null;
  if (own === null) return [];
  const wrong = 'The session was scanned with another number than the account’s. Log it out and scan again.';
  return [point('number', isSamePhone(own, e164), 'The number is the account’s.', wrong)];
}

function checkDeliveries({ lastEventAt, mismatch }: AccountDoc): Point {
  if (mismatch) {
    const what = mismatch.code === 'wrong_session' ? 'another session' : 'another number';
    return { code: 'deliveries', ok: false, text: `The last webhook was of ${what} and was refused.` };
  }
  const wrong =
    'No webhook has arrived yet. If none does after a message, WAHA does not reach our address: inside Docker that is http://host.docker.internal and not localhost.';
  return point('deliveries', lastEventAt !== null, 'Webhooks arrive.', wrong);
}

function checkSession(context: ApiContext, account: AccountDoc, session: WahaSession): Point[] {
  const { status, engine, config } = session;
  const advice =
    stateAdvice[status] ?? 'The session is in a state that is not known here; look at WAHA’s dashboard.';
  const noStore =
    'NOWEB’s store is off, so that WAHA has no history: turn on config.noweb.store, log out and scan again.';
  const hasHistory = !lacksHistory(engine?.engine ?? null, config ?? null);
  return [
    checkHook(context, account, session),
    point('state', status === 'WORKING', 'The session works.', advice),
    ...checkNumber(account, session),
    point('history', hasHistory, 'The session keeps its history.', noStore),
    checkDeliveries(account),
    ...checkLabelled(account),
  ];
}

const unreadLabels =
  'Chats with certain labels are excluded, and the labels were not read yet: messages wait until they are. They are read when the session works and WhatsApp has sent them; if the number has no labels any more, take the rule out of the policy.';

function checkLabelled(account: AccountDoc): Point[] {
  if (listHiddenLabels(account.policy).length === 0) return [];
  return [point('labels', !waitsForLabels(account), 'The labels of chats are known.', unreadLabels)];
}

async function askSession(client: WahaClient): Promise<{ session: WahaSession | null; points: Point[] }> {
  const answers = (ok: boolean, wrong: string) => point('answers', ok, 'WAHA answers.', wrong);
  try {
    const session = await client.findSession();
    const there = point(
      'session',
      session !== null,
      'The session is there.',
      'WAHA has no such session. Set the account up.',
    );
    const key = point('key', true, 'WAHA takes our API key.', '');
    return { session, points: [answers(true, ''), key, there] };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    const text = `${error.message.replace(/ \(.*$/, '')}. ${error.advice}`;
    if (error instanceof ServerKeyError) {
      return { session: null, points: [answers(true, ''), { code: 'key', ok: false, text }] };
    }
    return { session: null, points: [answers(false, text)] };
  }
}

/** Asks WAHA how the account's session is, and says in words what is missing. The state is noted as a probe's. */
export async function checkWaha(context: ApiContext, account: AccountDoc): Promise<Checked> {
  const client = findClient(context, account);
  if (!client) {
    const text = 'WAHA is not asked, because the account has no baseUrl: its webhook is set by hand.';
    return {
      state: account.sourceState,
      points: [{ code: 'asked', ok: true, text }, checkDeliveries(account)],
    };
  }
  const askedAt = new Date();
  const { session, points } = await askSession(client);
  if (!session) return { state: null, points };
  await context.store.accounts.recordProbedState(account._id, session.status, askedAt);
  return { state: session.status, points: [...points, ...checkSession(context, account, session)] };
}

import { isSamePhone } from '../../domain/identity';
import { phoneOfJid } from '../../domain/jid';
import type { AccountDoc } from '../../store/accounts';
import type { EvolutionClient } from '../../whatsapp/evolution/rest/client';
import type { EvolutionInstance } from '../../whatsapp/evolution/rest/instances';
import { findHookFault, type EvolutionHook, type HookFault } from '../../whatsapp/evolution/rest/webhook';
import { ServerError, ServerKeyError } from '../../whatsapp/rest/errors';
import { point, type Checked, type Point } from '../connected/connected-source';
import type { ApiContext } from '../context';
import { findClient, findWantedHook, toHookPath } from './way';

const hookAdvice: Record<HookFault, string> = {
  missing: 'The instance has no webhook of ours. Set the account up again.',
  foreign:
    'The instance’s one webhook leads to another program. Take it out there (Evolution Manager, Events, Webhook), or use an instance of its own; then set the account up again.',
  address: 'The webhook leads to another address than ours. Set the account up again.',
  key: 'The webhook carries another secret than ours. Set the account up again.',
  events: 'The webhook leaves out events that we need. Set the account up again.',
  files: 'The webhook carries whole files, which makes messages too large. Set the account up again.',
};

const stateAdvice: Record<string, string> = {
  close: 'The instance is not connected. Show its QR code, and scan it on the phone under Linked devices.',
  connecting:
    'The instance is connecting or waits for a scan: show the QR code, and scan it on the phone under Linked devices.',
  refused: 'WhatsApp refused the connection. Log the instance out and scan again.',
};

function checkHook(context: ApiContext, account: AccountDoc, hook: EvolutionHook | null): Point {
  const wanted = findWantedHook(context, account);
  if (!wanted) {
    const text = 'Nobody has said where Evolution reaches us: set PUBLIC_URL, or the account’s callbackUrl.';
    return { code: 'webhook', ok: false, text };
  }
  const fault = findHookFault(hook, toHookPath(account), wanted);
  return point('webhook', fault === null, 'The webhook is ours.', fault ? hookAdvice[fault] : '');
}

function checkNumber({ e164 }: AccountDoc, { ownerJid }: EvolutionInstance): Point[] {
  const own = ownerJid === null ? null : phoneOfJid(ownerJid);
  if (own === null) return [];
  const wrong = 'The instance was scanned with another number than the account’s. Log it out and scan again.';
  return [point('number', isSamePhone(own, e164), 'The number is the account’s.', wrong)];
}

function checkDeliveries({ lastEventAt, mismatch }: AccountDoc): Point {
  if (mismatch) {
    const what = mismatch.code === 'wrong_session' ? 'another instance' : 'another number';
    return { code: 'deliveries', ok: false, text: `The last webhook was of ${what} and was refused.` };
  }
  const wrong =
    'No webhook has arrived yet. If none does after a message, Evolution does not reach our address: inside Docker that is http://host.docker.internal and not localhost.';
  return point('deliveries', lastEventAt !== null, 'Webhooks arrive.', wrong);
}

async function checkInstance(
  context: ApiContext,
  account: AccountDoc,
  { client, instance }: { client: EvolutionClient; instance: EvolutionInstance },
): Promise<Point[]> {
  const advice =
    stateAdvice[instance.state] ?? 'The instance is in a state that is not known here; look at its manager.';
  return [
    checkHook(context, account, await client.findHook()),
    point('state', instance.state === 'open', 'The instance is connected.', advice),
    ...checkNumber(account, instance),
    checkDeliveries(account),
  ];
}

function toRefused(error: unknown): Checked {
  if (!(error instanceof ServerError)) throw error;
  const isKey = error instanceof ServerKeyError;
  const text = `${error.message.replace(/ \(.*$/, '')}. ${error.advice}`;
  const answers = point('answers', isKey, 'Evolution answers.', text);
  return { state: null, points: isKey ? [answers, { code: 'key', ok: false, text }] : [answers] };
}

/** Asks Evolution how the account's instance is, and says in words what is missing. The state is noted as a probe's. */
export async function checkEvolution(context: ApiContext, account: AccountDoc): Promise<Checked> {
  const client = findClient(context, account);
  if (!client) {
    const text = 'The account has no key that opens Evolution. Set its apiKey.';
    return { state: account.sourceState, points: [{ code: 'key', ok: false, text }] };
  }
  const askedAt = new Date();
  try {
    const instance = await client.findInstance();
    const points = [
      point('answers', true, 'Evolution answers.', ''),
      point('key', true, 'Evolution takes our API key.', ''),
      point(
        'session',
        instance !== null,
        'The instance is there.',
        'Evolution has no such instance. Set the account up.',
      ),
    ];
    if (!instance) return { state: null, points };
    await context.store.accounts.recordProbedState(account._id, instance.state, askedAt);
    const more = await checkInstance(context, account, { client, instance });
    return { state: instance.state, points: [...points, ...more] };
  } catch (error) {
    return toRefused(error);
  }
}

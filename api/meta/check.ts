import { isSamePhone, phoneOf } from '../../domain/identity';
import type { AccountDoc } from '../../store/accounts';
import { findMetaAlias } from '../../whatsapp/meta/people';
import type { MetaNumber, MetaToken } from '../../whatsapp/meta/rest/client';
import { wordOfStatus } from '../../whatsapp/meta/state';
import { ServerError, ServerKeyError } from '../../whatsapp/rest/errors';
import { point, type Checked, type Point } from '../connected/connected-source';
import type { ApiContext } from '../context';
import { findMetaClient } from './way';

const neededScopes = ['whatsapp_business_messaging', 'whatsapp_business_management'];

function checkToken(token: MetaToken | null): Point[] {
  if (!token) return [];
  const { isValid, expiresAt, scopes } = token;
  const isOver = expiresAt !== null && expiresAt < new Date();
  const ends =
    expiresAt === null ? '' : ` It ends on ${expiresAt.toISOString().slice(0, 10)}: renew it before.`;
  const missing = neededScopes.filter((scope) => !scopes.includes(scope));
  return [
    point(
      'token',
      isValid && !isOver,
      `The access token is valid.${ends}`,
      'The access token is over: make a new one for a system user.',
    ),
    point(
      'permissions',
      missing.length === 0,
      'The access token has the permissions that are needed.',
      `The access token lacks the permission ${missing.join(' and ')}: make a new one with it.`,
    ),
  ];
}

function checkNumber({ e164 }: AccountDoc, { displayPhone, status, isOnPhone }: MetaNumber): Point[] {
  const shown = findMetaAlias(displayPhone, '');
  const own = shown && phoneOf([shown]);
  const wrong =
    'The phoneNumberId is of another number than the account’s. Take the one beside the number in Meta’s dashboard.';
  const state = wordOfStatus(status);
  const phone = isOnPhone
    ? 'The number goes on on the phone: what is written there is backed up, too.'
    : 'The number is at the Cloud API only: what others send through the API is not told to us, only what people write to it.';
  return [
    ...(own ? [point('number', isSamePhone(own, e164), 'The number is the account’s.', wrong)] : []),
    ...(state
      ? [
          point(
            'state',
            state === 'connected',
            'The number is connected.',
            `Meta says that the number is ${status ?? 'not there'}: look at WhatsApp Manager.`,
          ),
        ]
      : []),
    ...(isOnPhone === null ? [] : [{ code: 'phone', ok: true, text: phone }]),
  ];
}

function checkAddress({ publicUrl }: ApiContext, { meta, lastEventAt }: AccountDoc): Point[] {
  const isReachable = publicUrl?.startsWith('https://') ?? false;
  const isVerified = Boolean(meta?.verifiedAt ?? lastEventAt);
  const strangers = meta?.otherNumberAt
    ? [
        {
          code: 'others',
          ok: true,
          text: 'Deliveries told of another phone number id, too, that no account here has: nothing of it is kept.',
        },
      ]
    : [];
  return [
    point(
      'address',
      isReachable,
      'Our address is public and encrypted.',
      'Meta delivers only to https addresses with a certificate that is signed by an authority: set PUBLIC_URL to ours.',
    ),
    point(
      'webhook',
      isVerified,
      'Meta knows our address.',
      'Meta has not asked for our address yet: save webhookUrl and the verify token in the app’s dashboard, WhatsApp, Configuration.',
    ),
    point(
      'deliveries',
      lastEventAt !== null,
      'Webhooks arrive.',
      'No webhook has arrived yet. Subscribe the field “messages” (with the phone’s app also smb_message_echoes, history and smb_app_state_sync), subscribe the app to the business account, and take the app live.',
    ),
    ...strangers,
  ];
}

async function askMeta(
  context: ApiContext,
  account: AccountDoc,
): Promise<{ number: MetaNumber | null; points: Point[] }> {
  const client = findMetaClient(context, account);
  if (!client) {
    const text = 'The account has no access token: files cannot be fetched. Give it in the settings.';
    return { number: null, points: [{ code: 'token', ok: false, text }] };
  }
  try {
    const number = await client.fetchNumber();
    const answers = point('answers', true, 'Meta answers and takes our token.', '');
    return {
      number,
      points: [answers, ...checkToken(await client.findToken()), ...checkNumber(account, number)],
    };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    const code = error instanceof ServerKeyError ? 'token' : 'answers';
    const text = `${error.message.replace(/ \(.*$/, '')}. ${error.advice}`;
    return { number: null, points: [{ code, ok: false, text }] };
  }
}

const historyTexts = {
  asking:
    'Meta was asked for the history and its answer was lost: if nothing comes within an hour, ask once more.',
  asked: 'The history was asked for; nothing of it came yet.',
  coming: 'The history is coming.',
  done: 'The history is here.',
  declined: 'The phone does not share its history: in its WhatsApp Business app it was declined.',
};

/** Asks Meta how the number is, and says in words what is missing. The state is noted as a probe's. */
export async function checkMeta(context: ApiContext, account: AccountDoc): Promise<Checked> {
  const askedAt = new Date();
  const { number, points } = await askMeta(context, account);
  const word = wordOfStatus(number?.status ?? null);
  if (word !== null) await context.store.accounts.recordProbedState(account._id, word, askedAt);
  const { history = null } = account.meta ?? {};
  const past = history
    ? [{ code: 'history', ok: history.state !== 'asking', text: historyTexts[history.state] }]
    : [];
  return { state: number?.status ?? null, points: [...points, ...checkAddress(context, account), ...past] };
}

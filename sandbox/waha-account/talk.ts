import { createHash } from 'node:crypto';
import type { SandboxWaha, Said } from '../waha/waha';
import { deliveryNote, drawPicture, voice } from './files';
import { groupId, ownPhone, script, type Step } from './script';

/** The same step always has the same id, so that a step that is taken again after a crash is the same message. */
const toStanzaId = (count: number) =>
  `3EB0${createHash('sha256').update(`waha/${count}`).digest('hex').slice(0, 18)}`.toUpperCase();

const stepAt = (count: number): Step => script[count % script.length] as Step;

/** What a browser engine says of a voice message beside its file. */
const voiceData = ({ name }: Said) => ({ _data: { type: 'ptt', duration: '1', notifyName: name ?? null } });

async function drawFile(step: Step): Promise<Pick<Said, 'media' | 'fields'>> {
  if (step.kind !== 'say' || step.file === undefined) return {};
  if (step.file === 'voice') return { media: voice, fields: voiceData(step.said) };
  return { media: step.file === 'note' ? deliveryNote : await drawPicture(step.file.picture) };
}

/** The id of a message as WAHA writes it: whose, chat, stanza, and in a group the writer. */
function toMessageId({ chatId, fromMe = false, participant }: Said, count: number): string {
  const author = fromMe && chatId.endsWith('@g.us') ? `${ownPhone.slice(1)}@c.us` : participant;
  return [fromMe, chatId, toStanzaId(count), ...(author ? [author] : [])].join('_');
}

/** An event about a message that was said before. */
function change(waha: SandboxWaha, count: number, step: Exclude<Step, { kind: 'say' | 'subject' }>): void {
  const target = stepAt(count - step.back);
  if (target.kind !== 'say') return;
  const { chatId } = target.said;
  const fromMe = step.by === null;
  const isGroup = chatId.endsWith('@g.us');
  const by: Said = {
    chatId,
    text: step.text,
    fromMe,
    ...(step.by && isGroup ? { participant: step.by.jid } : {}),
  };
  const own = `${ownPhone.slice(1)}@c.us`;
  const carrier = {
    ...{ id: toMessageId(by, count), timestamp: Math.floor(Date.now() / 1000), fromMe, source: 'app' },
    ...{ from: fromMe ? own : chatId, to: fromMe ? chatId : own, participant: by.participant ?? null },
    _data: { notifyName: step.by?.name ?? null },
  };
  const targetId = toMessageId(target.said, count - step.back);
  if (step.kind === 'react') {
    waha.send('message.reaction', { ...carrier, reaction: { text: step.text, messageId: targetId } });
  } else if (step.kind === 'edit') {
    const editedMessageId = toStanzaId(count - step.back);
    waha.send('message.edited', { ...carrier, body: step.text, hasMedia: false, editedMessageId });
  } else {
    const revokedMessageId = toStanzaId(count - step.back);
    waha.send('message.revoked', { after: { ...carrier, body: null }, before: null, revokedMessageId });
  }
}

const messagesKept = 200;

/** The phone forgets what is old, so that what is kept does not grow for ever. */
function forgetOld(waha: SandboxWaha): void {
  const session = waha.session();
  for (const chat of Object.values(session.chats)) chat.messages = chat.messages.slice(-messagesKept);
  const files = Object.entries(session.files).slice(-messagesKept);
  session.files = Object.fromEntries(files);
}

/** Takes a step of the conversation: the `count`th since the account was made. */
export async function takeStep(waha: SandboxWaha, count: number): Promise<void> {
  const step = stepAt(count);
  forgetOld(waha);
  if (step.kind === 'say') {
    waha.say({ ...step.said, ...(await drawFile(step)), stanzaId: toStanzaId(count) });
  } else if (step.kind === 'subject') {
    const group = { id: groupId, subject: step.text };
    const author = '491701234567@c.us';
    waha.send('group.v2.update', { group, timestamp: Math.floor(Date.now() / 1000), _data: { author } });
  } else {
    change(waha, count, step);
  }
}

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { toGroupTarget } from '../../../domain/ids';
import { loseFile } from '../../../intake/files/keep-file';
import { ingestMessage } from '../../../intake/ingest-message';
import type { MediaDoc } from '../../../store/media/media';
import type { KillPoint } from '../../helpers/crash';
import type { FileCrash } from '../../helpers/file-crash-process';
import { runActivity, useDelivery, type Linked } from '../../scenes/delivery';
import { groupChat, sayInGroup, toGroupMessage } from '../../scenes/group';
import { eventually } from '../../scenes/product';
import { bring, pageOf } from '../files/scene';
import { changeLink } from './change-link';
import { runCompiled } from '../../helpers/run-compiled';

const delivery = useDelivery();
const add = 'crm.timeline.comment.add';
const someJid = () => `12036302${randomBytes(4).readUInt32BE(0).toString().padStart(11, '0')}@g.us`;

async function account() {
  const [first] = await delivery.store.accounts.list();
  if (!first) throw new Error('no account');
  return first;
}

/** Three linked people who said hello in a group of theirs, without files. */
async function meet() {
  const jid = someJid();
  const members = [await delivery.link(), await delivery.link(), await delivery.link()] as const;
  const hellos = members.map(({ phone }, index) => ({
    text: `h${index}`,
    by: phone,
    jid,
    id: `${jid}${index}`,
  }));
  await sayInGroup(delivery.store, await account(), ...hellos);
  return { jid, members };
}

/** A picture, voice or document of one of them; gives its file. */
async function sayFile(jid: string, { phone }: Linked, kind: 'image' | 'audio' | 'document' = 'image') {
  const id = randomBytes(8).toString('hex');
  const media = {
    mimeType: 'image/jpeg',
    sizeBytes: null,
    sha256: null,
    source: { kind: 'upload' } as const,
  };
  const said = {
    ...toGroupMessage({ text: '', by: phone, jid, id }),
    kind,
    text: null,
    fileName: `${kind}.bin`,
  };
  await ingestMessage(delivery.store, await account(), { ...said, media }, 'test');
  const [wanted] = await delivery.store.media.listOfStanzas((await account())._id, [id]);
  if (!wanted) throw new Error('no file is wanted');
  return wanted;
}

/** Rounds, one member after the other, until the group waits for nobody. */
const untilTold = async (jid: string, members: readonly Linked[], process = delivery.createProcess()) =>
  eventually('the group on its pages', async () => {
    for (const member of members) await delivery.run(process, [member]);
    const target = toGroupTarget((await groupChat(delivery.store, delivery.portalId, jid))._id);
    return (
      !(await delivery.store.outbox.hasAny(target)) && !(await delivery.store.entries.hasUnsettled(target))
    );
  });

const filesOf = (linked: Linked) => pageOf(delivery, linked).flatMap(({ files }) => files);
const linesOf = (linked: Linked) => pageOf(delivery, linked).flatMap(({ lines }) => lines);
const commentIds = (members: readonly Linked[]) =>
  new Set(members.flatMap(({ contactId }) => delivery.portal.comments(contactId).map(({ id }) => id)));

test('a picture, a voice note and a document of a group are in one comment with its files, on every page', async () => {
  const { jid, members } = await meet();
  for (const kind of ['image', 'audio', 'document'] as const)
    await bring(delivery, await sayFile(jid, members[1], kind), `bytes of ${kind}`);
  await untilTold(jid, members);
  expect(members.map(filesOf)).toEqual(members.map(() => ['image.bin', 'audio.bin', 'document.bin']));
  expect(commentIds(members).size).toBe(1);
  expect(delivery.portal.stats().requestsWith[add]).toBe(1);
  expect(await delivery.store.media.model.countDocuments({ toldAt: null })).toBe(0);
});

test('a file that comes later goes to those who have its message, and to nobody who came since', async () => {
  const { jid, members } = await meet();
  const file = await sayFile(jid, members[0]);
  const gone = await sayFile(jid, members[0]);
  await untilTold(jid, members);
  const late = await delivery.link();
  await sayInGroup(delivery.store, await account(), { text: 'late', by: late.phone, jid });
  await untilTold(jid, [...members, late]);
  await bring(delivery, file, 'bytes');
  await loseFile(
    delivery.store,
    (await delivery.store.media.load(gone._id)) as MediaDoc,
    'not_uploaded',
    null,
  );
  await untilTold(jid, [late, ...members]);
  expect(members.map(filesOf)).toEqual(members.map(() => ['image.bin']));
  for (const member of members)
    expect(linesOf(member).filter((line) => line.startsWith('file of'))).toEqual([
      'file of CLOCK: image.bin, 5 bytes',
      'file of CLOCK: file not stored: image.bin: the source did not send it',
    ]);
  expect(linesOf(late)).toEqual(['late']);
});

/** Somebody wants what the group said before on a member's page. */
async function askEarlier(jid: string, { linkId, contactId }: Linked): Promise<void> {
  const { store, portalId } = delivery;
  const { _id: chatId } = await groupChat(store, portalId, jid);
  await store.entries.askEarlier(chatId, linkId, contactId);
  await store.members.noteMissed(chatId, [(await store.links.load(linkId))?.personId ?? '']);
}

test('a file that is on its way when earlier entries are asked for comes onto that page, too', async () => {
  const { jid, members } = await meet();
  const [routed, planned] = [await sayFile(jid, members[0]), await sayFile(jid, members[0], 'audio')];
  await untilTold(jid, members);
  const late = await delivery.link();
  const all = [...members, late];
  await sayInGroup(delivery.store, await account(), { text: 'late', by: late.phone, jid });
  await untilTold(jid, all);
  await bring(delivery, planned, 'planned');
  delivery.portal.setFaults([{ kind: 'busy', method: add, withFiles: true }]);
  await delivery.run(delivery.createProcess(), [members[0]]);
  await bring(delivery, routed, 'routed');
  await askEarlier(jid, late);
  await untilTold(jid, all);
  expect(all.map(filesOf)).toEqual(all.map(() => ['audio.bin', 'image.bin']));
});

test('an upload for a group whose answer is lost is found, and one that never came is sent again, once', async () => {
  for (const kind of ['dropAnswer', 'dropBefore'] as const) {
    const { jid, members } = await meet();
    await bring(delivery, await sayFile(jid, members[0]), `bytes ${kind}`);
    delivery.portal.setFaults([{ kind, method: add }]);
    await untilTold(jid, members);
    expect([kind, ...members.map(filesOf)]).toEqual([kind, ...members.map(() => ['image.bin'])]);
    expect(commentIds(members).size).toBe(1);
  }
});

test('a file of a group that the portal drops is told on every page, and sent again to all of them', async () => {
  const { jid, members } = await meet();
  const file = await sayFile(jid, members[0]);
  await bring(delivery, file, 'bytes');
  delivery.portal.setFaults([{ kind: 'loseFile' }]);
  await untilTold(jid, members);
  const dropped = /^file of CLOCK: file not stored: image.bin, 5 bytes: Bitrix24 did not keep it$/;
  for (const member of members) expect(linesOf(member).at(-1)).toMatch(dropped);
  await delivery.store.media.model.updateOne({ _id: file._id }, { $set: { nextAt: new Date(1_000) } });
  await runActivity(delivery.createProcess().sweepPortal, { portalId: delivery.portalId });
  await untilTold(jid, members);
  expect(members.map(filesOf)).toEqual(members.map(() => ['image.bin']));
});

test('a page that is taken out of a group’s comment loses its files, the others keep them, and the last takes it away', async () => {
  const { jid, members } = await meet();
  await bring(delivery, await sayFile(jid, members[0]), 'bytes');
  await untilTold(jid, members);
  for (const [index, member] of members.entries()) {
    await changeLink(delivery, member, { kind: 'unlink', entries: 'remove', crmContactId: null });
    expect(members.map(filesOf)).toEqual(members.map((_, at) => (at <= index ? [] : ['image.bin'])));
  }
});

const deaths: [KillPoint['room'], string, KillPoint['when']][] = [
  ['timeline', 'addComment', 'after'],
  ['entries', 'markDelivered', 'after'],
  ['timeline', 'listFiles', 'after'],
  ['media', 'markTold', 'after'],
  ['timeline', 'bind', 'during'],
  ['entries', 'moveBinding', 'after'],
];

test('a carrier killed anywhere between a comment with files and its last page: each file once on each page', async () => {
  const waiting = [...deaths];
  const next = async (): Promise<void> => {
    for (let where = waiting.shift(); where; where = waiting.shift()) {
      const [room, step, when] = where;
      const { jid, members } = await meet();
      await bring(delivery, await sayFile(jid, members[0]), `bytes of ${step}`);
      const task: FileCrash = {
        ...{ mongoUri: delivery.mongoUri, settings: delivery.settings, point: { room, step, when } },
        work: { linkId: members[0].linkId },
      };
      const path = join(__dirname, '../../helpers/file-crash-process.ts');
      const child = spawn(process.execPath, [...runCompiled, path, JSON.stringify(task)], {
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      const signal = await new Promise((resolve) => child.once('exit', (_code, how) => resolve(how)));
      expect([step, signal]).toEqual([step, 'SIGKILL']);
      await untilTold(jid, members);
      expect([step, ...members.map(filesOf)]).toEqual([step, ...members.map(() => ['image.bin'])]);
      expect([step, commentIds(members).size]).toEqual([step, 1]);
    }
  };
  await Promise.all([next(), next(), next()]);
});

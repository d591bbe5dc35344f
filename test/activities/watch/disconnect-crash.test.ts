import type { Client } from '@temporalio/client';
import { createActivities } from '../../../activities';
import { endLinks } from '../../../activities/watch/end-links';
import { toLinkTarget, toLinkWorkflowId } from '../../../domain/ids';
import { ingestMessage } from '../../../intake/ingest-message';
import type { LinkChange } from '../../../store/links/link-schema';
import { toIncoming } from '../../helpers/incoming';
import { settings } from '../../scenes/delivery';
import { dying } from '../../scenes/dying';
import { linkOne, personWith } from '../../scenes/link-one';
import { runActivity } from '../../scenes/run-activity';
import { addPortal, useStore } from '../../scenes/store';

const store = useStore();

/** Every write of the end of a portal's links; the nudge of a workflow is counted beside them. */
const steps = {
  operations: ['finish'],
  links: ['endWithPortal'],
  portals: ['savePlace', 'recordLinksEnded'],
};

interface Case {
  portalId: string;
  linkIds: string[];
  operationIds: string[];
  /** Links whose workflow was nudged after they had ended. */
  nudged: Set<string>;
}

/** One link that is linked and has a message waiting, one pending, one that is being ended, one whose contact changes. */
async function arrange(index: number): Promise<Case> {
  const { portalId, account } = await addPortal(store);
  const people = await Promise.all(
    [1, 2, 3, 4].map((at) => personWith(store, portalId, `+49170${1_000_000 + index * 10 + at}`)),
  );
  const [one = '', two = '', three = '', four = ''] = people;
  const linked = await linkOne(store, portalId, one);
  const request = { crmContactId: null, createIfMissing: false, name: null, at: new Date() };
  const pending = await store.links.insertPending(portalId, two, request);
  const changing = [await linkOne(store, portalId, three), await linkOne(store, portalId, four)];
  const operationIds = await Promise.all(
    (['unlink', 'changeContact'] as const).map(async (kind, at) => {
      const linkId = changing[at]?._id ?? '';
      const { _id: operationId } = await store.operations.begin({ portalId, linkId, kind });
      const crmContactId = kind === 'unlink' ? null : 2;
      const change: LinkChange = { kind, crmContactId, entries: 'keep', remember: false, operationId };
      await store.links.requestChange(linkId, change);
      return operationId;
    }),
  );
  const peer = `+49170${1_000_000 + index * 10 + 1}`;
  await ingestMessage(store, account, toIncoming({ id: `D${index}`, text: 'waits', peer }), 'test');
  const linkIds = [linked._id, pending?._id ?? '', ...changing.map(({ _id }) => _id)];
  return { portalId, linkIds, operationIds, nudged: new Set() };
}

const clientOf = ({ linkIds, nudged }: Case, isAlive: () => Promise<unknown>): Client => {
  const getHandle = (workflowId: string) => ({
    signal: async () => {
      const linkId = linkIds.find((id) => toLinkWorkflowId(id) === workflowId);
      if (linkId === undefined) return;
      if ((await store.links.load(linkId))?.state === 'unlinked') nudged.add(linkId);
      await isAlive();
    },
  });
  const withAbortSignal = <T>(_: AbortSignal, call: () => T): T => call();
  return { withAbortSignal, workflow: { getHandle } } as unknown as Client;
};

/** The API disconnects the portal and dies; a sweep dies after so many writes; what is saved is the next sweep's. */
async function disconnect(index: number, dieAfter: number): Promise<{ given: Case; writes: number }> {
  const given = await arrange(index);
  const { portalId } = given;
  await store.portals.disconnect(portalId, new Date());
  const deps = {
    ...{ store, settings },
    portalOf: () => Promise.reject(new Error('the portal must not be asked')),
  };
  const dead = dying(deps, steps, dieAfter);
  const { nudge } = dead.rig({ nudge: () => Promise.resolve() }, ['nudge']);
  const end = () => endLinks(dead.deps, portalId, 2);
  const dies = runActivity(end, {}, clientOf(given, nudge));
  await dies.catch(() => undefined);
  const sweep = createActivities(deps).sweepPortal;
  const alive = clientOf(given, () => Promise.resolve());
  const swept = await runActivity(sweep, { portalId }, alive);
  expect(swept.ending).toBe('done');
  return { given, writes: dead.writes() };
}

/** What is wrong after all, if anything. */
async function listWrong({ portalId, linkIds, operationIds, nudged }: Case): Promise<string[]> {
  const links = await store.links.loadMany(linkIds);
  const wrong = links.flatMap(({ _id, state, change, epoch, history }) => {
    const ends = history.filter(({ what }) => what === 'the portal was disconnected').length;
    const before = history.some(({ what }) => what === 'unlink' || what === 'changeContact') ? 1 : 0;
    const isRight = state === 'unlinked' && change === null && ends === 1 && nudged.has(_id);
    return isRight && epoch === links[0]!.epoch + before ? [] : [`${_id}: ${state} ${ends} ${epoch}`];
  });
  const operations = await Promise.all(operationIds.map((id) => store.operations.load(id)));
  for (const operation of operations)
    if (operation?.reason !== 'The portal was disconnected.') wrong.push(`operation ${operation?.state}`);
  if ((await store.portals.load(portalId))?.linksEndedAt === null) wrong.push('no end');
  if (!(await store.outbox.hasAny(toLinkTarget(linkIds[0] ?? '')))) wrong.push('the message is lost');
  return wrong;
}

test('whatever write a process that ends the links of a disconnected portal dies after, the next sweep ends the rest once', async () => {
  const { given, writes } = await disconnect(0, Number.POSITIVE_INFINITY);
  expect(await listWrong(given)).toEqual([]);
  // Two operations, four workflows, three pages of which the last is empty, and the end.
  expect(writes).toBe(2 + 4 + 3 * 2 + 1);
  const wrong: string[] = [];
  for (let at = 0; at < writes; at += 1) {
    const after = await disconnect(at + 1, at);
    wrong.push(...(await listWrong(after.given)).map((what) => `after write ${at}: ${what}`));
  }
  expect(wrong).toEqual([]);
});

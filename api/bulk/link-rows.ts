import { forEachOf } from '../../linking/for-each-of';
import type { LinkRowDoc } from '../../store/links/link-rows';
import { openPortal } from '../choose-portal';
import type { AskedContext } from '../context';
import { linkChosen } from './begin-links';
import { tryStep, type WorkOff } from './portion';
import { findContacts, findMissing, findPeople, isJudged, judge, refuse, refuseFor } from './row-owners';
import type { Chosen, Judged } from './row-owners';

/** Two full requests to the portal, of fifty each. */
const rowsAtOnce = 100;
/** So many links begin at once: more only wait for each other in Temporal. */
const linksAtOnce = 16;

async function linkOne(
  context: AskedContext,
  portalId: string,
  { row, personId, crmContactId }: Chosen,
): Promise<Judged> {
  const { operationId, name } = row;
  const request = {
    crmContactId,
    createIfMissing: false,
    name,
    who: context.who,
    operationId,
    at: new Date(),
  };
  const begun = await tryStep(() => linkChosen(context, { portalId, personId, request }));
  return 'code' in begun ? refuse(row, begun.code) : judge(row, begun.outcome, begun.linkId);
}

/** What became of rows, all of them. */
async function judgeRows(
  context: AskedContext,
  portalId: string,
  rows: readonly LinkRowDoc[],
): Promise<Judged[]> {
  const { portal, contacts: crm } = await openPortal(context, portalId);
  const whyMissing = await findMissing(crm, rows);
  const gone = rows.flatMap((row) => refuseFor(row, whyMissing(row)));
  const people = await findPeople(
    context.store,
    portalId,
    rows.filter((row) => whyMissing(row) === null),
  );
  const named = people.flatMap((one): Chosen[] => {
    if (isJudged(one) || one.row.crmContactId === null) return [];
    return [{ ...one, crmContactId: one.row.crmContactId }];
  });
  const unnamed = people.flatMap((one) => (isJudged(one) || one.row.crmContactId !== null ? [] : one));
  const found = unnamed.length === 0 ? [] : await findContacts(context.store, portal, crm, unnamed);
  const chosen = [...named, ...found.flatMap((one) => (isJudged(one) ? [] : one))];
  const linked: Judged[] = [];
  await forEachOf(chosen, linksAtOnce, async (one) => {
    linked.push(await linkOne(context, portalId, one));
  });
  return [...gone, ...people.filter(isJudged), ...found.filter(isJudged), ...linked];
}

/**
 * Links the next rows of a list. What became of each is written on it before the operation's place moves: a process that dies in between
 * counts them by what they say, and one that dies before it links them again, which is the same link.
 */
export const linkRows: WorkOff = async (context, { _id, portalId }, after) => {
  const { linkRows: all } = context.store;
  const rows = await all.listOf(_id, undefined, { after, limit: rowsAtOnce });
  const open = rows.filter(({ outcome }) => outcome === null);
  const judged = open.length === 0 ? [] : await judgeRows(context, portalId, open);
  await all.finish(judged);
  const fates = [...rows.filter(({ outcome }) => outcome !== null), ...judged];
  return {
    count: rows.length,
    refused: fates.flatMap(({ outcome, code }) =>
      outcome === 'refused' ? (code ?? 'internal') : outcome === 'left_to_a_person' ? outcome : [],
    ),
    outcomes: fates.flatMap(({ outcome }) => (outcome === 'linked' || outcome === 'already' ? outcome : [])),
    after: rows.length < rowsAtOnce ? null : (rows.at(-1)?._id ?? null),
  };
};

import { toWatchWorkflowId } from '../../domain/ids';
import type { LinkDoc } from '../../store/links/link-schema';
import { sweepNowSignal, watchStatusQuery } from '../../workflows/messages';
import { eventually, type Product } from './product';

/** Starts the watch of the product's portal; closing the product ends it. */
export async function startWatch({ client, portalId, taskQueue }: Product): Promise<void> {
  await client.workflow.start('portalWatchWorkflow', {
    workflowId: toWatchWorkflowId(portalId),
    taskQueue,
    args: [{ portalId }],
  });
}

/** Ends the watch, if it runs. */
export async function stopWatch({ client, portalId }: Product): Promise<void> {
  await client.workflow
    .getHandle(toWatchWorkflowId(portalId))
    .terminate()
    .catch(() => undefined);
}

/** Asks for a sweep, and returns when one that began after now has ended. */
export async function sweepOnce({ client, portalId }: Product): Promise<void> {
  const handle = client.workflow.getHandle(toWatchWorkflowId(portalId));
  const ended = async () => (await handle.query(watchStatusQuery)).nextSweepAt;
  for (let sweeps = 0; sweeps < 2; sweeps += 1) {
    const before = await ended();
    await handle.signal(sweepNowSignal);
    await eventually('a sweep', async () => (await ended()) !== before);
  }
}

/** The person's link, by their number. */
export async function linkOf({ store, portalId }: Product, e164: string): Promise<LinkDoc | null> {
  const person = await store.people.findByAlias(portalId, `phone:${e164}`);
  return person && store.links.findByPerson(portalId, person._id);
}

/** Waits until the number is linked with this contact. */
export const linkedWith = (product: Product, e164: string, crmContactId: number) =>
  eventually(`the link of the number with contact ${crmContactId}`, async () => {
    const link = await linkOf(product, e164);
    return link?.state === 'linked' && link.crmContactId === crmContactId && link.change === null
      ? link
      : null;
  });

/** The message lines on a contact's page, in order. */
export const linesOn = ({ portal }: Product, crmContactId: number): string[] =>
  portal
    .comments(crmContactId)
    .flatMap(({ text }) => text.split('\n'))
    .filter((line) => /^[←→] \[/u.test(line));

/** How often a text stands on any of these pages. */
export const countOn = (product: Product, crmContactIds: readonly number[], text: string): number =>
  crmContactIds.flatMap((id) => linesOn(product, id)).filter((line) => line.endsWith(`: ${text}`)).length;

/** The open or ignored review of a person, by their number. */
export async function reviewOf({ store, portalId }: Product, e164: string) {
  const person = await store.people.findByAlias(portalId, `phone:${e164}`);
  const [review] = await store.reviews.listOfPeople(portalId, [person?._id ?? ''], 'contact');
  return review ?? null;
}

import { toLinkWorkflowId } from '../../../domain/ids';
import type { LinkDoc } from '../../../store/links/link-schema';
import type { Choice } from '../../../linking/choose-contact';
import { messagesArrivedSignal, resumeSignal } from '../../../workflows/messages';
import type { Product } from '../../scenes/product';

const signal = ({ client, taskQueue }: Product, { _id }: LinkDoc, which: typeof resumeSignal) =>
  client.workflow.signalWithStart('contactLinkWorkflow', {
    workflowId: toLinkWorkflowId(_id),
    taskQueue,
    args: [{ linkId: _id }],
    signal: which,
  });

/** Tells the workflows what a person's choice left for them, as the API does. */
export async function wakeAfterChoice(product: Product, choice: Choice): Promise<void> {
  const links = choice.kind === 'changed' ? choice.changes.map(({ link }) => link) : [];
  for (const link of links) await signal(product, link, resumeSignal);
}

/** Asks for a link as POST /links does: a person's link, new or renewed, with its workflow started. */
export async function askForLink(
  product: Product,
  personId: string,
  request: { crmContactId?: number; createIfMissing?: boolean },
): Promise<string> {
  const { store, portalId } = product;
  const saved = {
    crmContactId: request.crmContactId ?? null,
    createIfMissing: request.createIfMissing ?? false,
    name: null,
    at: new Date(),
  };
  const known = await store.links.findByPerson(portalId, personId);
  const link =
    (known ? await store.links.renewPending(known._id, saved) : null) ??
    (await store.links.insertPending(portalId, personId, saved)) ??
    (await store.links.findByPerson(portalId, personId));
  if (!link) throw new Error('no link');
  await signal(product, link, messagesArrivedSignal);
  return link._id;
}

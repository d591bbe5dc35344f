import { administrator } from '../../domain/access';
import { toForgettingWorkflowId, toLinkWorkflowId } from '../../domain/ids';
import { forgetPersonWorkflowName } from '../../workflows/messages';
import { findTexts } from '../scenes/forgetting';
import { eventually, requestLink, say, useProduct } from '../scenes/product';

const product = useProduct();

test('a person is forgotten through a worker that stopped in between; the workflow of their link ends', async () => {
  const { store, portal, portalId, client, taskQueue, deps } = product;
  deps.forgetGraceMs = 0;
  const phone = '+491701239999';
  const contactId = portal.addContact({ name: 'Klaus', phones: [phone] });
  await say(product, { id: 'M1', text: 'words to be forgotten', peer: phone });
  const worker = await product.startWorker();
  const linkId = await requestLink(product, { phone, crmContactId: contactId });
  await eventually('the message is on the page', () => portal.comments(contactId).length === 1);
  const person = await store.people.findByAlias(portalId, `phone:${phone}`);
  await worker.stop();

  const who = administrator;
  const { _id } = await store.operations.begin({ portalId, linkId: null, kind: 'forget', who });
  await store.forgettings.begin({ _id, portalId, personIds: [person?._id ?? ''], who });
  const handle = await client.workflow.start(forgetPersonWorkflowName, {
    ...{ workflowId: toForgettingWorkflowId(_id), taskQueue, args: [{ operationId: _id }] },
  });
  await product.startWorker();
  await handle.result();

  expect(portal.comments(contactId)).toEqual([]);
  expect(await findTexts(store, ['words to be forgotten', phone.slice(1)])).toEqual([]);
  expect((await store.operations.load(_id))?.state).toBe('done');
  const link = client.workflow.getHandle(toLinkWorkflowId(linkId));
  await eventually('its workflow ends', async () => (await link.describe()).status.name === 'COMPLETED');
});

import { z } from 'zod';
import { toPhoneAlias } from '../../domain/identity';
import type { ForgettingDoc } from '../../store/privacy/forgettings';
import { operationSchema, toOperation } from '../cards/operation-card';
import { toWho, whoSchema } from '../cards/who-card';
import { choosePortal, readPhone } from '../choose-portal';
import type { ApiContext, AskedContext } from '../context';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { idField, phoneField, timeField } from '../http/fields';
import { orNotFound } from '../http/problem';
import { startForgetting } from './forget-workflows';

const count = (description: string) => z.number().meta({ description });

const proofSchema = z
  .object({
    operationId: z.string(),
    portalId: z.string(),
    who: whoSchema.meta({ description: 'Who asked for it.' }),
    askedAt: timeField,
    awayAt: timeField.nullable().meta({ description: 'Since when nothing more of the person is taken in.' }),
    finishedAt: timeField
      .nullable()
      .meta({ description: 'Since when nothing is left; null: it is still being done.' }),
    phase: z.string().meta({ description: '`done` at the end.' }),
    deleted: z
      .object({
        people: count('The person and those they were merged with.'),
        links: count('Links with contacts.'),
        chats: count('Direct chats.'),
        messages: count('Messages of direct chats.'),
        files: count('Files of those messages; bytes that others have, too, stay theirs.'),
        comments: count('Comments in Bitrix24 with what was said in direct chats.'),
        groupMessages: count('What they said or did in groups.'),
        reviews: count('Open and closed questions about them.'),
      })
      .meta({
        description: 'How much there was, counted before the first of it went; all of it is gone at the end.',
      }),
  })
  .meta({
    id: 'ForgettingProof',
    description: 'What was deleted, when and by whom. It says nothing of whom it was about.',
  });

const toProof = ({
  _id: operationId,
  portalId,
  who,
  found,
  ...doc
}: ForgettingDoc): z.output<typeof proofSchema> => {
  const { askedAt, awayAt, finishedAt, phase } = doc;
  return { operationId, portalId, who, askedAt, awayAt, finishedAt, phase, deleted: found };
};

/**
 * The operation is written first, then what it is about: one that dies in between is an operation that nobody carries out, and asked again
 * begins anew. Then the workflow is started; the sweep does it where that was lost.
 */
async function begin(context: AskedContext, portalId: string, personId: string) {
  const { store, who } = context;
  const known = await store.forgettings.findOfPerson(personId);
  if (known) {
    if (known.phase !== 'done') await startForgetting(context, known);
    return orNotFound(await store.operations.load(known._id), 'operation');
  }
  const operation = await store.operations.begin({ portalId, linkId: null, kind: 'forget', who });
  const begun = await store.forgettings.begin({ _id: operation._id, portalId, personIds: [personId], who });
  await startForgetting(context, begun);
  return operation;
}

/** Forgetting a person, and the proof of it. */
export function createForgetRoutes(context: ApiContext): Endpoint[] {
  const { store } = context;
  const tag = 'Privacy';
  return [
    endpoint('POST /people/:personId/forget', {
      role: 'admin',
      operationId: 'forgetPerson',
      tag,
      summary:
        'Forget a person: their chats, files and links here, our comments on their page in Bitrix24, and their lines in groups; it cannot be undone',
      answers: {
        202: {
          description:
            'It is carried out by itself, whatever stops in between; `GET /operations/{operationId}` says how far it is.',
          schema: operationSchema,
        },
      },
      async handle({ params, actor }) {
        const running = await store.forgettings.findOfPerson(params.personId);
        const person = running ? null : orNotFound(await store.people.load(params.personId), 'person');
        const portalId = running?.portalId ?? person?.portalId ?? '';
        const asked = { ...context, who: toWho(actor) };
        const operation = await begin(asked, portalId, person?._id ?? params.personId);
        return { status: 202, body: toOperation(operation) };
      },
    }),
    endpoint('POST /people/let-in', {
      role: 'admin',
      operationId: 'letPersonIn',
      tag,
      summary:
        'Take in what comes of a person who was forgotten: they wrote again and want that, or the number is another’s now',
      body: z.strictObject({ phone: phoneField, portalId: idField.optional() }),
      answers: { 204: { description: 'From now on it is taken in, or always was.' } },
      async handle({ body }) {
        const portal = await choosePortal(store, body.portalId);
        const e164 = readPhone(body.phone, portal, context.defaultCountry);
        await store.keptAway.letIn(portal._id, toPhoneAlias(e164).key);
        return { status: 204, body: null };
      },
    }),
    endpoint('GET /operations/:operationId/proof', {
      role: 'admin',
      operationId: 'getForgettingProof',
      tag,
      summary: 'The proof that a person was forgotten',
      answers: { 200: { description: 'The proof.', schema: proofSchema } },
      handle: async ({ params }) =>
        ok(toProof(orNotFound(await store.forgettings.load(params.operationId), 'operation'))),
    }),
  ];
}

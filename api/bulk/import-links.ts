import { z } from 'zod';
import { parsePhone } from '../../domain/phone';
import { portionsOf } from '../../linking/portions';
import type { LinkRowDoc, NewLinkRow } from '../../store/links/link-rows';
import type { PortalDoc } from '../../store/portals/portal-schema';
import { operationSchema, toOperation } from '../cards/operation-card';
import { toWho } from '../cards/who-card';
import type { Carrier } from '../carry-on';
import { choosePortal, countryOf } from '../choose-portal';
import type { ApiContext } from '../context';
import { endpoint, type Endpoint } from '../http/endpoint';
import { idField } from '../http/fields';
import { pageEndpoint } from '../http/paging';
import { orNotFound, type FieldError } from '../http/problem';
import { readList } from '../http/read-json';
import { readRows, refuseRows, rowsDoc, type AskedRow, type Numbered } from './read-rows';

/** One number goes to one contact; a row that says the same again is taken. */
function findOther(contactOf: Map<string, NewLinkRow>, row: NewLinkRow): number | null {
  const first = contactOf.get(row.e164 ?? '');
  if (!first) contactOf.set(row.e164 ?? '', row);
  return first && first.crmContactId !== row.crmContactId ? first.row : null;
}

/** The rows with full numbers. Throws a 422 that names row and column. */
async function toNewRows(
  rows: readonly Numbered<AskedRow>[],
  portal: PortalDoc,
  ours: string | null,
): Promise<NewLinkRow[]> {
  const country = countryOf(portal, ours);
  const contactOf = new Map<string, NewLinkRow>();
  const errors: FieldError[] = [];
  const read: NewLinkRow[] = [];
  for await (const some of portionsOf(rows)) {
    for (const { row, value } of some) {
      const { phone, crmContactId = null, name = null } = value;
      const e164 = parsePhone(phone, country)?.e164 ?? null;
      if (e164 === null) {
        const message = 'is no full phone number; write it with its country, such as +49 170 1234567';
        errors.push({ field: `rows.${row}.phone`, message });
        continue;
      }
      const fresh = { row, e164, crmContactId, name };
      const other = findOther(contactOf, fresh);
      if (other !== null)
        errors.push({ field: `rows.${row}.crmContactId`, message: `differs from row ${other}, same number` });
      read.push(fresh);
    }
  }
  refuseRows(errors, rows.length);
  return read;
}

const importLinks = (context: ApiContext, runner: Carrier): Endpoint =>
  endpoint('POST /links/import', {
    role: 'agent',
    operationId: 'importLinks',
    tag: 'Links',
    summary:
      'Link many people with contacts by a list, as CSV with the columns phone, contact, name or as JSON',
    readers: readList,
    query: z.strictObject({ portalId: idField.optional() }),
    body: z.unknown(),
    bodyDoc: rowsDoc,
    answers: {
      202: {
        description:
          'Saved; it is carried out by itself, also across a restart. `outcomes` and `refused` count its rows, `GET /operations/{operationId}/rows` has each; `POST /operations/{operationId}/undo` ends what it linked.',
        schema: operationSchema,
      },
      413: { description: '`body_too_large`: more than 16 MB.' },
      422: {
        description:
          'Nobody was linked. `errors` name row and column as `rows.17.phone`: in CSV the row of the spreadsheet, whose heading is row 1; in JSON the place in `rows`.',
      },
    },
    async handle({ query, body, actor }) {
      const { store, defaultCountry } = context;
      const portal = await choosePortal(store, query.portalId);
      const rows = await toNewRows(await readRows(body), portal, defaultCountry);
      const wish = { action: 'import', ids: null, filter: null, entries: 'keep', remember: false } as const;
      const bulk = { ...wish, rows: rows.length };
      const begun = { portalId: portal._id, linkId: null, kind: 'bulk', who: toWho(actor), bulk } as const;
      // Whoever dies between the two leaves an operation that fails for its missing rows; nobody is linked before all are saved.
      const operation = await store.operations.begin({ ...begun, total: rows.length });
      await store.linkRows.add(operation._id, rows);
      runner.run(operation);
      return { status: 202, body: toOperation(operation) };
    },
  });

const outcomes = z.enum(['linked', 'already', 'left_to_a_person', 'refused']);

const rowCard = z
  .object({
    row: z.number().meta({ description: 'As errors number it: a spreadsheet’s row, or a place in JSON.' }),
    crmContactId: z.number().nullable(),
    outcome: outcomes.nullable().meta({ description: 'Null: not worked off yet.' }),
    code: z.string().nullable().meta({ description: 'Why it was refused.' }),
    linkId: z.string().nullable(),
  })
  .meta({ id: 'LinkRow' });

const toCard = ({ row, crmContactId, outcome, code, linkId }: LinkRowDoc): z.output<typeof rowCard> => ({
  ...{ row, crmContactId, outcome, code, linkId },
});

const listRows = ({ store, cursors }: ApiContext): Endpoint =>
  pageEndpoint(cursors, 'GET /operations/:operationId/rows', {
    role: 'agent',
    operationId: 'listOperationRows',
    tag: 'Links',
    summary: 'What became of each row of a list of links; as CSV all of them',
    items: 'rows',
    item: rowCard,
    filter: { outcome: outcomes.optional() },
    async read({ outcome }: { outcome?: z.output<typeof outcomes> | undefined }, page, { operationId = '' }) {
      orNotFound(await store.operations.load(operationId), 'operation');
      return store.linkRows.listOf(operationId, outcome, page);
    },
    show: (rows: LinkRowDoc[]) => rows.map(toCard),
    csv: {
      head: ['row', 'contact', 'outcome', 'code', 'link'],
      row: ({ row, crmContactId, outcome, code, linkId }) =>
        [row, crmContactId, outcome, code, linkId].map((value) => String(value ?? '')),
    },
  });

/** Lists of links to be made. */
export const createImportLinkRoutes = (context: ApiContext, runner: Carrier): Endpoint[] => [
  importLinks(context, runner),
  listRows(context),
];

import { z } from 'zod';
import type { AuditDoc } from '../../store/audit/audit';
import { whoSchema } from '../cards/who-card';
import type { ApiContext } from '../context';
import type { Endpoint } from '../http/endpoint';
import { idField, timeField } from '../http/fields';
import { pageEndpoint } from '../http/paging';

const wordField = z.string().regex(/^[A-Za-z-]{1,64}$/, 'is no word of the trail');

const auditSchema = z
  .object({
    id: z.string(),
    at: timeField,
    by: whoSchema.nullable().meta({ description: 'Null: it happened by itself.' }),
    action: z.string().meta({
      description: 'The `operationId` of what was asked for, or a word of its own such as `logIn`.',
    }),
    subject: z
      .object({ kind: z.string(), id: z.string().nullable() })
      .meta({ description: 'What it was about: `account`, `portal`, `user`, `link` …' }),
    fields: z
      .array(z.string())
      .meta({ description: 'Which fields were given, by name, never their values.' }),
    outcome: z.enum(['asked', 'done', 'failed']).meta({
      description: '`failed`: not, or not whole; `asked`: the outcome is not known, as after a crash.',
    }),
  })
  .meta({ id: 'AuditRow', description: 'Who asked for what, and when.' });

const toRow = ({ _id: id, subjectKind, subjectId, ...doc }: AuditDoc): z.output<typeof auditSchema> => {
  const { at, by, action, fields, outcome } = doc;
  return { id, at, by, action, subject: { kind: subjectKind, id: subjectId }, fields, outcome };
};

/** The trail of changes. */
export const createAuditRoutes = ({ store, cursors }: ApiContext): Endpoint[] => [
  pageEndpoint(cursors, 'GET /audit', {
    role: 'admin',
    operationId: 'listAudit',
    tag: 'Access',
    summary: 'List who changed what and when, the newest first',
    items: 'audit',
    item: auditSchema,
    filter: {
      byId: idField.optional().meta({ description: 'Of one user or API token.' }),
      action: wordField.optional(),
      subjectKind: wordField.optional(),
      subjectId: idField.optional(),
    },
    read: (filter, page) => store.audit.list(filter, page),
    show: (rows: AuditDoc[]) => rows.map(toRow),
  }),
];

import { join } from 'node:path';
import express, { Router, type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { createIdentify } from './access/identify';
import { createLogInRoutes, createLogOutRoutes } from './access/log-in';
import { createTokenRoutes } from './access/tokens';
import { createUserRoutes } from './access/users';
import { audited } from './audit/audited';
import { createAuditRoutes } from './audit/routes';
import { requireActor } from './http/auth';
import { idempotent } from './idempotency/idempotent';
import { createContext, type ApiContext, type AppDeps } from './context';
import { countRequests } from './http/count-requests';
import { createDocsRouter } from './http/docs-page';
import { createPageGuard } from './door/public-pages';
import { mount, type Endpoint } from './http/endpoint';
import { createErrorHandler } from './http/errors-to-problems';
import { limitActors, limitFailures } from './http/limits';
import { createOpenApi } from './openapi';
import { notFound } from './http/problem';
import { readJson, readSmallJson } from './http/read-json';
import { createCompletenessRoutes } from './sources/completeness';
import { createLivenessRoutes } from './sources/liveness';
import { createStoredFileRoutes } from './media/stored-file';
import { createPolicyRoutes } from './routes/account-policy';
import { createAccountChangeRoutes } from './routes/account-changes';
import { createWebhookDeliveryRoutes, createWebhookRoutes } from './webhooks/routes';
import { createUnreadableRoutes } from './sources/unreadable';
import { createBindEarlierRoutes } from './groups/bind-earlier';
import { createGroupListRoutes } from './groups/group-list';
import { createGroupPolicyRoutes } from './groups/group-policy';
import { createAccountRoutes, createNewAccountRoutes } from './routes/accounts';
import { createChatRoutes } from './routes/chats';
import { createCrmContactRoutes } from './crm/contacts';
import { createEntryRoutes } from './routes/entries';
import { createEventStream } from './routes/events';
import { createConnectedRoutes } from './connected/routes';
import { createHealthRouter } from './health';
import { createHistoryRoutes } from './history/asking';
import { createImportRoutes } from './history/imports';
import { createFileImportRoutes } from './imports/routes';
import { createHistorySettingRoutes } from './history/settings';
import { createIngestRoutes } from './ingest/messages';
import { createIngestRouter } from './ingest/router';
import { createChatStatusRoutes } from './ingest/chat-status';
import { createIngestClientRoutes, createIngestCursorRoutes } from './ingest/clients';
import { createChatExportRoutes } from './export/chat-export';
import { createBulkRoutes } from './bulk/bulk';
import { createOverviewRoutes } from './overview/overview';
import { createLinkChangeRoutes } from './routes/link-changes';
import { createLinkRhythmRoutes } from './routes/link-rhythm';
import { createLinkRoutes } from './routes/links';
import { createExclusionRoutes } from './privacy/exclude';
import { createPersonExportRoutes } from './privacy/export';
import { createForgetRoutes } from './privacy/forget';
import { createLooks } from './privacy/looks';
import { createRetentionRoutes } from './privacy/retention';
import { createPersonRoutes } from './routes/people';
import { createPortalConnectRoutes } from './routes/portal-connect';
import { createPortalRoutes } from './routes/portals';
import { createPortalDisconnectRoutes } from './routes/portal-disconnect';
import { createReportRoutes } from './reports/routes';
import { createReviewRoutes } from './routes/reviews';
import { createEvolutionHook } from './hooks/evolution-hook';
import { createMetaHistoryRoutes } from './meta/history';
import { createMetaHook } from './hooks/meta-hook';
import { createWahaHook } from './hooks/waha-hook';
import { createWorkspaceRouter } from './workspace/workspace';

export type { AppDeps } from './context';

const builtWorkspace = join(__dirname, '../workspace/dist');
const defaultRequestsPerMinute = 6_000;
const defaultFailuresPerMinute = 300;

const createEndpoints = (context: ApiContext): Endpoint[] => [
  ...createLinkRoutes(context),
  ...createLinkRhythmRoutes(context),
  ...createLinkChangeRoutes(context),
  ...createReviewRoutes(context),
  ...createCrmContactRoutes(context),
  ...createPortalConnectRoutes(context),
  ...createPortalRoutes(context),
  ...createPortalDisconnectRoutes(context),
  ...createReportRoutes(context),
  ...createAccountRoutes(context),
  ...createNewAccountRoutes(context),
  ...createAccountChangeRoutes(context),
  ...createConnectedRoutes(context),
  ...createMetaHistoryRoutes(context),
  ...createLivenessRoutes(context),
  ...createCompletenessRoutes(context),
  ...createPolicyRoutes(context),
  ...createUnreadableRoutes(context),
  ...createHistoryRoutes(context),
  ...createHistorySettingRoutes(context),
  ...createImportRoutes(context),
  ...createFileImportRoutes(context),
  ...createWebhookRoutes(context),
  ...createWebhookDeliveryRoutes(context),
  ...createPersonRoutes(context),
  ...createForgetRoutes(context),
  ...createPersonExportRoutes(context),
  ...createExclusionRoutes(context),
  ...createRetentionRoutes(context),
  ...createChatRoutes(context),
  ...createGroupListRoutes(context),
  ...createGroupPolicyRoutes(context),
  ...createBindEarlierRoutes(context),
  ...createStoredFileRoutes(context),
  ...createEntryRoutes(context),
  ...createIngestRoutes(context),
  ...createIngestCursorRoutes(context),
  ...createIngestClientRoutes(context),
  ...createChatStatusRoutes(context),
  ...createLogInRoutes(context),
  ...createLogOutRoutes(context),
  ...createUserRoutes(context),
  ...createTokenRoutes(context),
  ...createAuditRoutes(context),
  ...createOverviewRoutes(context),
  ...createBulkRoutes(context),
  ...createChatExportRoutes(context),
];

const refuseUnknown: RequestHandler = () => {
  throw notFound('No such address.');
};

/** Calls of people, pages and API tokens, and those that come before anybody is known: of these only a little is read. */
function createRoleRouter(
  context: ApiContext,
  endpoints: readonly Endpoint[],
  requestsPerMinute: number,
): Router {
  const router = Router();
  const noteLooks = createLooks(context);
  mount(
    router,
    endpoints.filter(({ auth }) => auth === 'none'),
    readSmallJson,
  );
  router.use(requireActor(createIdentify(context)), limitActors(requestsPerMinute));
  router.get('/events', createEventStream(context));
  const ofRoles = endpoints.filter(({ auth }) => auth === 'role');
  const known = ofRoles.map((one) => noteLooks(idempotent(audited(one, context), context)));
  mount(
    router,
    known.filter(({ takesBytes }) => takesBytes),
  );
  for (const one of known) if (one.readers) mount(router, [one], one.readers);
  router.use(readJson);
  mount(
    router,
    known.filter(({ takesBytes, readers }) => !takesBytes && !readers),
  );
  router.use(refuseUnknown);
  return router;
}

/** Headers for browsers. Without the last rule a page served over http would ask for its parts over https. */
const createHelmet = (): RequestHandler =>
  helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } });

/** What the API's description says, without an API that runs. */
export const describeApi = (deps: AppDeps): object =>
  createOpenApi(createEndpoints(createContext(deps)), deps.publicUrl);

/** The whole HTTP side as one application. It never listens; everything it needs is an argument. */
export function createApp(deps: AppDeps): Express {
  const context = createContext(deps);
  const endpoints = createEndpoints(context);
  const { requestsPerMinute = defaultRequestsPerMinute, trustedProxies = [] } = deps;
  const { failuresPerMinute = defaultFailuresPerMinute } = deps;
  const pages = createPageGuard(createIdentify(context), deps.publicPages);
  const app = express();
  app.disable('x-powered-by').set('trust proxy', [...trustedProxies]);
  app.use(countRequests(deps.metrics), createHelmet());
  app.use(createHealthRouter(context, pages));
  const description = createOpenApi(endpoints, deps.publicUrl);
  app.use('/api', createDocsRouter(description, pages.open('docs')));
  app.use('/hooks', createWahaHook(context, requestsPerMinute));
  app.use('/hooks', createEvolutionHook(context, requestsPerMinute));
  app.use('/hooks', createMetaHook(context, requestsPerMinute));
  const ingest = createIngestRouter(context, endpoints, requestsPerMinute);
  const others = createRoleRouter(context, endpoints, requestsPerMinute);
  app.use('/api/v1', (request, response, next) => {
    // Nearly all of it is personal: no browser and no proxy keeps it.
    response.set('Cache-Control', 'no-store');
    const isIngest = /^\/ingest(\/|$)/i.test(request.path);
    void (isIngest ? ingest : others)(request, response, next);
  });
  app.use(createWorkspaceRouter(deps.workspaceFolder ?? builtWorkspace, deps.panelOrigins ?? []));
  app.use(refuseUnknown);
  app.use(limitFailures(failuresPerMinute, deps.logger), createErrorHandler(deps.logger));
  return app;
}

import type { RouteRecordRaw } from 'vue-router';

declare module 'vue-router' {
  interface RouteMeta {
    /** The folder under `pages/`: its messages are loaded with it, and `title` in them is the tab's. */
    page: string;
    /** Without the frame of navigation around it. */
    bare?: boolean;
    /** For who is not logged in, too. */
    open?: boolean;
    /** The role that its calls need, where that is more than looking. */
    needs?: 'admin';
  }
}

/** Every page is loaded when it is opened first. The API serves the page under the first words of these paths. */
export const routes: RouteRecordRaw[] = [
  {
    path: '/',
    name: 'overview',
    component: () => import('./pages/overview/OverviewPage.vue'),
    meta: { page: 'overview' },
  },
  {
    path: '/contacts',
    name: 'contacts',
    component: () => import('./pages/contacts/ContactsPage.vue'),
    meta: { page: 'contacts' },
  },
  {
    path: '/contacts/:linkId',
    name: 'contact',
    component: () => import('./pages/contact/ContactPage.vue'),
    meta: { page: 'contact' },
  },
  {
    path: '/linking',
    name: 'linking',
    component: () => import('./pages/linking/LinkingPage.vue'),
    meta: { page: 'linking' },
  },
  {
    path: '/sources',
    name: 'sources',
    component: () => import('./pages/sources/SourcesPage.vue'),
    meta: { page: 'sources' },
  },
  {
    path: '/sources/:accountId',
    name: 'source',
    component: () => import('./pages/sources/account/AccountPage.vue'),
    meta: { page: 'sources' },
  },
  {
    path: '/unreadable',
    name: 'unreadable',
    component: () => import('./pages/unreadable/UnreadablePage.vue'),
    meta: { page: 'unreadable' },
  },
  {
    path: '/portal',
    name: 'portal',
    component: () => import('./pages/portal/PortalPage.vue'),
    meta: { page: 'portal', needs: 'admin' },
  },
  {
    path: '/users',
    name: 'users',
    component: () => import('./pages/users/UsersPage.vue'),
    meta: { page: 'users', needs: 'admin' },
  },
  {
    path: '/webhooks',
    name: 'webhooks',
    component: () => import('./pages/webhooks/WebhooksPage.vue'),
    meta: { page: 'webhooks', needs: 'admin' },
  },
  {
    path: '/forgotten/:operationId',
    name: 'forgotten',
    component: () => import('./pages/forgotten/ForgottenPage.vue'),
    meta: { page: 'forgotten', needs: 'admin' },
  },
  {
    path: '/panel',
    name: 'panel',
    component: () => import('./pages/panel/PanelPage.vue'),
    meta: { page: 'panel', bare: true },
  },
  {
    path: '/log-in',
    name: 'log-in',
    component: () => import('./pages/log-in/LogInPage.vue'),
    meta: { page: 'log-in', bare: true, open: true },
  },
  {
    path: '/:rest(.*)*',
    name: 'missing',
    component: () => import('./pages/missing/MissingPage.vue'),
    meta: { page: 'missing' },
  },
];

import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';
import { i18n, loadPageMessages } from './language/i18n';

declare module 'vue-router' {
  interface RouteMeta {
    /** The folder under `pages/`: its messages are loaded with it, and `title` in them is the tab's. */
    page: string;
    /** Without the frame of navigation around it. */
    bare?: boolean;
  }
}

const routes: RouteRecordRaw[] = [
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
    path: '/:rest(.*)*',
    name: 'missing',
    component: () => import('./pages/missing/MissingPage.vue'),
    meta: { page: 'missing' },
  },
];

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
});

router.beforeResolve(({ meta }) => loadPageMessages(meta.page));
router.afterEach(({ meta }) => {
  document.title = `${i18n.global.t(`${meta.page}.title`)} · Contact Link`;
});

import { nextTick } from 'vue';
import { createRouter, createWebHistory, type RouteLocationNormalized } from 'vue-router';
import { ProblemError } from './api/problem';
import { onLoggedOut, queryClient } from './api/query-client';
import { loadMe } from './api/session';
import { i18n, loadPageMessages } from './language/i18n';
import { routes } from './routes';

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
});

const logInFirst = (to: RouteLocationNormalized) => ({
  name: 'log-in',
  query: to.path === '/' ? {} : { to: to.fullPath },
});

/** Nobody sees a page before it is known who they are; where the API does not answer, the page says so itself. */
router.beforeEach(async (to) => {
  if (to.meta.open) return true;
  try {
    const { role } = await loadMe();
    return to.meta.needs === 'admin' && role !== 'admin' ? { name: 'overview' } : true;
  } catch (error) {
    return error instanceof ProblemError && error.status === 401 ? logInFirst(to) : true;
  }
});
router.beforeResolve(({ meta }) => loadPageMessages(meta.page));
router.afterEach((to, from) => {
  document.title = `${i18n.global.t(`${to.meta.page}.title`)} · Contact Link`;
  // The link that led here may be gone: the keyboard goes on with the new page, not at the top of everything.
  if (from.matched.length > 0 && !from.meta.open && to.path !== from.path)
    void nextTick(() => document.getElementById('content')?.focus({ preventScroll: true }));
});

onLoggedOut(() => {
  const here = router.currentRoute.value;
  if (here.meta.open || !here.name) return;
  queryClient.clear();
  void router.replace(logInFirst(here));
});

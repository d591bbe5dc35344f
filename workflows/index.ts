export { contactLinkWorkflow } from './contact-link';
export { historyImportWorkflow } from './history-import';
export { portalWatchWorkflow } from './portal-watch';

export { contactLinkWorkflow } from './contact-link';
export { forgetPersonWorkflow } from './forget-person';
export { historyImportWorkflow } from './history-import';
export { portalWatchWorkflow } from './portal-watch';

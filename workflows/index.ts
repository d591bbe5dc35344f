export { contactLinkWorkflow } from './contact-link';
export { portalWatchWorkflow } from './portal-watch';

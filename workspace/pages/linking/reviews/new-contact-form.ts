import { defineAsyncComponent } from 'vue';
import { loadPageMessages } from '../../../language/i18n';

/** The form of a new contact for other pages: it comes with the words of the page Linking. */
export const NewContactForm = defineAsyncComponent(() =>
  loadPageMessages('linking').then(() => import('./CreateContact.vue')),
);

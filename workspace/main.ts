import './styles.css';
import { VueQueryPlugin } from '@tanstack/vue-query';
import { createApp } from 'vue';
import App from './App.vue';
import { queryClient } from './api/query-client';
import { i18n, useLanguageOf } from './language/i18n';
import { router } from './router';
import { applyTheme } from './shell/theme';

applyTheme();
await useLanguageOf(navigator.languages);
createApp(App).use(i18n).use(router).use(VueQueryPlugin, { queryClient }).mount('#app');

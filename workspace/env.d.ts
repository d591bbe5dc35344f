/** For tools that do not read Vue files themselves; vue-tsc takes the types of the file. */
declare module '*.vue' {
  import type { DefineComponent } from 'vue';
  const component: DefineComponent<object, object, unknown>;
  export default component;
}

declare module '@bitrix24/b24icons-vue/outline/*' {
  import type { FunctionalComponent } from 'vue';
  const icon: FunctionalComponent;
  export default icon;
}

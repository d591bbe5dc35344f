import vue from '@vitejs/plugin-vue';
import bitrix24 from '@bitrix24/b24ui-nuxt/vite';
import { defineConfig } from 'vite';

/** Everything is local and nothing is inline: the page runs under a policy that allows neither. */
export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  define: { __VUE_OPTIONS_API__: false, __VUE_PROD_DEVTOOLS__: false, __INTLIFY_PROD_DEVTOOLS__: false },
  plugins: [
    vue(),
    bitrix24({
      router: false,
      prose: false,
      mdc: false,
      colorMode: false,
      dts: false,
      autoImport: false,
      components: false,
      // Styles of the kit's components that are used: those of all are a fifth of the first load.
      experimental: { componentDetection: true },
    }),
  ],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2022',
    reportCompressedSize: false,
  },
});

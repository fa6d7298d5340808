// How the pages' programs are built: hashed files and a manifest under dist/, which Django serves as /static/fe/.
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/static/fe/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: ['chrome87', 'safari15', 'firefox91'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: ['widget/main.tsx', 'console/main.tsx'] },
  },
});

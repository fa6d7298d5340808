// How the loader is built: one classic script with a fixed name that host pages may keep for years.
import { defineConfig } from 'vite';

export default defineConfig({
  build: {
    outDir: 'dist/embed',
    emptyOutDir: true,
    target: 'es2018',
    lib: { entry: 'loader/embed.ts', formats: ['iife'], name: 'tomoshibiLoader', fileName: () => 'v1.js' },
  },
});
